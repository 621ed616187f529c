/**
 * What a partition remembers of its producers (KIP-98): their epoch and last five batches, so that a batch sent twice
 * is stored once and a lost one is noticed, and where the transaction began that they have open here.
 *
 * Of a producer it does not know, any sequence number is accepted (KIP-360): its earlier batches may have been
 * deleted.
 */
import type { RecordBatch } from '../protocol/batch.ts'
import {
  INVALID_PRODUCER_EPOCH,
  INVALID_TXN_STATE,
  type KafkaError,
  OUT_OF_ORDER_SEQUENCE_NUMBER,
  TRANSACTION_COORDINATOR_FENCED,
} from '../protocol/errors.ts'
import { type VerificationGuard, Verifications } from './verifications.ts'

/** A batch that was stored, by the sequence numbers of its records. */
export interface StoredBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly maxTimestamp: number
}

/** Who ended a transaction, and by whose word. */
export interface TransactionEnd {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  /** Then its epoch is newer than that of the batches which it ends (KIP-890). */
  readonly isSecondGeneration: boolean
}

export interface ProducerState {
  readonly producerId: number
  readonly epoch: number
  /** −1: it has sent nothing under this epoch. */
  readonly lastSequence: number
  readonly lastTimestamp: number
  /** −1: none of its transactions has ended here. */
  readonly coordinatorEpoch: number
  /** −1: it has no transaction open here. */
  readonly transactionStartOffset: number
}

/** What is to be kept of a producer, if only as a header, so that its state can be told from the log. */
export interface LastOfProducer {
  readonly epoch: number
  /** Of its last batch; null: a marker began its epoch. */
  readonly offset: number | null
}

interface Producer {
  epoch: number
  /** Oldest first, at most as many as a producer may have in flight; empty when a marker began the epoch. */
  readonly batches: StoredBatch[]
  lastAppendMs: number
  lastTimestamp: number
  coordinatorEpoch: number
}

const none = -1

const batchesMax = 5
const sequenceMax = 0x7fff_ffff

export class Producers {
  readonly #byId = new Map<number, Producer>()
  /** The first offset of each open transaction, in ascending order; those who have one are in #byId. */
  readonly #open = new Map<number, number>()
  readonly #verifications = new Verifications()

  copy(): Producers {
    const copy = new Producers()
    for (const [id, producer] of this.#byId) copy.#byId.set(id, { ...producer, batches: [...producer.batches] })
    for (const [id, firstOffset] of this.#open) copy.#open.set(id, firstOffset)
    return copy
  }

  get size(): number {
    return this.#byId.size
  }

  /** Where the oldest open transaction begins; null when none is open. */
  get firstOpenOffset(): number | null {
    return this.#open.size === 0 ? null : this.#open.values().next().value!
  }

  *states(): Generator<ProducerState> {
    for (const [producerId, { epoch, batches, lastTimestamp, coordinatorEpoch }] of this.#byId) {
      const lastSequence = batches.at(-1)?.lastSequence ?? none
      const transactionStartOffset = this.#open.get(producerId) ?? none
      yield { producerId, epoch, lastSequence, lastTimestamp, coordinatorEpoch, transactionStartOffset }
    }
  }

  lastOf(producerId: number): LastOfProducer | undefined {
    const producer = this.#byId.get(producerId)
    if (producer === undefined) return undefined
    const last = producer.batches.at(-1)
    return { epoch: producer.epoch, offset: last === undefined ? null : lastOffsetOf(last) }
  }

  /** To be shown with the batch once the coordinator agrees; null when it needs not be asked. */
  beginVerification(batch: RecordBatch, isSecondGeneration: boolean, now: number): VerificationGuard | null {
    if (this.#isOpenFor(batch)) return null
    const { producerId, producerEpoch, baseSequence } = batch
    return this.#verifications.begin(producerId, producerEpoch, baseSequence, isSecondGeneration, now)
  }

  /** The stored batch of which this one is a copy. */
  duplicateOf(batch: RecordBatch): StoredBatch | null {
    const producer = this.#byId.get(batch.producerId)
    if (producer === undefined || producer.epoch !== batch.producerEpoch) return null
    const lastSequence = lastSequenceOf(batch)
    const isCopy = (stored: StoredBatch) =>
      stored.firstSequence === batch.baseSequence && stored.lastSequence === lastSequence
    return producer.batches.find(isCopy) ?? null
  }

  /** Why this batch may not follow what its producer sent before, or null. */
  refusal(batch: RecordBatch, guard: VerificationGuard | null = null): KafkaError | null {
    const { producerId } = batch
    const known = this.#verifications.get(producerId)
    // Granted for another transaction than the one that would begin here now, or not at all.
    if (batch.isTransactional && !this.#isOpenFor(batch) && (guard === null || guard !== known))
      return INVALID_TXN_STATE
    const producer = this.#byId.get(producerId)
    const refusal =
      epochRefusal(producer, batch.producerEpoch) ??
      this.#overtakingRefusal(batch, producer, known) ??
      sequenceRefusal(batch, producer)
    if (refusal !== null) return refusal
    return this.#open.has(producerId) && !batch.isTransactional ? INVALID_TXN_STATE : null
  }

  appended(batch: RecordBatch, baseOffset: number, maxTimestamp: number, now: number): void {
    const { producerId, producerEpoch } = batch
    const producer = this.#producer(producerId, producerEpoch)
    if (batch.baseSequence >= 0) {
      const { batches } = producer
      if (batches.length === batchesMax) batches.shift()
      batches.push({
        firstSequence: batch.baseSequence,
        lastSequence: lastSequenceOf(batch),
        baseOffset,
        maxTimestamp,
      })
    }
    producer.lastAppendMs = now
    producer.lastTimestamp = maxTimestamp
    if (!batch.isTransactional) return
    this.#verifications.end(producerId)
    if (!this.#open.has(producerId)) this.#open.set(producerId, baseOffset)
  }

  /** Why a transaction may not be ended so, or null. */
  endRefusal(end: TransactionEnd): KafkaError | null {
    const producer = this.#byId.get(end.producerId)
    if (producer === undefined) return null
    // What is still open was begun under an older epoch than that of its marker.
    const isStale = end.isSecondGeneration && this.#open.has(end.producerId) && end.producerEpoch === producer.epoch
    if (isStale) return INVALID_PRODUCER_EPOCH.because(`epoch ${end.producerEpoch} is that of the open transaction`)
    const refusal = epochRefusal(producer, end.producerEpoch)
    if (refusal !== null) return refusal
    return end.coordinatorEpoch < producer.coordinatorEpoch ? TRANSACTION_COORDINATOR_FENCED : null
  }

  /** The marker is written; answers where the transaction began, null if it wrote nothing here. */
  ended(end: TransactionEnd, now: number): number | null {
    const { producerId, producerEpoch, coordinatorEpoch } = end
    const producer = this.#producer(producerId, producerEpoch)
    producer.coordinatorEpoch = coordinatorEpoch
    producer.lastAppendMs = now
    producer.lastTimestamp = now
    this.#verifications.end(producerId)
    const firstOffset = this.#open.get(producerId) ?? null
    this.#open.delete(producerId)
    return firstOffset
  }

  /**
   * Forgets who has been silent for so long and has nothing open. Kafka goes by record time; a producer of old records
   * would be forgotten at once.
   */
  expire(now: number, expirationMs: number): void {
    for (const [id, { lastAppendMs }] of this.#byId) {
      if (now - lastAppendMs >= expirationMs && !this.#open.has(id)) this.#byId.delete(id)
    }
    this.#verifications.expire(now, expirationMs)
  }

  #isOpenFor({ producerId, producerEpoch }: RecordBatch): boolean {
    return this.#open.has(producerId) && this.#byId.get(producerId)?.epoch === producerEpoch
  }

  /** Under this epoch; what it sent under an older one no longer counts. */
  #producer(producerId: number, epoch: number): Producer {
    const known = this.#byId.get(producerId)
    if (known === undefined) {
      const fresh = { epoch, batches: [], lastAppendMs: 0, lastTimestamp: none, coordinatorEpoch: none }
      this.#byId.set(producerId, fresh)
      return fresh
    }
    if (known.epoch !== epoch) known.batches.length = 0
    known.epoch = epoch
    return known
  }

  /**
   * While a transaction has not begun, a batch must not overtake another that is yet to be sent again. What a zombie of
   * an older epoch asked for, and was refused, is not waited for.
   */
  #overtakingRefusal(
    { producerEpoch, baseSequence }: RecordBatch,
    producer: Producer | undefined,
    guard: VerificationGuard | undefined,
  ): KafkaError | null {
    if (guard === undefined || baseSequence < 0 || guard.epoch < producerEpoch) return null
    const isNew = producer === undefined || producer.batches.length === 0
    if (guard.isSecondGeneration) return isNew && baseSequence !== 0 ? outOfOrder(baseSequence, 0) : null
    return baseSequence > guard.lowestSequence ? outOfOrder(baseSequence, guard.lowestSequence) : null
  }
}

function epochRefusal(producer: Producer | undefined, epoch: number): KafkaError | null {
  if (producer === undefined || epoch >= producer.epoch) return null
  return INVALID_PRODUCER_EPOCH.because(`epoch ${epoch} is older than the last seen, ${producer.epoch}`)
}

function sequenceRefusal({ producerEpoch, baseSequence }: RecordBatch, producer: Producer | undefined) {
  if (producer === undefined || baseSequence < 0) return null
  // A new epoch counts from 0.
  const last = producerEpoch > producer.epoch ? undefined : producer.batches.at(-1)
  const expected = last === undefined ? 0 : sequenceAfter(last.lastSequence, 1)
  return baseSequence === expected ? null : outOfOrder(baseSequence, expected)
}

function outOfOrder(sequence: number, expected: number): KafkaError {
  return OUT_OF_ORDER_SEQUENCE_NUMBER.because(`sequence ${sequence} where ${expected} was expected`)
}

/** Records that were taken out keep their sequence numbers, so it is the offsets that count. */
function lastSequenceOf(batch: RecordBatch): number {
  return sequenceAfter(batch.baseSequence, batch.lastOffsetDelta)
}

function lastOffsetOf({ baseOffset, firstSequence, lastSequence }: StoredBatch): number {
  const span = lastSequence - firstSequence
  return baseOffset + (span < 0 ? span + sequenceMax + 1 : span)
}

/** Sequence numbers wrap from 2^31 - 1 to 0. */
function sequenceAfter(sequence: number, step: number): number {
  return sequence > sequenceMax - step ? step - (sequenceMax - sequence) - 1 : sequence + step
}
