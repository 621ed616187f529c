/**
 * What a partition remembers of its idempotent producers (KIP-98): their epoch and last five batches, so that a
 * batch sent twice is stored once and a lost one is noticed.
 *
 * Of a producer it does not know, any sequence number is accepted (KIP-360): its earlier batches may have been
 * deleted.
 */
import type { RecordBatch } from '../protocol/batch.ts'
import { INVALID_PRODUCER_EPOCH, type KafkaError, OUT_OF_ORDER_SEQUENCE_NUMBER } from '../protocol/errors.ts'

/** A batch that was stored, by the sequence numbers of its records. */
export interface StoredBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly maxTimestamp: number
}

interface Producer {
  epoch: number
  /** Oldest first, never empty, at most as many as a producer may have in flight. */
  readonly batches: StoredBatch[]
  lastAppendMs: number
}

const batchesMax = 5
const sequenceMax = 0x7fff_ffff

export class Producers {
  readonly #byId = new Map<number, Producer>()

  copy(): Producers {
    const copy = new Producers()
    for (const [id, producer] of this.#byId) copy.#byId.set(id, { ...producer, batches: [...producer.batches] })
    return copy
  }

  get size(): number {
    return this.#byId.size
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
  refusal(batch: RecordBatch): KafkaError | null {
    const producer = this.#byId.get(batch.producerId)
    if (producer === undefined) return null
    const { epoch, batches } = producer
    if (batch.producerEpoch < epoch) {
      return INVALID_PRODUCER_EPOCH.because(`epoch ${batch.producerEpoch} is older than the last seen, ${epoch}`)
    }
    // A new epoch counts from 0.
    const expected = batch.producerEpoch > epoch ? 0 : sequenceAfter(batches.at(-1)!.lastSequence, 1)
    if (batch.baseSequence === expected) return null
    return OUT_OF_ORDER_SEQUENCE_NUMBER.because(`sequence ${batch.baseSequence} where ${expected} was expected`)
  }

  appended(batch: RecordBatch, baseOffset: number, maxTimestamp: number, now: number): void {
    const firstSequence = batch.baseSequence
    const stored = { firstSequence, lastSequence: lastSequenceOf(batch), baseOffset, maxTimestamp }
    const producer = this.#byId.get(batch.producerId)
    if (producer === undefined) {
      this.#byId.set(batch.producerId, { epoch: batch.producerEpoch, batches: [stored], lastAppendMs: now })
      return
    }
    if (producer.epoch !== batch.producerEpoch) producer.batches.length = 0
    if (producer.batches.length === batchesMax) producer.batches.shift()
    producer.batches.push(stored)
    producer.epoch = batch.producerEpoch
    producer.lastAppendMs = now
  }

  /**
   * Forgets who has been silent for so long. Kafka goes by record time; a producer of old records would be forgotten
   * at once.
   */
  expire(now: number, expirationMs: number): void {
    for (const [id, { lastAppendMs }] of this.#byId) if (now - lastAppendMs >= expirationMs) this.#byId.delete(id)
  }
}

/** Records that were taken out keep their sequence numbers, so it is the offsets that count. */
function lastSequenceOf(batch: RecordBatch): number {
  return sequenceAfter(batch.baseSequence, batch.lastOffsetDelta)
}

/** Sequence numbers wrap from 2^31 - 1 to 0. */
function sequenceAfter(sequence: number, step: number): number {
  return sequence > sequenceMax - step ? step - (sequenceMax - sequence) - 1 : sequence + step
}
