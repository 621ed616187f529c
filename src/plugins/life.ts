/**
 * The states of a plugin's life, and what a failure leads to. Told the time; starts and ends nothing itself.
 *
 * One bad record shall not stop a plugin, so a failure is answered by a restart at once when the instance had judged
 * a record before. A plugin that only fails is restarted later and later, and then no more. Records that fail now and
 * then cannot make the broker do nothing but restart: restarts at once are rationed.
 */
export type State = 'registered' | 'starting' | 'running' | 'backing-off' | 'quarantined' | 'failed' | 'stopped'

/** What becomes of a plugin that failed. */
export type Next = { readonly restartInMs: number } | 'quarantine'

export const backoff = { firstMs: 1000, maxMs: 30_000 } as const
/** Restarts at once; one more becomes available each period. */
export const ration = { max: 10, periodMs: 1000 } as const

export class Life {
  readonly #failuresMax: number
  #state: State = 'registered'
  #sinceMs: number
  #failuresInRow = 0
  #restarts = 0
  #ration: number = ration.max
  #rationedAtMs: number

  constructor(failuresMax: number, nowMs: number) {
    this.#failuresMax = failuresMax
    this.#sinceMs = nowMs
    this.#rationedAtMs = nowMs
  }

  get state(): State {
    return this.#state
  }
  get sinceMs(): number {
    return this.#sinceMs
  }
  get failuresInRow(): number {
    return this.#failuresInRow
  }
  /** Starts after the first. */
  get restarts(): number {
    return this.#restarts
  }

  starting(nowMs: number): void {
    if (this.#state !== 'registered') this.#restarts++
    this.#become('starting', nowMs)
  }

  running(nowMs: number): void {
    this.#become('running', nowMs)
  }

  /** It gave a verdict: a later failure begins a new row. */
  judged(): void {
    this.#failuresInRow = 0
  }

  failed(nowMs: number): Next {
    this.#failuresInRow++
    if (this.#failuresInRow >= this.#failuresMax) {
      this.#become('quarantined', nowMs)
      return 'quarantine'
    }
    this.#become('backing-off', nowMs)
    if (this.#failuresInRow === 1 && this.#takeRation(nowMs)) return { restartInMs: 0 }
    return { restartInMs: Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.max(0, this.#failuresInRow - 2)) }
  }

  /** Its first start failed, and the broker goes on without it. */
  leftOut(nowMs: number): void {
    this.#become('failed', nowMs)
  }

  stopped(nowMs: number): void {
    this.#become('stopped', nowMs)
  }

  #takeRation(nowMs: number): boolean {
    const earned = (nowMs - this.#rationedAtMs) / ration.periodMs
    this.#ration = Math.min(ration.max, this.#ration + earned)
    this.#rationedAtMs = nowMs
    if (this.#ration < 1) return false
    this.#ration--
    return true
  }

  #become(state: State, nowMs: number): void {
    this.#state = state
    this.#sinceMs = nowMs
  }
}
