/**
 * What a plugin in shadow mode would have done, in the broker's log: so many lines a second, and then how many more
 * there would have been.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Judgement } from './judgement.ts'

/** Enough to see what it refuses; counts are in its status. */
export const shadowLinesPerSecondMax = 10

export class ShadowLog {
  readonly #plugin: string
  readonly #log: Logger
  readonly #clock: Clock
  #produced = 0
  #left = shadowLinesPerSecondMax
  #silenced = 0
  #second: Timer | null = null

  constructor(plugin: string, log: Logger, clock: Clock) {
    this.#plugin = plugin
    this.#log = log
    this.#clock = clock
  }

  note(topic: string, partition: number, { refusals, dropped, replacements, throttleMs }: Judgement): void {
    const where = `of ${topic}-${partition}`
    for (const { index, reason, isFailure } of refusals) {
      // A failure is told by whoever restarts the plugin.
      if (!isFailure) this.#say(() => `have refused record ${index} ${where}: ${reason}`)
    }
    for (const index of dropped) this.#say(() => `have dropped record ${index} ${where}`)
    for (const index of replacements.keys()) this.#say(() => `have replaced record ${index} ${where}`)
    if (throttleMs > 0) this.#say(() => `have throttled the producer ${where} for ${throttleMs} ms`)
  }

  /** Records that were not stored. */
  get produced(): number {
    return this.#produced
  }

  noteProduced(topic: string): void {
    this.#produced++
    this.#say(() => `have produced a record to ${topic}`)
  }

  /** Says at once what it would have said at the end of the second. */
  close(): void {
    this.#second?.cancel()
    this.#endSecond()
  }

  #say(what: () => string): void {
    this.#second ??= this.#clock.after(1000, () => this.#endSecond())
    if (this.#left === 0) {
      this.#silenced++
      return
    }
    this.#left--
    this.#log.info(`Plugin '${this.#plugin}' in shadow mode would ${what()}`, { plugin: this.#plugin })
  }

  #endSecond(): void {
    this.#second = null
    this.#left = shadowLinesPerSecondMax
    if (this.#silenced === 0) return
    const what = `${this.#silenced} more times plugin '${this.#plugin}' in shadow mode would have done something`
    this.#log.info(what, { plugin: this.#plugin })
    this.#silenced = 0
  }
}
