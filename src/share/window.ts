/**
 * The stretch of a share partition that is in flight: from the first record that has not come to its end to the last
 * that was ever acquired.
 *
 * Before it lies what nobody will get any more, behind it what nobody has got yet. What a share partition read back
 * after it was forgotten may have gaps: records that were acquired and never came to anything, of which nothing was
 * stored. They are acquired as if for the first time.
 */
import { type Delivery, delivery, InFlightBatch, isFinal, type Span } from './in-flight.ts'
import type { StateBatch } from './state-batches.ts'

interface GapWindow {
  /** It is over once the window's end has moved. */
  readonly endOffset: number
  startOffset: number
}

export class Window {
  /** Ascending, without overlaps. */
  #batches: InFlightBatch[] = []
  startOffset: number
  /** Of the last record that was acquired; where there is none, of the first to be. */
  endOffset: number
  /** Whether something before the end may be available. */
  mayHaveAvailable = false
  #gap: GapWindow | null = null

  constructor(startOffset: number, stored: readonly StateBatch[]) {
    this.startOffset = startOffset
    this.endOffset = startOffset
    let nextOffset = startOffset
    let gapStart = -1
    for (const { firstOffset, lastOffset, state, deliveryCount } of stored) {
      if (gapStart === -1 && firstOffset > nextOffset) gapStart = nextOffset
      nextOffset = lastOffset + 1
      this.#batches.push(new InFlightBatch(firstOffset, lastOffset, delivery(state, deliveryCount)))
    }
    if (this.isEmpty) return
    this.mayHaveAvailable = true
    this.endOffset = nextOffset - 1
    if (gapStart !== -1) this.#gap = { endOffset: this.endOffset, startOffset: gapStart }
    this.advance()
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0
  }
  get batches(): readonly InFlightBatch[] {
    return this.#batches
  }
  get #lastCached(): number {
    return this.#batches.at(-1)?.lastOffset ?? -1
  }
  /** Counting those in between that have come to their end. */
  get recordCount(): number {
    return this.isEmpty ? 0 : this.endOffset - this.startOffset + 1
  }
  get hasGaps(): boolean {
    return this.#gap !== null && this.#gap.endOffset === this.endOffset
  }
  /** How many records from the start on have come to their end. */
  get finalCount(): number {
    let count = 0
    for (const batch of this.#batches) {
      for (const [one, first, last] of batch.deliveries()) {
        if (isFinal(one)) count += Math.max(0, last - Math.max(first, this.startOffset) + 1)
      }
    }
    return count
  }
  /** When the first lock runs out; infinite where nothing is acquired. */
  get nextExpiryMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const batch of this.#batches) {
      for (const [{ lockedUntilMs }] of batch.deliveries()) next = Math.min(next, lockedUntilMs)
    }
    return next
  }

  /** Where to read for whoever wants more. */
  nextFetchOffset(): number {
    if (this.isEmpty || this.startOffset > this.#lastCached) {
      this.mayHaveAvailable = false
      return this.endOffset
    }
    if (this.mayHaveAvailable) {
      const offset = this.#firstAvailable()
      if (offset !== null) return offset
      this.mayHaveAvailable = false
    }
    return this.endOffset + 1
  }

  /** The last batch that begins at or before this offset. */
  floor(offset: number): InFlightBatch | undefined {
    return this.#batches[this.#indexAfter(offset) - 1]
  }

  /** Those that begin in this span. */
  beginningIn({ firstOffset, lastOffset }: Span): readonly InFlightBatch[] {
    return this.#batches.slice(this.#indexAfter(firstOffset - 1), this.#indexAfter(lastOffset))
  }

  add(batch: InFlightBatch): void {
    this.#batches.splice(this.#indexAfter(batch.firstOffset), 0, batch)
  }

  /** Up to here no gap is left. */
  passGap(offset: number): void {
    if (this.#gap === null) return
    if (this.hasGaps && offset <= this.#gap.endOffset) this.#gap.startOffset = offset
    else this.#gap = null
  }

  /** Leaves behind what has come to its end; answers whether it did. */
  advance(): boolean {
    if (!this.#startsFinal()) return false
    const lastFinal = this.#lastFinalOffset()
    if (lastFinal === null) return false
    if (lastFinal === this.#lastCached) {
      this.startOffset = lastFinal + 1
      this.endOffset = lastFinal + 1
      this.#batches = []
      return true
    }
    const left = this.#batches.findIndex(({ lastOffset }) => lastOffset > lastFinal)
    const next = Math.max(lastFinal + 1, this.#batches[left]!.firstOffset)
    this.startOffset = Math.max(this.startOffset, next)
    if (this.hasGaps) this.startOffset = Math.min(this.#gap!.startOffset, this.startOffset)
    this.#batches.splice(0, left)
    return true
  }

  /** The log begins later now. */
  moveStart(logStartOffset: number): void {
    this.startOffset = logStartOffset
    this.endOffset = this.isEmpty ? logStartOffset : Math.max(this.endOffset, logStartOffset)
  }

  #firstAvailable(): number | null {
    let gapStart = this.#gap?.startOffset ?? -1
    for (const batch of this.#batches) {
      if (this.hasGaps) {
        if (batch.firstOffset > gapStart) return gapStart
        gapStart = Math.max(batch.lastOffset + 1, gapStart)
      }
      for (const [{ state }, firstOffset] of batch.deliveries()) if (state === 'available') return firstOffset
    }
    return null
  }

  #startsFinal(): boolean {
    const first = this.floor(this.startOffset)
    if (first === undefined) return false
    // A batch that ended before the start has been left behind but for being taken away.
    return this.startOffset > first.lastOffset || isFinal(first.at(this.startOffset))
  }

  #lastFinalOffset(): number | null {
    let last: number | null = null
    for (const batch of this.#batches) {
      if (this.hasGaps && batch.lastOffset >= this.#gap!.startOffset) return last
      for (const [one, , lastOffset] of batch.deliveries()) {
        if (!isFinal(one)) return last
        last = lastOffset
      }
    }
    return last
  }

  /** How many batches begin at or before this offset. */
  #indexAfter(offset: number): number {
    let low = 0
    for (let high = this.#batches.length; low < high; ) {
      const middle = (low + high) >>> 1
      if (this.#batches[middle]!.firstOffset <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

export type { Delivery }
