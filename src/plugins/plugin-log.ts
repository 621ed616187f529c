/**
 * A plugin's lines in the broker's log, as many a second as anyone can read; how many were dropped is said once a
 * second. The last of them are kept for the plugin's status page; who follows the log gets them as they come.
 *
 * It outlives the plugin's instances: a reload or a restart neither ends it nor loses its last lines.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Level, Logger } from '../base/logger.ts'
import type { LogLine } from './crossing/crossing.ts'

export const linesPerSecondMax = 1000
export const recentLinesMax = 100

export interface RecentLine {
  readonly timeMs: number
  readonly level: Level
  readonly text: string
}

/** Who follows a log. Called while the broker waits, so it takes note and returns. */
export interface LogListener {
  line(line: RecentLine): void
  /** So many lines were written that nobody sees, for want of room. */
  dropped(count: number): void
  /** There will be no more: the plugin was unloaded, or the broker stops. */
  end(): void
}

export class PluginLog {
  readonly #plugin: string
  readonly #listeners = new Set<LogListener>()
  readonly #log: Logger
  readonly #clock: Clock
  #recent: RecentLine[] = []
  #left = linesPerSecondMax
  #dropped = 0
  #second: Timer | null = null
  #isClosed = false

  constructor(plugin: string, log: Logger, clock: Clock) {
    this.#plugin = plugin
    this.#log = log
    this.#clock = clock
  }

  /** `dropped` more were written than there was room for. */
  print(lines: readonly LogLine[], dropped: number): void {
    if (lines.length === 0 && dropped === 0) return
    this.#second ??= this.#clock.after(1000, () => this.#endSecond())
    this.#dropped += dropped + Math.max(0, lines.length - this.#left)
    const printed = lines.slice(0, this.#left)
    this.#left -= printed.length
    for (const { level, text } of printed) this.#log.log(level, `🔌 Plugin: ${text}`, { plugin: this.#plugin })
    const timeMs = this.#clock.now()
    const kept = printed.slice(-recentLinesMax).map(({ level, text }) => ({ timeMs, level, text }))
    this.#recent = [...this.#recent, ...kept].slice(-recentLinesMax)
    if (this.#listeners.size > 0) this.#tell(printed, timeMs)
  }

  get recent(): readonly RecentLine[] {
    return this.#recent
  }

  /** Every line from now on, until the function that is returned is called, or the log ends. */
  follow(listener: LogListener): () => void {
    if (this.#isClosed) {
      listener.end()
      return () => {}
    }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Says at once what it would have said at the end of the second. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#second?.cancel()
    this.#endSecond()
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener.end()
  }

  #tell(lines: readonly LogLine[], timeMs: number): void {
    for (const listener of this.#listeners) {
      for (const { level, text } of lines) listener.line({ timeMs, level, text })
    }
  }

  #endSecond(): void {
    this.#second = null
    this.#left = linesPerSecondMax
    if (this.#dropped === 0) return
    this.#log.warn(`${this.#dropped} log lines of the plugin were dropped`, { plugin: this.#plugin })
    for (const listener of this.#listeners) listener.dropped(this.#dropped)
    this.#dropped = 0
  }
}
