/**
 * Reads all partitions of a topic from their leaders, batch by batch, as they are stored. It joins no group, commits
 * nothing, and so changes nothing.
 */
import { ZERO_UUID } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { batchBytes, type RecordBatch, readBatch } from '../protocol/batch.ts'
import { errorOf, type KafkaError, NONE, OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import { KafkaConnection } from './kafka-connection.ts'
import { Mistake } from '../terminal/shell.ts'

export type From = 'earliest' | 'latest'
const specialTimes: Readonly<Record<From, number>> = { earliest: -2, latest: -1 }

/** The last versions that name topics instead of giving their ids, and take a list of them. */
const newest = { fetch: 12, metadata: 9, listOffsets: 6 } as const
const maxWaitMs = 500
const partitionBytesMax = 1024 * 1024
const fetchBytesMax = 8 * 1024 * 1024
/** After leaders changed. */
const retryMs = 500

export interface TopicReaderOptions {
  readonly address: string
  readonly topic: string
  readonly from: From
  readonly clock: Clock
  readonly stopped: AbortSignal
  /** The next batch of a partition is read when this one is done with. */
  readonly take: (partition: number, batch: RecordBatch) => Promise<void>
  /** Where each partition begins is known: what comes from now on is read. */
  readonly whenReading?: (partitions: number) => void
}

/** Leaders are elsewhere now, or not known yet: to be looked for again. */
class Stale extends Error {}

/** Until it is stopped. Throws Mistake: no such broker, no such topic, or the connection broke. */
export async function readTopic(options: TopicReaderOptions): Promise<void> {
  const positions = new Map<number, number>()
  while (!options.stopped.aborted) {
    try {
      await readFromLeaders(options, positions)
    } catch (error) {
      if (!(error instanceof Stale)) throw error
      await new Promise<void>((resolve) => options.clock.after(retryMs, resolve))
    }
  }
}

async function readFromLeaders(options: TopicReaderOptions, positions: Map<number, number>): Promise<void> {
  const leaders = await findLeaders(options)
  const ended = new AbortController()
  const stopped = AbortSignal.any([options.stopped, ended.signal])
  const connections: KafkaConnection[] = []
  stopped.addEventListener('abort', () => connections.forEach((one) => one.close()))
  const loops = [...leaders].map(async ([address, partitions]) => {
    const connection = await KafkaConnection.open(address, options.clock)
    connections.push(connection)
    await findPositions(connection, partitions, positions, options)
    return { connection, partitions }
  })
  try {
    const all = await Promise.all(loops)
    options.whenReading?.(positions.size)
    await Promise.all(all.map((one) => follow(one.connection, one.partitions, positions, { ...options, stopped })))
  } catch (error) {
    if (!options.stopped.aborted) throw error
  } finally {
    ended.abort()
  }
}

/** Partitions by the address of their leader. */
async function findLeaders({ address, topic, clock }: TopicReaderOptions): Promise<Map<string, number[]>> {
  const connection = await KafkaConnection.open(address, clock)
  try {
    const topics = [{ name: topic, topicId: ZERO_UUID }]
    const answer = await connection.request(metadata, { topics, allowAutoTopicCreation: false }, newest.metadata)
    const [found] = answer.topics
    const error = errorOf(found?.errorCode ?? UNKNOWN_TOPIC_OR_PARTITION.code)
    if (error.is(UNKNOWN_TOPIC_OR_PARTITION))
      throw new Mistake(`${address} has no topic ${topic}: name one that is there`)
    refuse(error, topic)
    const leaders = new Map<string, number[]>()
    for (const { partitionIndex, leaderId } of found!.partitions) {
      const leader = answer.brokers.find(({ nodeId }) => nodeId === leaderId)
      if (leader === undefined) throw new Stale()
      const at = `${leader.host}:${leader.port}`
      leaders.set(at, [...(leaders.get(at) ?? []), partitionIndex])
    }
    return leaders
  } finally {
    connection.close()
  }
}

/** Of partitions that have none yet. */
async function findPositions(
  connection: KafkaConnection,
  partitions: readonly number[],
  positions: Map<number, number>,
  { topic, from }: TopicReaderOptions,
): Promise<void> {
  const asked = partitions
    .filter((partition) => !positions.has(partition))
    .map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp: specialTimes[from] }))
  if (asked.length === 0) return
  const topics = [{ name: topic, partitions: asked }]
  const answer = await connection.request(listOffsets, { replicaId: -1, topics }, newest.listOffsets)
  for (const { partitionIndex, errorCode, offset } of answer.topics[0]!.partitions) {
    refuse(errorOf(errorCode), topic)
    positions.set(partitionIndex, offset)
  }
}

async function follow(
  connection: KafkaConnection,
  partitions: readonly number[],
  positions: Map<number, number>,
  { topic, stopped, take }: TopicReaderOptions,
): Promise<void> {
  while (!stopped.aborted) {
    const asked = partitions.map((partition) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: positions.get(partition)!,
      lastFetchedEpoch: -1,
      logStartOffset: -1,
      partitionMaxBytes: partitionBytesMax,
      replicaDirectoryId: ZERO_UUID,
      highWatermark: 0,
    }))
    const topics = [{ topic, topicId: ZERO_UUID, partitions: asked }]
    const wanted = { replicaId: -1, maxWaitMs, minBytes: 1, maxBytes: fetchBytesMax, topics }
    const answer = await connection.request(fetch, wanted, newest.fetch)
    refuse(errorOf(answer.errorCode), topic)
    for (const { partitionIndex, errorCode, records } of answer.responses[0]?.partitions ?? []) {
      const error = errorOf(errorCode)
      if (error.is(OFFSET_OUT_OF_RANGE)) {
        // Retention, or somebody who deleted the topic and made it anew.
        positions.delete(partitionIndex)
        throw new Stale()
      }
      refuse(error, topic)
      const from = positions.get(partitionIndex)!
      for (const batch of batchesIn(Buffer.concat(records ?? []), from)) {
        if (stopped.aborted) return
        await take(partitionIndex, batch)
        positions.set(partitionIndex, batch.baseOffset + batch.lastOffsetDelta + 1)
      }
    }
  }
}

/** The last may be cut short, and the first begin before the offset asked for; control records are nobody's records. */
function* batchesIn(bytes: Buffer, from: number): Generator<RecordBatch> {
  const headerEnd = 12
  for (let start = 0; start + headerEnd <= bytes.length; ) {
    const end = start + batchBytes(bytes, start)
    if (end > bytes.length) return
    const batch = readBatch(bytes, start)
    start = end
    if (batch.baseOffset + batch.lastOffsetDelta >= from && !batch.isControl) yield batch
  }
}

function refuse(error: KafkaError, topic: string): void {
  if (error.is(NONE)) return
  if (error.isRetriable) throw new Stale()
  throw new Mistake(`the broker does not let ${topic} be read: ${error.name}`)
}
