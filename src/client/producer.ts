/**
 * Produces records: gathers them in batches, one at a time under way to each partition, and tries again where a broker
 * says that this helps. It is idempotent where brokers can tell a batch from its repetition, so no record is stored
 * twice.
 *
 * When a broker refuses a batch because of single records, the others are sent again without them.
 *
 * Not done: transactions.
 */
import type { Timer } from '../base/clock.ts'
import { type Random, systemRandom } from '../base/random.ts'
import {
  DUPLICATE_SEQUENCE_NUMBER,
  errorOf,
  INVALID_RECORD,
  type KafkaError,
  MESSAGE_TOO_LARGE,
  NONE,
} from '../protocol/errors.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { produce } from '../protocol/messages/produce.ts'
import { type CompressionType, encodeBatch, type NewRecord } from '../protocol/records.ts'
import { ClientError, refusal } from './client-error.ts'
import type { KafkaClient } from './kafka-client.ts'
import { Partitioner } from './partitioner.ts'

/** The last version that names topics instead of giving their ids. */
const newest = 12
const batchBytesMax = 512 * 1024
const batchRecordsMax = 10_000
/** What a record costs beside its key and value. */
const recordOverheadBytes = 70
/** Beyond, whoever produces waits. */
const bufferedBytesMax = 16 * 1024 * 1024
const lingerMs = 5
const retryMs = 100

export interface ToProduce extends NewRecord {
  readonly topic: string
  /** Undefined: the key decides. */
  readonly partition?: number
}

/** What became of a record. */
export interface Delivery<R extends ToProduce> {
  readonly record: R
  readonly partition: number
  /** Null when it was refused, or when the broker does not say (acks=0). */
  readonly offset: number | null
  readonly error: KafkaError | null
}

export interface ProducerOptions<R extends ToProduce> {
  readonly acks?: -1 | 0 | 1
  readonly compression?: CompressionType
  readonly isIdempotent?: boolean
  readonly createsTopics?: boolean
  readonly random?: Random
  readonly delivered: (delivery: Delivery<R>) => void
}

interface Lane<R extends ToProduce> {
  readonly topic: string
  readonly partition: number
  readonly waiting: R[]
  waitingBytes: number
  sequence: number
  isSending: boolean
}

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

interface Answered {
  readonly error: KafkaError
  readonly baseOffset: number
  readonly refused: ReadonlyMap<number, string | null>
}

export class Producer<R extends ToProduce> {
  readonly #client: KafkaClient
  readonly #options: ProducerOptions<R>
  readonly #partitioner: Partitioner
  readonly #lanes = new Map<string, Lane<R>>()
  #identity: Promise<Identity | null> | null = null
  #bufferedBytes = 0
  #linger: Timer | null = null
  #failure: Error | null = null
  #wake: (() => void)[] = []

  constructor(client: KafkaClient, options: ProducerOptions<R>) {
    this.#client = client
    this.#options = options
    this.#partitioner = new Partitioner(options.random ?? systemRandom)
  }

  /** Null, or a promise to wait for before the next one. Throws ClientError when nothing more can be produced. */
  send(record: R): Promise<void> | null {
    if (this.#failure !== null) throw this.#failure
    const known = this.#client.known(record.topic)
    if (known === null) return this.#sendFirst(record)
    this.#add(record, known.partitions.length)
    return this.#bufferedBytes > bufferedBytesMax ? this.#room() : null
  }

  async #sendFirst(record: R): Promise<void> {
    const creates = this.#options.createsTopics ?? true
    const { partitions } = await this.#client.retrying(() => this.#client.topic(record.topic, { creates }))
    this.#add(record, partitions.length)
  }

  async #room(): Promise<void> {
    while (this.#bufferedBytes > bufferedBytesMax && this.#failure === null) await this.#change()
  }

  #add(record: R, partitionCount: number): void {
    const { topic, key } = record
    const partition = record.partition ?? this.#partitioner.partition(topic, key, partitionCount)
    if (partition >= partitionCount) {
      const there = `it has 0 to ${partitionCount - 1}`
      throw new ClientError(`topic ${topic} has no partition ${partition}; ${there}`, 'wrong')
    }
    const lane = this.#lane(topic, partition)
    lane.waiting.push(record)
    const bytes = bytesOf(record)
    lane.waitingBytes += bytes
    this.#bufferedBytes += bytes
    if (isFull(lane)) {
      this.#start(lane)
      this.#partitioner.moveOn(topic, partitionCount)
    } else {
      this.#linger ??= this.#client.clock.after(lingerMs, () => this.#startAll())
    }
  }

  /** Until each record was delivered or refused. */
  async flush(): Promise<void> {
    this.#startAll()
    while ([...this.#lanes.values()].some(({ waiting, isSending }) => isSending || waiting.length > 0)) {
      if (this.#failure !== null) throw this.#failure
      await this.#change()
    }
    if (this.#failure !== null) throw this.#failure
  }

  #lane(topic: string, partition: number): Lane<R> {
    const name = `${topic}-${partition}`
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const lane = {
      topic,
      partition,
      waiting: [],
      waitingBytes: 0,
      sequence: 0,
      isSending: false,
    }
    this.#lanes.set(name, lane)
    return lane
  }

  #startAll(): void {
    this.#linger?.cancel()
    this.#linger = null
    for (const lane of this.#lanes.values()) if (lane.waiting.length > 0) this.#start(lane)
  }

  #start(lane: Lane<R>): void {
    if (lane.isSending || this.#failure !== null) return
    lane.isSending = true
    this.#drain(lane)
      .catch((error: Error) => {
        this.#failure ??= error
      })
      .finally(() => {
        lane.isSending = false
        this.#changed()
      })
  }

  async #drain(lane: Lane<R>): Promise<void> {
    while (lane.waiting.length > 0) {
      const batch = takeBatch(lane)
      const bytes = batch.reduce((sum, record) => sum + bytesOf(record), 0)
      await this.#deliver(lane, batch)
      this.#bufferedBytes -= bytes
      this.#changed()
    }
  }

  async #deliver(lane: Lane<R>, batch: readonly R[]): Promise<void> {
    if (batch.length === 0) return
    const { error, baseOffset, refused } = await this.#sendUntilAnswered(lane, batch)
    const tell = (record: R, offset: number | null, why: KafkaError | null) =>
      this.#options.delivered({ record, partition: lane.partition, offset, error: why })
    if (error.is(NONE) || error.is(DUPLICATE_SEQUENCE_NUMBER)) {
      lane.sequence = (lane.sequence + batch.length) % 2 ** 31
      batch.forEach((record, at) => tell(record, baseOffset < 0 ? null : baseOffset + at, null))
    } else if (error.is(INVALID_RECORD) && refused.size > 0 && refused.size < batch.length) {
      for (const [at, why] of refused) tell(batch[at]!, null, why === null ? error : error.because(why))
      await this.#deliver(
        lane,
        batch.filter((_, at) => !refused.has(at)),
      )
    } else if (error.is(MESSAGE_TOO_LARGE) && batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await this.#deliver(lane, batch.slice(0, half))
      await this.#deliver(lane, batch.slice(half))
    } else {
      batch.forEach((record, at) => {
        const why = refused.get(at)
        tell(record, null, why == null ? error : error.because(why))
      })
    }
  }

  /** What is retriable is tried again; what is not, or for too long, is the answer. */
  async #sendUntilAnswered(lane: Lane<R>, batch: readonly R[]): Promise<Answered> {
    const { clock, timeoutMs } = this.#client
    const deadlineMs = clock.now() + timeoutMs
    for (;;) {
      try {
        const answered = await this.#sendOnce(lane, batch)
        if (!answered.error.isRetriable || clock.now() >= deadlineMs) return answered
      } catch (error) {
        const mayHelp = error instanceof ClientError && error.isPassing && clock.now() < deadlineMs
        // Whether a batch arrived whose answer did not come, only an idempotent producer's broker can tell.
        if (!mayHelp || (await this.#identified()) === null) throw error
      }
      this.#client.forget(lane.topic)
      await this.#client.pause(retryMs)
    }
  }

  async #sendOnce({ topic, partition, sequence }: Lane<R>, batch: readonly R[]): Promise<Answered> {
    const { acks = -1, compression = 'none' } = this.#options
    const identity = await this.#identified()
    const numbered = identity === null ? {} : { ...identity, baseSequence: sequence }
    const records = encodeBatch(batch, { compression, ...numbered })
    const leader = await this.#client.leader({ topic, partition })
    const partitionData = [{ index: partition, records }]
    const topicData = [{ name: topic, topicId: '', partitionData }]
    const message = { transactionalId: null, acks, timeoutMs: this.#client.timeoutMs, topicData }
    if (acks === 0) {
      leader.tell(produce, message, { newest })
      return { error: NONE, baseOffset: -1, refused: new Map() }
    }
    const { responses } = await leader.request(produce, message, { newest, waitMs: this.#client.timeoutMs })
    const told = responses[0]?.partitionResponses[0]
    if (told === undefined) throw new ClientError(`${leader.address} left a batch unanswered`, 'refused')
    const { errorCode, errorMessage, baseOffset, recordErrors } = told
    const error = errorOf(errorCode)
    const refused = recordErrors.map((one) => [one.batchIndex, one.batchIndexErrorMessage] as const)
    return {
      error: errorMessage === null ? error : error.because(errorMessage),
      baseOffset,
      refused: new Map(refused),
    }
  }

  /** Null: it is not idempotent, by choice or since the broker does not know of it. */
  #identified(): Promise<Identity | null> {
    const { acks = -1, isIdempotent = acks === -1 } = this.#options
    if (!isIdempotent) return Promise.resolve(null)
    this.#identity ??= this.#client.retrying(async () => {
      const connection = await this.#client.anyConnection()
      if (connection.versionOf(initProducerId) === null) return null
      const asked = { transactionalId: null, transactionTimeoutMs: this.#client.timeoutMs }
      const { errorCode, producerId, producerEpoch } = await connection.request(initProducerId, asked)
      const error = errorOf(errorCode)
      if (!error.is(NONE)) throw refusal('a producer id', error)
      return { producerId, producerEpoch }
    })
    return this.#identity
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #changed(): void {
    const waiting = this.#wake
    this.#wake = []
    for (const wake of waiting) wake()
  }
}

function bytesOf({ key, value, headers = [] }: ToProduce): number {
  const headerBytes = headers.reduce((sum, one) => sum + one.key.length + (one.value?.length ?? 0) + 10, 0)
  return (key?.length ?? 0) + (value?.length ?? 0) + headerBytes + recordOverheadBytes
}

function isFull({ waiting, waitingBytes }: Lane<ToProduce>): boolean {
  return waiting.length >= batchRecordsMax || waitingBytes >= batchBytesMax
}

/** As many as fit; at least one. */
function takeBatch<R extends ToProduce>(lane: Lane<R>): R[] {
  let count = 0
  let bytes = 0
  for (; count < Math.min(lane.waiting.length, batchRecordsMax); count++) {
    const more = bytesOf(lane.waiting[count]!)
    if (count > 0 && bytes + more > batchBytesMax) break
    bytes += more
  }
  lane.waitingBytes -= bytes
  return lane.waiting.splice(0, count)
}
