import { ZERO_UUID } from '../base/bytes.ts'
import type { Partition } from '../log/partition.ts'
import {
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  NONE,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { internalTopics } from '../protocol/internal-topics.ts'
import { describeTopicPartitions } from '../protocol/messages/describe-topic-partitions.ts'
import type { Value } from '../protocol/schema.ts'
import { type Topic, topicNameProblem } from '../topics/topics.ts'
import { authorizedOperations, isAllowed, isOpenTo, unaskedOperations } from './authorization.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof describeTopicPartitions.request>
type Response = Value<typeof describeTopicPartitions.response>
type Described = Response['topics'][number]

/**
 * Describes topics and their partitions in the order of their names, a page at a time (KIP-966): where a page ends, the
 * cursor says where the next one begins.
 *
 * - Naming no topics asks for all that the client may see; a topic that is named and is not there is told as such.
 */
export default handler(describeTopicPartitions, (request, context) => {
  const { topics: asked, cursor, responsePartitionLimit } = request
  const first = cursor?.topicName ?? ''
  const all = asked.length === 0 ? [...context.cluster.topics.all()] : asked
  const names = [...new Set(all.map(({ name }) => name))].filter((name) => name >= first).sort()
  if (cursorRefusal(request, names)) return refused(asked)
  const isSeen = asked.length === 0 ? isOpenTo : isAllowed
  const seen = names.filter((name) => isSeen('DESCRIBE', 'TOPIC', name, context))
  const limit = Math.max(1, Math.min(context.cluster.config.number(limitConfig), responsePartitionLimit))
  const page = pageOf(seen, limit, request, context)
  const hidden = asked.length === 0 ? [] : names.filter((name) => !seen.includes(name))
  const denied = hidden.map((name) => absent(name, TOPIC_AUTHORIZATION_FAILED.code))
  return { throttleTimeMs: 0, topics: [...page.topics, ...denied], nextCursor: page.nextCursor }
})

const limitConfig = 'max.request.partition.size.limit'

function cursorRefusal({ topics, cursor }: Request, names: readonly string[]): boolean {
  if (cursor === null) return false
  return cursor.partitionIndex < 0 || (topics.length > 0 && !names.includes(cursor.topicName))
}

function pageOf(names: readonly string[], limit: number, { topics, cursor }: Request, context: Context) {
  const described: Described[] = []
  let left = limit
  for (const topicName of names) {
    if (left === 0) return { topics: described, nextCursor: { topicName, partitionIndex: 0 } }
    const topic = context.cluster.topics.get(topicName)
    const operations = authorizedOperations('TOPIC', topicName, context)
    if (topic === undefined) {
      const { code } = topicNameProblem(topicName) === null ? UNKNOWN_TOPIC_OR_PARTITION : INVALID_TOPIC_EXCEPTION
      if (topics.length > 0) described.push({ ...absent(topicName, code), topicAuthorizedOperations: operations })
      continue
    }
    const begin = topicName === cursor?.topicName ? cursor.partitionIndex : 0
    const end = Math.min(topic.partitions.length, begin + left)
    const partitions = topic.partitions.slice(begin, end).map(({ index }) => partitionOf(topic, index, context))
    const { name, id: topicId, isInternal } = topic
    described.push({
      errorCode: NONE.code,
      name,
      topicId,
      isInternal,
      partitions,
      topicAuthorizedOperations: operations,
    })
    if (end < topic.partitions.length) return { topics: described, nextCursor: { topicName, partitionIndex: end } }
    left -= partitions.length
  }
  return { topics: described, nextCursor: null }
}

function partitionOf(topic: Topic<Partition>, partitionIndex: number, { cluster }: Context) {
  const { leader, replicas, isr, elr, lastKnownElr } = topic.replicas[partitionIndex]!
  return {
    errorCode: NONE.code,
    partitionIndex,
    leaderId: leader,
    leaderEpoch: topic.partitions[partitionIndex]!.leaderEpoch,
    replicaNodes: [...replicas],
    isrNodes: [...isr],
    eligibleLeaderReplicas: [...elr],
    lastKnownElr: [...lastKnownElr],
    offlineReplicas: replicas.filter((replica) => !cluster.nodes.some(({ id }) => id === replica)),
  }
}

function absent(name: string, errorCode: number): Described {
  return {
    errorCode,
    name,
    topicId: ZERO_UUID,
    isInternal: internalTopics.has(name),
    partitions: [],
    topicAuthorizedOperations: unaskedOperations,
  }
}

/** A bad cursor is told of each topic that was named. */
function refused(asked: Request['topics']): Response {
  const topics = asked.map(({ name }) => ({ ...absent(name, INVALID_REQUEST.code), isInternal: false }))
  return { throttleTimeMs: 0, topics, nextCursor: null }
}
