/**
 * Waiting awake for what the other thread will do within microseconds: to be woken takes 30 to 60 of them, and
 * processor time on both sides. Only while that pays: after one wait in vain the next sleeps at once, after another
 * in a row the next two, then four, and so on.
 */
import { availableParallelism } from 'node:os'

/** However long nothing comes soon, each so many waits one is awake, since that may have changed. */
export const skipsMax = 64

export class Spin {
  readonly #msMax: number
  readonly #nowMs: () => number
  readonly #hasOtherCore: boolean
  /** So many waits are to sleep at once. */
  #skips = 0
  #skipsNext = 1

  /** On a single core the other thread would wait for this one, so there it is never worth it. */
  constructor(msMax: number, nowMs = () => performance.now(), coreCount = availableParallelism()) {
    this.#msMax = msMax
    this.#nowMs = nowMs
    this.#hasOtherCore = coreCount > 1
  }

  /** Whether it came. If not, it is time to sleep. */
  until(hasCome: () => boolean): boolean {
    if (hasCome()) return true
    if (!this.#hasOtherCore) return false
    if (this.#skips > 0) {
      this.#skips--
      return false
    }
    const endMs = this.#nowMs() + this.#msMax
    while (this.#nowMs() < endMs) {
      if (!hasCome()) continue
      this.#skipsNext = 1
      return true
    }
    this.#skips = this.#skipsNext
    this.#skipsNext = Math.min(2 * this.#skipsNext, skipsMax)
    return false
  }
}
