/**
 * The delay before the first generation of a group that was empty: Kafka waits a little for more members, and as long
 * again while they keep coming, but never longer than their rebalance timeout (KIP-134).
 */
import type { Clock, Timer } from '../base/clock.ts'

export class InitialDelay {
  readonly #clock: Clock
  readonly #delayMs: number
  readonly #end: () => void
  #leftMs: number
  #hasNewcomer = false
  #timer: Timer

  constructor(clock: Clock, delayMs: number, longestMs: number, end: () => void) {
    this.#clock = clock
    this.#delayMs = delayMs
    this.#end = end
    this.#leftMs = Math.max(0, longestMs - delayMs)
    this.#timer = this.#wait(delayMs)
  }

  extend(): void {
    this.#hasNewcomer = true
  }

  cancel(): void {
    this.#timer.cancel()
  }

  #wait(delayMs: number): Timer {
    return this.#clock.after(delayMs, () => this.#ring(delayMs))
  }

  #ring(waitedMs: number): void {
    if (!this.#hasNewcomer || this.#leftMs === 0) {
      this.#end()
      return
    }
    this.#hasNewcomer = false
    this.#timer = this.#wait(Math.min(this.#delayMs, this.#leftMs))
    this.#leftMs = Math.max(0, this.#leftMs - waitedMs)
  }
}
