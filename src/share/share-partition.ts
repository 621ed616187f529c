/**
 * A partition as one share group reads it (KIP-932): each record is acquired by a member for a while, and comes to its
 * end when that accepts or rejects it, or when it was acquired too often.
 *
 * What records come to is stored; that they are acquired is not, so it does not outlive the share partition.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { RecordBatch } from '../protocol/batch.ts'
import { INVALID_RECORD_STATE, INVALID_REQUEST, KafkaError } from '../protocol/errors.ts'
import { type Aborted, abortedAmong, spanOf, without } from './aborted-batches.ts'
import { type Acquired, acquire, type AcquireRequest } from './acquisition.ts'
import { type Delivery, type InFlightBatch, isFinal, type RecordState, settle, type Span } from './in-flight.ts'
import type { StateBatch } from './state-batches.ts'
import { Window } from './window.ts'

/** Of the group; read anew at each use. */
export interface ShareLimits {
  readonly recordLocksMax: number
  readonly deliveryCountMax: number
  readonly lockMs: number
  readonly mayRenew: boolean
}

/** What is stored of a share partition, but for its epochs. */
export interface Progress {
  readonly startOffset: number
  /** Records from there on that have come to their end. */
  readonly deliveryCompleteCount: number
  readonly batches: readonly StateBatch[]
}

/** Records that the group will see no more, and nobody accepted. */
export interface GivenUp extends Span {
  readonly deliveryCount: number
  readonly why: 'rejected' | 'exhausted'
}

export interface SharePartitionOptions {
  readonly clock: Clock
  readonly limits: () => ShareLimits
  readonly startOffset: number
  readonly stored: readonly StateBatch[]
  /** Stores it, with what changed of the batches; or says why not. */
  readonly store: (progress: Progress) => KafkaError | null
  /** Told of them once that is stored. */
  readonly giveUp: (records: readonly GivenUp[]) => void
}

export interface AcknowledgementBatch extends Span {
  /** One for all of its records, or one for each. */
  readonly acknowledgeTypes: readonly number[]
}

/** As Kafka numbers them. A gap is an offset without a record: compaction took it, or it is a transaction's marker. */
export const acknowledgeTypes = { gap: 0, accept: 1, release: 2, reject: 3, renew: 4 } as const

interface Change extends Span {
  readonly delivery: Delivery
  readonly before: Delivery
  /** Null: it is not given up. */
  readonly why: GivenUp['why'] | null
}

const states = new Map<number, RecordState>([
  [acknowledgeTypes.gap, 'archived'],
  [acknowledgeTypes.accept, 'acknowledged'],
  [acknowledgeTypes.release, 'available'],
  [acknowledgeTypes.reject, 'archived'],
])

export class SharePartition {
  readonly #options: SharePartitionOptions
  readonly #window: Window
  readonly #waiters = new Set<() => void>()
  #expiry: (Timer & { readonly atMs: number }) | null = null

  constructor(options: SharePartitionOptions) {
    this.#options = options
    this.#window = new Window(options.startOffset, options.stored)
  }

  get startOffset(): number {
    return this.#window.startOffset
  }
  get endOffset(): number {
    return this.#window.endOffset
  }
  get nextFetchOffset(): number {
    return this.#window.nextFetchOffset()
  }
  /** Those that lie between start and end, whatever they have come to. */
  get inFlightCount(): number {
    return this.#window.recordCount
  }
  /** Whether there may be something for whoever asks now. */
  get canAcquire(): boolean {
    const { nextFetchOffset, endOffset } = this
    return nextFetchOffset !== endOffset + 1 || this.#window.recordCount < this.#options.limits().recordLocksMax
  }

  /** Those records in order, neighbours alike as one. */
  *inFlight(): Generator<readonly [delivery: Readonly<Delivery>, span: Span]> {
    for (const batch of this.#window.batches) {
      for (const [one, firstOffset, lastOffset] of batch.deliveries()) yield [one, { firstOffset, lastOffset }]
    }
  }

  /** Calls `wake` when something has become available, or it is forgotten, until what it returns is called. */
  onChange(wake: () => void): () => void {
    this.#waiters.add(wake)
    return () => this.#waiters.delete(wake)
  }

  /** What the member gets of the batches that were read at `fetchOffset`. */
  acquire(request: AcquireRequest, read: readonly RecordBatch[], aborted: readonly Aborted[]): readonly Acquired[] {
    const window = this.#window
    const spans = read.map(spanOf)
    if (request.recordsMax <= 0 || spans.length === 0 || spans.at(-1)!.lastOffset < window.startOffset) return []
    const { recordLocksMax, deliveryCountMax, lockMs } = this.#options.limits()
    this.#archive({ firstOffset: request.fetchOffset, lastOffset: spans[0]!.firstOffset - 1 }, 'available')
    const lockedUntilMs = this.#options.clock.now() + lockMs
    const acquired = acquire(window, request, { recordLocksMax, deliveryCountMax, lockedUntilMs }, spans)
    this.#watchLocks()
    const unwanted = abortedAmong(read, aborted)
    for (const span of unwanted) this.#archive(span, 'acquired')
    if (unwanted.length > 0) this.#window.advance()
    return without(acquired, unwanted)
  }

  /** All that is said, or nothing of it, and why. */
  acknowledge(memberId: string, batches: readonly AcknowledgementBatch[]): KafkaError | null {
    const changes: Change[] = []
    for (const batch of batches) {
      if (batch.lastOffset < this.startOffset) continue
      const error = this.#acknowledge(memberId, batch, changes)
      if (error === null) continue
      undo(changes)
      return error
    }
    return this.#commit(changes)
  }

  /** The member is gone: what it holds may go to others. */
  release(memberId: string): KafkaError | null {
    return this.#commit(this.#released((one) => one.state === 'acquired' && one.memberId === memberId))
  }

  /** The log begins later now: what was available before is no more. */
  moveStart(logStartOffset: number): void {
    if (logStartOffset <= this.startOffset) return
    this.#archive({ firstOffset: this.startOffset, lastOffset: logStartOffset - 1 }, 'available')
    this.#window.moveStart(logStartOffset)
    this.#window.advance()
  }

  /** It is forgotten; who waits for it is woken. */
  close(): void {
    this.#expiry?.cancel()
    this.#wake()
  }

  #acknowledge(memberId: string, batch: AcknowledgementBatch, changes: Change[]): KafkaError | null {
    const { startOffset } = this
    const found = this.#find(batch)
    if (found instanceof KafkaError) return found
    for (const inFlight of found) {
      if (inFlight.lastOffset < startOffset) continue
      const refusal = inFlight.whole === null ? null : holderRefusal(inFlight.whole, memberId)
      if (refusal !== null) return refusal
      const isWithin = inFlight.firstOffset >= batch.firstOffset && inFlight.lastOffset <= batch.lastOffset
      const hasStartMoved = inFlight.firstOffset < startOffset
      if (!isWithin || hasStartMoved || batch.acknowledgeTypes.length > 1) inFlight.split()
      const span = { firstOffset: Math.max(batch.firstOffset, startOffset), lastOffset: batch.lastOffset }
      for (const [one, firstOffset, lastOffset] of inFlight.deliveries(span)) {
        const type = batch.acknowledgeTypes[firstOffset - batch.firstOffset] ?? batch.acknowledgeTypes[0]!
        const error = this.#acknowledgeOne(one, { firstOffset, lastOffset }, type, memberId, changes)
        if (error !== null) return error
      }
    }
    return null
  }

  /** The batches in flight that hold all these offsets. */
  #find({ firstOffset, lastOffset }: Span): readonly InFlightBatch[] | KafkaError {
    const isAcrossStart = firstOffset < this.startOffset
    const floor = this.#window.floor(firstOffset) ?? (isAcrossStart ? this.#window.floor(this.startOffset) : undefined)
    if (floor === undefined) return notInFlight
    const found = this.#window.beginningIn({ firstOffset: floor.firstOffset, lastOffset })
    const end = found.at(-1)?.lastOffset ?? -1
    if (end < firstOffset) return beyond('first')
    return end < lastOffset ? beyond('last') : found
  }

  #acknowledgeOne(one: Delivery, span: Span, type: number, memberId: string, changes: Change[]): KafkaError | null {
    if (one.state !== 'acquired') return offsetNotAcquired
    if (one.memberId !== memberId) return notOwnerOfOffset
    if (type !== acknowledgeTypes.renew) {
      this.#change(one, span, states.get(type)!, changes, type === acknowledgeTypes.reject)
      return null
    }
    const { mayRenew, lockMs } = this.#options.limits()
    if (!mayRenew) return renewalDisabled
    one.lockedUntilMs = this.#options.clock.now() + lockMs
    return null
  }

  /** Gives back what is held and meant. */
  #released(isMeant: (delivery: Delivery) => boolean): Change[] {
    const { startOffset } = this
    const changes: Change[] = []
    for (const batch of this.#window.batches) {
      const isAcrossStart = batch.firstOffset < startOffset && batch.lastOffset >= startOffset
      if (isAcrossStart && batch.whole !== null && isMeant(batch.whole)) batch.split()
      for (const [one, firstOffset, lastOffset] of batch.deliveries()) {
        if (!isMeant(one)) continue
        const state = lastOffset < startOffset ? 'archived' : 'available'
        this.#change(one, { firstOffset, lastOffset }, state, changes)
      }
    }
    return changes
  }

  #change(one: Delivery, span: Span, state: RecordState, changes: Change[], isRejected = false): void {
    const isLast = state === 'available' && one.count >= this.#options.limits().deliveryCountMax
    const why = isRejected ? 'rejected' : isLast ? 'exhausted' : null
    changes.push({ ...span, delivery: one, before: { ...one }, why })
    settle(one, isLast ? 'archived' : state)
  }

  #commit(changes: readonly Change[]): KafkaError | null {
    if (changes.length > 0) {
      const error = this.#store(changes)
      if (error !== null) {
        undo(changes)
        return error
      }
      if (changes.some(({ delivery }) => delivery.state === 'available')) this.#window.mayHaveAvailable = true
      this.#window.advance()
    }
    this.#watchLocks()
    this.#wake()
    this.#giveUp(changes)
    return null
  }

  #giveUp(changes: readonly Change[]): void {
    const givenUp = changes.flatMap(({ firstOffset, lastOffset, delivery, why }) =>
      why === null ? [] : [{ firstOffset, lastOffset, deliveryCount: delivery.count, why }],
    )
    if (givenUp.length > 0) this.#options.giveUp(givenUp)
  }

  #store(changes: readonly Change[]): KafkaError | null {
    return this.#options.store({
      startOffset: this.startOffset,
      deliveryCompleteCount: this.#window.finalCount,
      batches: changes.map(({ firstOffset, lastOffset, delivery: { state, count } }) => ({
        firstOffset,
        lastOffset,
        state,
        deliveryCount: count,
      })),
    })
  }

  /** Records of this state that lie in the span are nobody's any more: they are not in the log, or not to be seen. */
  #archive(span: Span, state: RecordState): void {
    if (span.firstOffset > span.lastOffset) return
    const { firstOffset } = this.#window.floor(span.firstOffset) ?? span
    for (const batch of this.#window.beginningIn({ firstOffset, lastOffset: span.lastOffset })) {
      if (batch.lastOffset < span.firstOffset) continue
      const isWithin = batch.firstOffset >= span.firstOffset && batch.lastOffset <= span.lastOffset
      if (!isWithin && batch.whole?.state === state) batch.split()
      for (const [one] of batch.deliveries(span)) {
        if (one.state !== state) continue
        settle(one, 'archived')
        this.#window.mayHaveAvailable = true
      }
    }
  }

  /** One timer for all locks: it rings when the first of them runs out. */
  #watchLocks(): void {
    const { clock } = this.#options
    const atMs = this.#window.nextExpiryMs
    if (this.#expiry?.atMs === atMs) return
    this.#expiry?.cancel()
    this.#expiry = null
    if (atMs === Number.POSITIVE_INFINITY) return
    const timer = clock.after(atMs - clock.now(), () => this.#expire())
    this.#expiry = { atMs, cancel: () => timer.cancel() }
  }

  #expire(): void {
    this.#expiry = null
    const nowMs = this.#options.clock.now()
    const changes = this.#released(({ lockedUntilMs }) => lockedUntilMs <= nowMs)
    this.#store(changes) // Where it cannot be stored, the records are taken back all the same.
    if (changes.some(({ delivery }) => !isFinal(delivery))) this.#window.mayHaveAvailable = true
    this.#window.advance()
    this.#watchLocks()
    this.#wake()
    this.#giveUp(changes)
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }
}

const notInFlight = INVALID_RECORD_STATE.because('None of these records is in flight.')
const batchNotAcquired = INVALID_RECORD_STATE.because('No member has acquired this batch.')
const notOwnerOfBatch = INVALID_RECORD_STATE.because('Another member has acquired this batch.')
const offsetNotAcquired = INVALID_RECORD_STATE.because('No member has acquired this offset.')
const notOwnerOfOffset = INVALID_RECORD_STATE.because('Another member has acquired this offset.')
const renewalDisabled = INVALID_RECORD_STATE.because(
  'The group does not renew locks: its share.renew.acknowledge.enable is false.',
)

function beyond(which: string): KafkaError {
  return INVALID_REQUEST.because(`The ${which} offset of the batch lies beyond what has been acquired.`)
}

function holderRefusal({ memberId: holder }: Delivery, memberId: string): KafkaError | null {
  if (holder === '') return batchNotAcquired
  return holder === memberId ? null : notOwnerOfBatch
}

function undo(changes: readonly Change[]): void {
  for (const { delivery, before } of changes.toReversed()) Object.assign(delivery, before)
}
