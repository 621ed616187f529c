/**
 * A plugin's lines in the broker's log, as many a second as anyone can read; how many were dropped is said once a
 * second. The last of them are kept for the plugin's status page.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Level, Logger } from '../base/logger.ts'
import type { LogLine } from './crossing.ts'

export const linesPerSecondMax = 1000
export const recentLinesMax = 100

export interface RecentLine {
  readonly timeMs: number
  readonly level: Level
  readonly text: string
}

export class PluginLog {
  readonly #plugin: string
  readonly #log: Logger
  readonly #clock: Clock
  #recent: RecentLine[] = []
  #left = linesPerSecondMax
  #dropped = 0
  #second: Timer | null = null

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
  }

  get recent(): readonly RecentLine[] {
    return this.#recent
  }

  /** Says at once what it would have said at the end of the second. */
  close(): void {
    this.#second?.cancel()
    this.#endSecond()
  }

  #endSecond(): void {
    this.#second = null
    this.#left = linesPerSecondMax
    if (this.#dropped === 0) return
    this.#log.warn(`${this.#dropped} log lines of the plugin were dropped`, { plugin: this.#plugin })
    this.#dropped = 0
  }
}
