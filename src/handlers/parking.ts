/**
 * Long polls: answers that wait until there is something to say, until their time is up, until nobody is there to hear
 * them, or until the broker closes.
 *
 * Whoever waits is asked again each time something it waits for changes; it is never asked twice at once and answers
 * once.
 */
import type { Clock } from '../base/clock.ts'

export interface Wait {
  /** For whom, if `forget` is to be told that he is gone. He waits for one answer at a time. */
  readonly waiter?: object
  readonly waitMs: number
  /** Calls `wake` at each change until the function that it returns is called. */
  readonly subscribe: (wake: () => void) => () => void
  readonly isOver: () => boolean
}

export class Parking {
  readonly #clock: Clock
  readonly #parked = new Map<object, () => void>()
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get count(): number {
    return this.#parked.size
  }

  /** Resolves when the wait is over, one way or another; the caller then looks for itself. */
  wait({ waiter = {}, waitMs, subscribe, isOver }: Wait): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const leave = () => {
        timer.cancel()
        unsubscribe()
        this.#parked.delete(waiter)
        resolve()
      }
      const unsubscribe = subscribe(() => {
        if (isOver()) leave()
      })
      const timer = this.#clock.within(waitMs, leave)
      this.#parked.set(waiter, leave)
    })
  }

  /** Ends the wait of one who is gone: a client may have asked to wait for weeks. */
  forget(waiter: object): void {
    this.#parked.get(waiter)?.()
  }

  /** Sends everyone on their way; nobody is parked any more. */
  close(): void {
    this.#isClosed = true
    for (const leave of [...this.#parked.values()]) leave()
  }
}
