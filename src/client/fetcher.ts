/**
 * Reads partitions from their leaders, batch by batch, as they are stored. It commits nothing. Leaders that move are
 * followed, and which partitions are read may change while it reads.
 */
import { ZERO_UUID } from '../base/bytes.ts'
import { at, batchBytes, batchChecksum, type RecordBatch, readBatch, recordsSection } from '../protocol/batch.ts'
import { errorOf, NONE, OFFSET_OUT_OF_RANGE } from '../protocol/errors.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { type Record, recordsIn } from '../protocol/record-cursor.ts'
import { AbortedTransactions } from './aborted-transactions.ts'
import { byLeader, byTopic, nameOf } from './by-leader.ts'
import { ClientError, refusal } from './client-error.ts'
import type { Connection } from './connection.ts'
import type { KafkaClient, TopicPartition } from './kafka-client.ts'
import { earliest, offsetsAt } from './offsets.ts'

/** The last version that names topics instead of giving their ids. */
const newest = 12
const maxWaitMs = 500
const partitionBytesMax = 1024 * 1024
const fetchBytesMax = 8 * 1024 * 1024
/** After leaders changed. */
const retryMs = 300
/** Of a batch that unpacks to more, nobody would see the end. */
const uncompressedBytesMax = 256 * 1024 * 1024
const headerEnd = 17
const currentMagic = 2

export interface Position extends TopicPartition {
  /** The next to be read. */
  readonly offset: number
}

export interface FetchedBatch extends TopicPartition {
  readonly batch: RecordBatch
  /** What of the batch lies before this offset was not asked for. */
  readonly from: number
}

export interface FetcherOptions {
  /** Records of transactions are only read once they were committed. */
  readonly isCommitted?: boolean
  /** The next batch of any partition is read when this one is done with. */
  readonly take: (fetched: FetchedBatch) => Promise<void> | void
  /** What lies before the offset is done with, and none of it was to be taken: markers, and what was aborted. */
  readonly passed?: (partition: TopicPartition, to: number) => void
  /** What is to be read is gone, to retention perhaps: it goes on at the offset, the first there is. */
  readonly skipped?: (partition: TopicPartition, from: number, to: number) => void
}

interface Reading extends TopicPartition {
  offset: number
  readonly aborted: AbortedTransactions
}

export class Fetcher {
  readonly #client: KafkaClient
  readonly #options: FetcherOptions
  #reading = new Map<string, Reading>()
  /** Of another, what is fetched is thrown away. */
  #generation = 0
  #last: Promise<void> = Promise.resolve()
  #changed: () => void = () => {}

  constructor(client: KafkaClient, options: FetcherOptions) {
    this.#client = client
    this.#options = options
  }

  /** From now on these and no others. A partition that is read already goes on where it is. */
  assign(positions: readonly Position[]): void {
    this.#generation++
    const readings = positions.map((one): [string, Reading] => {
      const name = nameOf(one)
      return [name, this.#reading.get(name) ?? { ...one, aborted: new AbortedTransactions() }]
    })
    this.#reading = new Map(readings)
    this.#changed()
  }

  /** What was taken before is done with. */
  settled(): Promise<void> {
    return this.#last
  }

  positions(): Position[] {
    return [...this.#reading.values()].map(({ topic, partition, offset }) => ({ topic, partition, offset }))
  }

  /** Until it is stopped. Throws ClientError when a broker refuses. */
  async run(stopped: AbortSignal): Promise<void> {
    stopped.addEventListener('abort', () => this.#changed())
    while (!stopped.aborted) {
      const generation = this.#generation
      const isCurrent = () => generation === this.#generation && !stopped.aborted
      const changed = new Promise<void>((resolve) => {
        this.#changed = resolve
      })
      try {
        const leaders = await byLeader(this.#client, [...this.#reading.values()])
        const loops = [...leaders].map(([leader, readings]) => this.#follow(leader, readings, isCurrent))
        await Promise.race([changed, Promise.all([...loops, ...(loops.length === 0 ? [changed] : [])])])
      } catch (error) {
        if (!isCurrent()) continue
        if (!(error instanceof ClientError) || !error.isPassing) throw error
        this.#generation++
        for (const { topic } of this.#reading.values()) this.#client.forget(topic)
        await this.#client.pause(retryMs, stopped)
        await this.#client.retrying(() => this.#client.cluster(), { isPatient: true })
      }
    }
    await this.#last
  }

  async #follow(leader: Connection, readings: readonly Reading[], isCurrent: () => boolean): Promise<void> {
    // Answers of a broker name all partitions, or some; the one that was read from longest ago is to be next.
    let order = [...readings]
    while (isCurrent()) {
      const answer = await leader.request(fetch, this.#request(order), { newest, waitMs: maxWaitMs })
      const error = errorOf(answer.errorCode)
      if (!error.is(NONE)) throw refusal(leader.address, error)
      const filled = new Set<Reading>()
      for (const { topic, partitions } of answer.responses) {
        for (const told of partitions) {
          const reading = order.find((one) => one.topic === topic && one.partition === told.partitionIndex)
          if (reading === undefined || !isCurrent()) continue
          if (await this.#read(reading, told, isCurrent)) filled.add(reading)
        }
      }
      order = [...order.filter((one) => !filled.has(one)), ...filled]
    }
  }

  #request(readings: readonly Reading[]) {
    const topics = [...byTopic(readings)].map(([topic, all]) => ({
      topic,
      topicId: ZERO_UUID,
      partitions: all.map(({ partition, offset }) => ({
        partition,
        currentLeaderEpoch: -1,
        fetchOffset: offset,
        lastFetchedEpoch: -1,
        logStartOffset: -1,
        partitionMaxBytes: partitionBytesMax,
        replicaDirectoryId: ZERO_UUID,
        highWatermark: 0,
      })),
    }))
    const isolationLevel = this.#options.isCommitted ? 1 : 0
    return { replicaId: -1, maxWaitMs, minBytes: 1, maxBytes: fetchBytesMax, isolationLevel, topics }
  }

  /** Whether there was anything. */
  async #read(reading: Reading, told: PartitionTold, isCurrent: () => boolean): Promise<boolean> {
    const error = errorOf(told.errorCode)
    if (error.is(OFFSET_OUT_OF_RANGE)) {
      await this.#skip(reading)
      return true
    }
    if (!error.is(NONE)) throw refusal(`partition ${reading.partition} of ${reading.topic}`, error)
    if (this.#options.isCommitted) reading.aborted.learn(told.abortedTransactions ?? [])
    const bytes = Buffer.concat(told.records ?? [])
    for (const batch of batchesIn(bytes, reading)) {
      if (!isCurrent()) return true
      await this.#take(reading, batch, isCurrent)
    }
    return bytes.length > 0
  }

  /** One batch after another, whichever partition they are of, so that what is printed of them does not mix. */
  #take(reading: Reading, batch: RecordBatch, isCurrent: () => boolean): Promise<void> {
    const { topic, partition } = reading
    const next = this.#last.then(async () => {
      if (!isCurrent()) return
      const from = reading.offset
      const next = batch.baseOffset + batch.lastOffsetDelta + 1
      const isPassed = batch.isControl || (this.#options.isCommitted === true && reading.aborted.contain(batch))
      if (isPassed) this.#options.passed?.(reading, next)
      else await this.#options.take({ topic, partition, batch, from })
      if (batch.isControl) reading.aborted.end(batch)
      reading.offset = next
    })
    this.#last = next.catch(() => {})
    return next
  }

  async #skip(reading: Reading): Promise<void> {
    const from = reading.offset
    const [found] = await offsetsAt(this.#client, [reading], earliest)
    reading.offset = found!.offset
    this.#options.skipped?.(reading, from, reading.offset)
  }
}

interface PartitionTold {
  readonly partitionIndex: number
  readonly errorCode: number
  readonly abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[] | null
  readonly records: readonly Buffer[] | null
}

/** The last may be cut short, and the first end before the offset asked for. */
function* batchesIn(bytes: Buffer, reading: Reading): Generator<RecordBatch> {
  const { topic, offset } = reading
  for (let start = 0; start + headerEnd <= bytes.length; ) {
    const end = start + batchBytes(bytes, start)
    if (end > bytes.length) return
    const magic = bytes[start + headerEnd - 1]
    if (magic !== currentMagic) {
      throw new ClientError(`${topic} holds records in format ${magic}, from before Kafka 0.11`, 'refused')
    }
    const batch = readBatch(bytes, start)
    start = end
    if (batch.baseOffset + batch.lastOffsetDelta < offset) continue
    checkIntact(batch, reading)
    yield batch
  }
}

/** As Java's consumer does unless it is told not to. */
function checkIntact({ bytes, baseOffset, lastOffsetDelta }: RecordBatch, { topic, partition }: Reading): void {
  if (bytes.readUInt32BE(at.crc) === batchChecksum(bytes)) return
  const what = `the batch at offset ${baseOffset} of ${topic}, partition ${partition}, is corrupt`
  const next = baseOffset + lastOffsetDelta + 1
  throw new ClientError(`${what}: its checksum is another; read on from offset ${next}`, 'refused')
}

/** Those that were asked for. */
export function* recordsOf({ batch, from }: FetchedBatch): Generator<Record> {
  const section = recordsSection(batch, uncompressedBytesMax)
  for (const record of recordsIn(section, batch)) if (record.offset >= from) yield record
}
