/**
 * Which of the records that were read a member gets, and how they are locked for it.
 *
 * Records that were delivered several times already are handed out in smaller and smaller portions, at last one by one,
 * so that a record at which members fail takes none of its neighbours with it.
 */
import { type Delivery, delivery, InFlightBatch, type Span } from './in-flight.ts'
import type { Window } from './window.ts'

export interface Acquired extends Span {
  readonly deliveryCount: number
}

export interface AcquireRequest {
  readonly memberId: string
  /** No record more than asked for; else whole batches are handed out, which may be more (KIP-1206). */
  readonly isRecordLimit: boolean
  /** How many records a stretch is to have that is told, and acknowledged, as one. */
  readonly batchSize: number
  readonly recordsMax: number
  /** Where it was read from. */
  readonly fetchOffset: number
}

export interface AcquireTerms {
  readonly recordLocksMax: number
  readonly deliveryCountMax: number
  readonly lockedUntilMs: number
}

/** Below so many allowed deliveries nothing is handed out in smaller portions. */
const throttledDeliveriesMin = 2

/** `read`: the batches of the log that were read, ascending, at least one. */
export function acquire(
  window: Window,
  request: AcquireRequest,
  terms: AcquireTerms,
  read: readonly Span[],
): Acquired[] {
  return new Acquisition(window, request, terms, read).run()
}

class Acquisition {
  readonly #window: Window
  readonly #request: AcquireRequest
  readonly #terms: AcquireTerms
  readonly #read: readonly Span[]
  readonly #acquired: Acquired[] = []
  #left: number
  #lastOffset: number

  constructor(window: Window, request: AcquireRequest, terms: AcquireTerms, read: readonly Span[]) {
    this.#window = window
    this.#request = request
    this.#terms = terms
    this.#read = read
    this.#lastOffset = read.at(-1)!.lastOffset
    this.#left = Math.min(request.recordsMax, terms.recordLocksMax - window.recordCount)
    if (this.#left > 0 || request.fetchOffset > window.endOffset) return
    // No more may be in flight, but those that are and are available may be handed out again.
    this.#left = Math.min(request.recordsMax, window.endOffset - request.fetchOffset + 1)
    this.#lastOffset = Math.min(this.#lastOffset, window.endOffset)
  }

  run(): Acquired[] {
    if (this.#left <= 0) return []
    const readFrom = this.#read[0]!.firstOffset
    const firstOffset = this.#firstOffset(readFrom)
    const inFlight = this.#window.beginningIn({
      firstOffset: Math.min(readFrom, firstOffset),
      lastOffset: this.#lastOffset,
    })
    let offset = firstOffset
    for (const batch of inFlight) {
      if (this.#left <= 0) break
      if (this.#window.hasGaps) {
        if (offset < batch.firstOffset) this.#takeNew(offset, batch.firstOffset - 1)
        offset = batch.lastOffset + 1
        if (this.#left <= 0) break
      }
      this.#takeAgain(batch, readFrom)
    }
    const end = inFlight.at(-1)?.lastOffset
    if (end === undefined) this.#takeNew(firstOffset, this.#lastOffset)
    else if (this.#left > 0 && end < this.#lastOffset) this.#takeNew(end + 1, this.#lastOffset)
    const last = this.#acquired.at(-1)
    if (last !== undefined) this.#window.passGap(last.lastOffset + 1)
    return this.#acquired
  }

  #firstOffset(readFrom: number): number {
    const floor = this.#window.floor(readFrom)
    if (floor === undefined) return Math.max(readFrom, this.#window.startOffset)
    return floor.lastOffset >= readFrom ? floor.firstOffset : readFrom
  }

  /** Records that nobody has got yet. */
  #takeNew(from: number, until: number): void {
    const window = this.#window
    const firstOffset = window.isEmpty ? Math.max(from, window.endOffset) : from
    let lastOffset = until
    if (this.#left < until - firstOffset + 1) {
      lastOffset = this.#endOfBatch(firstOffset + this.#left - 1)
      if (window.hasGaps) lastOffset = Math.min(lastOffset, until)
    }
    const taken = this.#addNew(firstOffset, lastOffset)
    if (window.batches[0]!.firstOffset === firstOffset) window.startOffset = firstOffset
    window.endOffset = Math.max(window.endOffset, lastOffset)
    this.#acquired.push(...taken)
    const lastTaken = taken.at(-1)!.lastOffset
    window.passGap(lastTaken + 1)
    this.#left -= lastTaken - firstOffset + 1
  }

  #addNew(firstOffset: number, lastOffset: number): Acquired[] {
    const { isRecordLimit } = this.#request
    if (isRecordLimit && lastOffset - firstOffset + 1 > this.#left) return [this.#addPart(firstOffset, lastOffset)]
    const spans = isRecordLimit ? [{ firstOffset, lastOffset }] : this.#stretches(firstOffset, lastOffset)
    for (const span of spans) {
      this.#window.add(new InFlightBatch(span.firstOffset, span.lastOffset, this.#lock(delivery('available', 0))))
    }
    return spans.map((span) => ({ ...span, deliveryCount: 1 }))
  }

  /** Of a batch of which the member wants only the first: the rest of it is in flight, too, and available. */
  #addPart(firstOffset: number, lastOffset: number): Acquired {
    const batch = new InFlightBatch(firstOffset, lastOffset, delivery('available', 0))
    const lastTaken = firstOffset + this.#left - 1
    batch.split()
    for (let offset = firstOffset; offset <= lastTaken; offset++) this.#lock(batch.at(offset))
    this.#window.mayHaveAvailable = true
    this.#window.add(batch)
    return { firstOffset, lastOffset: lastTaken, deliveryCount: 1 }
  }

  /** Stretches of about the size that the member wants, which begin where batches of the log do. */
  #stretches(firstOffset: number, lastOffset: number): Span[] {
    const { batchSize } = this.#request
    const stretches: Span[] = []
    let from = firstOffset
    for (const { firstOffset: next } of this.#read) {
      if (next > lastOffset || lastOffset - firstOffset + 1 <= batchSize) break
      if (next - from < batchSize) continue
      stretches.push({ firstOffset: from, lastOffset: next - 1 })
      from = next
    }
    return [...stretches, { firstOffset: from, lastOffset }]
  }

  /** Where the batch of the log ends that holds this offset. */
  #endOfBatch(offset: number): number {
    const batch = this.#read.findLast(({ firstOffset }) => firstOffset <= offset)
    return batch === undefined ? offset : Math.max(offset, batch.lastOffset)
  }

  /** Those of a batch in flight that are available. */
  #takeAgain(batch: InFlightBatch, readFrom: number): void {
    const isRead = batch.firstOffset >= readFrom && batch.lastOffset <= this.#lastOffset
    const isThrottled = this.#isThrottled(batch, readFrom)
    if (isThrottled && this.#acquired.length > 0) {
      this.#left = 0
      return
    }
    const isMore = this.#request.isRecordLimit && batch.length > this.#left
    if (batch.whole !== null && batch.whole.state !== 'available') return
    if (batch.whole !== null && isRead && !isMore && !isThrottled) {
      const { count } = this.#lock(batch.whole)
      this.#acquired.push({ firstOffset: batch.firstOffset, lastOffset: batch.lastOffset, deliveryCount: count })
      this.#left -= batch.length
      return
    }
    batch.split()
    const taken = this.#takeSome(batch, { firstOffset: readFrom, lastOffset: this.#lastOffset })
    this.#left = isThrottled && taken > 0 ? 0 : this.#left - taken
  }

  #takeSome(batch: InFlightBatch, span: Span): number {
    const { deliveryCountMax } = this.#terms
    const isCareful = deliveryCountMax > throttledDeliveriesMin
    const taken: Acquired[] = []
    let portion: number | null = null
    for (const [one, firstOffset] of batch.deliveries(span)) {
      if (one.state !== 'available') continue
      const isLastChance = isCareful && one.count === deliveryCountMax - 1
      if (isLastChance && taken.length > 0) break
      if (one.count >= this.#throttledFrom) portion ??= this.#portion(batch, one)
      const { count } = this.#lock(one)
      taken.push({ firstOffset, lastOffset: firstOffset, deliveryCount: count })
      // As in Kafka: who has more than the portion before he comes to such a record goes on.
      if (isLastChance || taken.length === portion) break
      if (this.#request.isRecordLimit && taken.length === this.#left) break
    }
    this.#acquired.push(...joined(taken))
    return taken.length
  }

  #portion({ length }: InFlightBatch, { count }: Delivery): number {
    return Math.max(1, length >> (count - this.#throttledFrom + 1))
  }

  /** From so many deliveries on records come in smaller portions. */
  get #throttledFrom(): number {
    return Math.max(throttledDeliveriesMin, Math.ceil(this.#terms.deliveryCountMax / 2))
  }

  #isThrottled(batch: InFlightBatch, readFrom: number): boolean {
    for (const [{ state, count }] of batch.deliveries({ firstOffset: readFrom, lastOffset: this.#lastOffset })) {
      if (state === 'available' && count >= this.#throttledFrom) return true
    }
    return false
  }

  #lock(one: Delivery): Delivery {
    one.state = 'acquired'
    one.count++
    one.memberId = this.#request.memberId
    one.lockedUntilMs = this.#terms.lockedUntilMs
    return one
  }
}

/** Neighbours that were delivered equally often are told as one. */
function joined(acquired: readonly Acquired[]): Acquired[] {
  const stretches: Acquired[] = []
  for (const one of acquired) {
    const last = stretches.at(-1)
    if (last !== undefined && last.lastOffset + 1 === one.firstOffset && last.deliveryCount === one.deliveryCount) {
      stretches[stretches.length - 1] = { ...last, lastOffset: one.lastOffset }
    } else {
      stretches.push(one)
    }
  }
  return stretches
}
