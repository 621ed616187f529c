import { ZERO_UUID } from '../base/bytes.ts'
import type { Partition } from '../log/partition.ts'
import {
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  KafkaError,
  LEADER_NOT_AVAILABLE,
  NONE,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import type { Value } from '../protocol/schema.ts'
import { noLeader } from '../topics/replicas.ts'
import { type Topic, topicNameProblem } from '../topics/topics.ts'
import {
  accessRefusal,
  clusterOperations,
  creationRefusal,
  isOpenTo,
  operationsIf,
  unaskedOperations,
} from './authorization.ts'
import { topicOrCreate } from './auto-create.ts'
import { type Context, handler } from './handler.ts'
import { controllerId, endpoints } from './nodes.ts'

type Request = Value<typeof metadata.request>
type Response = Value<typeof metadata.response>
type Asked = NonNullable<Request['topics']>[number]
type TopicMetadata = Response['topics'][number]

const idsSince = 12

/**
 * Tells which brokers there are and who leads which partition.
 *
 * - Topics that do not exist are created if both the client and settings allow it, and are there at once: Kafka first
 *   answers with an error and lets the client ask again.
 * - Without topics: all of them in version 0, none from version 1 on, where null asks for all.
 * - Whether there is a topic that one may not describe is not told; it is missing where all are asked for.
 * - A topic asked for twice is told once. Where one is asked for by id, those asked for by name are not looked at.
 */
export default handler(metadata, (request, context) => {
  const asked = context.version === 0 && request.topics?.length === 0 ? null : request.topics
  if (context.version < idsSince && asked !== null && !asked.every(isNamed)) return refused(asked)
  return {
    ...envelope,
    brokers: endpoints(context),
    clusterId: context.cluster.id,
    controllerId: controllerId(context.cluster),
    topics: asked === null ? allTopics(request, context) : askedTopics(asked, request, context),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? clusterOperations(context)
      : unaskedOperations,
  }
})

const envelope: Response = {
  throttleTimeMs: 0,
  brokers: [],
  clusterId: null,
  controllerId: -1,
  topics: [],
  clusterAuthorizedOperations: unaskedOperations,
  errorCode: NONE.code,
}
const nothing = { isInternal: false, partitions: [], topicAuthorizedOperations: unaskedOperations }

/** Versions 10 and 11 have ids in their layout, but brokers do not take them. */
function refused(asked: readonly Asked[]): Response {
  const errorCode = INVALID_REQUEST.code
  return {
    ...envelope,
    topics: asked.map(({ name, topicId }) => ({ ...nothing, errorCode, name: name ?? '', topicId })),
  }
}

function isNamed({ name, topicId }: Asked): boolean {
  return name !== null && topicId === ZERO_UUID
}

function allTopics(request: Request, context: Context): TopicMetadata[] {
  return [...context.cluster.topics.all()]
    .filter(({ name }) => isOpenTo('DESCRIBE', 'TOPIC', name, context))
    .map((topic) => described(topic, request, context))
}

function askedTopics(asked: readonly Asked[], request: Request, context: Context): TopicMetadata[] {
  const byId = unique(asked.map(({ topicId }) => topicId).filter((id) => id !== ZERO_UUID))
  if (byId.length > 0) return byId.map((id) => askedById(id, request, context))
  return unique(asked.map(({ name }) => name)).map((name) => askedByName(name, request, context))
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}

function askedById(topicId: string, request: Request, context: Context): TopicMetadata {
  const topic = context.cluster.topics.byId(topicId)
  if (topic !== undefined) {
    const denied = accessRefusal('DESCRIBE', 'TOPIC', topic.name, context)
    if (denied !== null) return { ...nothing, errorCode: denied.code, name: null, topicId }
    return described(topic, request, context)
  }
  return { ...nothing, errorCode: UNKNOWN_TOPIC_ID.code, name: null, topicId }
}

function askedByName(name: string | null, request: Request, context: Context): TopicMetadata {
  const denied = name === null ? null : accessRefusal('DESCRIBE', 'TOPIC', name, context)
  if (denied !== null) return { ...nothing, errorCode: denied.code, name, topicId: ZERO_UUID }
  const topic = name === null ? INVALID_REQUEST : topicNamed(name, request, context)
  if (!(topic instanceof KafkaError)) return described(topic, request, context)
  return {
    ...nothing,
    errorCode: topic.code,
    name,
    topicId: ZERO_UUID,
    topicAuthorizedOperations: operations(name, request, context),
  }
}

function topicNamed(name: string, request: Request, context: Context): Topic<Partition> | KafkaError {
  const { cluster } = context
  if (topicNameProblem(name) !== null) return INVALID_TOPIC_EXCEPTION
  const known = cluster.topics.get(name)
  if (known !== undefined || !request.allowAutoTopicCreation) return known ?? UNKNOWN_TOPIC_OR_PARTITION
  const denied = creationRefusal(name, context)
  return denied ?? topicOrCreate(name, cluster)
}

function described(topic: Topic<Partition>, request: Request, context: Context): TopicMetadata {
  const living = new Set(context.cluster.nodes.map(({ id }) => id))
  const isThere = (id: number) => living.has(id)
  return {
    errorCode: NONE.code,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.isInternal,
    partitions: topic.partitions.map(({ index, leaderEpoch }) => {
      const { leader, replicas, isr } = topic.replicas[index]!
      return {
        errorCode: leader === noLeader ? LEADER_NOT_AVAILABLE.code : NONE.code,
        partitionIndex: index,
        leaderId: leader,
        leaderEpoch,
        replicaNodes: [...replicas],
        isrNodes: [...isr],
        offlineReplicas: replicas.filter((id) => !isThere(id)),
      }
    }),
    topicAuthorizedOperations: operations(topic.name, request, context),
  }
}

function operations(name: string | null, { includeTopicAuthorizedOperations }: Request, context: Context): number {
  return operationsIf(includeTopicAuthorizedOperations, 'TOPIC', name ?? '', context)
}
