/**
 * Records of a share partition that were acquired at least once: what became of them, a stretch of offsets at a time.
 *
 * A stretch has one state as long as its records are treated alike; then each of them gets a state of its own.
 */

/**
 * available ◄─ released, or the lock ran out ── acquired ─ accepted ─► acknowledged
 *     └────────────── acquired again ──────────────▲ └── rejected, or delivered too often ──► archived
 */
export type RecordState = 'available' | 'acquired' | 'acknowledged' | 'archived'

/** What became of a record, or of several alike. */
export interface Delivery {
  state: RecordState
  /** How often they were acquired. */
  count: number
  /** Who acquired them; empty while nobody has. */
  memberId: string
  /** When they are taken back; infinite while nobody has them. */
  lockedUntilMs: number
}

export interface Span {
  readonly firstOffset: number
  readonly lastOffset: number
}

export function isFinal({ state }: Delivery): boolean {
  return state === 'acknowledged' || state === 'archived'
}

export function delivery(state: RecordState, count: number, memberId = '', lockedUntilMs = Infinity): Delivery {
  return { state, count, memberId, lockedUntilMs }
}

/** Nobody has them any more. */
export function settle(delivery: Delivery, state: RecordState): void {
  delivery.state = state
  delivery.memberId = ''
  delivery.lockedUntilMs = Infinity
}

export class InFlightBatch implements Span {
  readonly firstOffset: number
  readonly lastOffset: number
  /** Of all its records; null once they differ. */
  whole: Delivery | null
  /** By offset, from the first; empty while they are alike. */
  #each: Delivery[] = []

  constructor(firstOffset: number, lastOffset: number, whole: Delivery) {
    this.firstOffset = firstOffset
    this.lastOffset = lastOffset
    this.whole = whole
  }

  get length(): number {
    return this.lastOffset - this.firstOffset + 1
  }

  /** From here on each record has a state of its own. */
  split(): void {
    const { whole } = this
    if (whole === null) return
    this.#each = Array.from({ length: this.length }, () => ({ ...whole }))
    this.whole = null
  }

  /** Of the record at this offset, which is one of the batch. */
  at(offset: number): Delivery {
    return this.whole ?? this.#each[offset - this.firstOffset]!
  }

  /** What is not alike, each with its offsets, as far as it lies in `span`. A batch that is alike comes whole. */
  *deliveries(span: Span = this): Generator<readonly [delivery: Delivery, firstOffset: number, lastOffset: number]> {
    if (this.whole !== null) {
      yield [this.whole, this.firstOffset, this.lastOffset]
      return
    }
    const last = Math.min(span.lastOffset, this.lastOffset)
    for (let offset = Math.max(span.firstOffset, this.firstOffset); offset <= last; offset++) {
      yield [this.#each[offset - this.firstOffset]!, offset, offset]
    }
  }
}
