/** Finds the partition that a request names, the way Kafka looks for it, or the error it answers. */
import type { Partition } from '../log/partition.ts'
import {
  FENCED_LEADER_EPOCH,
  KafkaError,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_LEADER_EPOCH,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import type { Topic } from '../topics/topics.ts'
import { accessRefusal } from './authorization.ts'
import type { Context } from './handler.ts'
import { leadershipRefusal } from './nodes.ts'

export interface Found {
  readonly topic: Topic<Partition>
  readonly partition: Partition
}

/** From this version on Produce and Fetch name topics by id (KIP-516). */
export const topicIdsSince = 13

/** How Produce and Fetch name a topic: by id in their newer versions, by name before. */
export interface TopicReference {
  readonly name: string
  readonly topicId: string
}

export function findTopic(
  { name, topicId }: TopicReference,
  { cluster, version }: Context,
): Topic<Partition> | KafkaError {
  if (version >= topicIdsSince) return cluster.topics.byId(topicId) ?? UNKNOWN_TOPIC_ID
  return cluster.topics.get(name) ?? UNKNOWN_TOPIC_OR_PARTITION
}

/** The same for a client that has to be allowed something. Whether there is a topic of a name is not told to others. */
export function findAllowed(operation: 'READ' | 'WRITE', asked: TopicReference, context: Context) {
  if (context.version < topicIdsSince) {
    return accessRefusal(operation, 'TOPIC', asked.name, context) ?? findTopic(asked, context)
  }
  const topic = findTopic(asked, context)
  return topic instanceof KafkaError ? topic : (accessRefusal(operation, 'TOPIC', topic.name, context) ?? topic)
}

/** The partition, if it exists and this broker leads it. */
export function findLed(topic: Topic<Partition>, index: number, context: Context): Found | KafkaError {
  const partition = topic.partitions[index]
  if (partition === undefined) return UNKNOWN_TOPIC_OR_PARTITION
  const refusal = context.refusalAt?.(topic.name, index) ?? leadershipRefusal(topic, index, context.connection)
  return refusal ?? { topic, partition }
}

/** As `findLed`, but a follower will do. */
export function findHeld(topic: Topic<Partition>, index: number, context: Context): Found | KafkaError {
  const found = findLed(topic, index, context)
  if (!(found instanceof KafkaError) || !found.is(NOT_LEADER_OR_FOLLOWER)) return found
  const isHeld = topic.replicas[index]!.replicas.includes(context.connection.nodeId)
  const refusal = isHeld ? (context.refusalAt?.(topic.name, index) ?? null) : found
  return refusal ?? { topic, partition: topic.partitions[index]! }
}

/** What a client believes of the leader must be neither older nor newer than what is (KIP-320). −1: it does not say. */
export function leaderEpochRefusal(partition: Partition, believed: number): KafkaError | null {
  if (believed === -1 || believed === partition.leaderEpoch) return null
  return believed < partition.leaderEpoch ? FENCED_LEADER_EPOCH : UNKNOWN_LEADER_EPOCH
}
