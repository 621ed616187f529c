/** Offsets of partitions: the first, the last, those at a time. */
import { errorOf, NONE } from '../protocol/errors.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import { byLeader, byTopic } from './by-leader.ts'
import { refusal } from './client-error.ts'
import type { KafkaClient, TopicPartition } from './kafka-client.ts'

/** Special times, in place of milliseconds since 1970. */
export const latest = -1
export const earliest = -2

export interface OffsetAt extends TopicPartition {
  /** -1: no record is as late. */
  readonly offset: number
}

export interface OffsetsOptions {
  /** Ends where no open transaction has begun. */
  readonly isCommitted?: boolean
}

/** Of each partition, in the order in which they were given. */
export function offsetsAt(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  timestamp: number,
  { isCommitted = false }: OffsetsOptions = {},
): Promise<OffsetAt[]> {
  const isolationLevel = isCommitted ? 1 : 0
  return client.retrying(async () => {
    const leaders = [...(await byLeader(client, partitions))]
    const answers = await Promise.all(
      leaders.map(([leader, asked]) => {
        const topics = [...byTopic(asked)].map(([name, parts]) => {
          const wanted = parts.map(({ partition }) => ({
            partitionIndex: partition,
            currentLeaderEpoch: -1,
            timestamp,
          }))
          return { name, partitions: wanted }
        })
        return leader.request(listOffsets, { replicaId: -1, isolationLevel, topics, timeoutMs: client.timeoutMs })
      }),
    )
    const found = new Map<string, number>()
    for (const { name, partitions: told } of answers.flatMap(({ topics }) => topics)) {
      for (const { partitionIndex, errorCode, offset } of told) {
        const error = errorOf(errorCode)
        if (!error.is(NONE)) {
          client.forget(name)
          throw refusal(`partition ${partitionIndex} of ${name}`, error)
        }
        found.set(`${name}-${partitionIndex}`, offset)
      }
    }
    return partitions.map((one) => ({ ...one, offset: found.get(`${one.topic}-${one.partition}`) ?? -1 }))
  })
}

export interface PartitionEnds extends TopicPartition {
  readonly start: number
  readonly end: number
}

export async function endsOf(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  options: OffsetsOptions = {},
): Promise<PartitionEnds[]> {
  if (partitions.length === 0) return []
  const starts = await offsetsAt(client, partitions, earliest)
  const ends = await offsetsAt(client, partitions, latest, options)
  return starts.map(({ topic, partition, offset }, at) => ({ topic, partition, start: offset, end: ends[at]!.offset }))
}

/** All of a topic's. */
export async function partitionsOf(client: KafkaClient, topic: string): Promise<TopicPartition[]> {
  const { partitions } = await client.topic(topic)
  return partitions.map(({ index }) => ({ topic, partition: index }))
}
