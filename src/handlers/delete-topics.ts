import { ZERO_UUID } from '../base/bytes.ts'
import { groupBy } from '../base/group-by.ts'
import {
  INVALID_REQUEST,
  type KafkaError,
  NONE,
  TOPIC_DELETION_DISABLED,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { deleteTopics } from '../protocol/messages/delete-topics.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, inWords } from './authorization.ts'
import { type Cluster, type Context, handler } from './handler.ts'
import { Mutations } from './quota-use.ts'

interface Asked {
  readonly name: string | null
  readonly topicId: string
}
type Answer = Value<typeof deleteTopics.response>['responses'][number]

/**
 * Deletes topics, with their records and the offsets that groups committed for them. They are gone when this is
 * answered.
 *
 * - Who may not describe a topic that he names by its id is not told its name.
 * - A topic named twice, even once by name and once by id, is refused in one answer, and stays.
 */
export default handler(deleteTopics, (request, context) => {
  const { cluster } = context
  const mutations = new Mutations(context, strictSince)
  const asked: Asked[] = [...request.topics, ...request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))]
  if (!cluster.config.boolean('delete.topic.enable')) {
    const error = context.version >= disabledSince ? TOPIC_DELETION_DISABLED : INVALID_REQUEST
    return { throttleTimeMs: 0, responses: asked.map((one) => refused(one, error)) }
  }
  const unclear = asked.filter((one) => !isClear(one)).map((one) => refused(one, notOneOfTwo))
  const byTopic = groupBy(asked.filter(isClear), (one) => find(one, cluster)?.id ?? one.name ?? one.topicId)
  const clear = [...byTopic.values()].map((same) =>
    same.length > 1 ? refusedTwice(same) : remove(same[0]!, mutations, context),
  )
  return { throttleTimeMs: mutations.throttleTimeMs, responses: [...unclear, ...clear] }
})

/** Clients of this and newer versions know TOPIC_DELETION_DISABLED. */
const disabledSince = 3
/** Clients of this and newer versions know THROTTLING_QUOTA_EXCEEDED (KIP-599). */
const strictSince = 5
const notOneOfTwo = INVALID_REQUEST.because('A topic is to be named by its name or by its id.')

function isClear({ name, topicId }: Asked): boolean {
  return (name === null) !== (topicId === ZERO_UUID)
}

function find({ name, topicId }: Asked, { topics }: Cluster) {
  return name === null ? topics.byId(topicId) : topics.get(name)
}

function refusedTwice(same: readonly Asked[]): Answer {
  const name = same.find((one) => one.name !== null)?.name ?? null
  const topicId = same.find((one) => one.topicId !== ZERO_UUID)?.topicId ?? ZERO_UUID
  return refused({ name, topicId }, INVALID_REQUEST.because('The request names the topic twice.'))
}

function remove(asked: Asked, mutations: Mutations, context: Context): Answer {
  const { cluster } = context
  const topic = find(asked, cluster)
  const named = asked.name ?? topic?.name
  const unseen = named === undefined ? null : inWords(accessRefusal('DESCRIBE', 'TOPIC', named, context))
  if (unseen !== null) return refused(asked, unseen)
  if (topic === undefined) {
    const error = asked.name === null ? UNKNOWN_TOPIC_ID : UNKNOWN_TOPIC_OR_PARTITION
    return refused(asked, error.because('There is no such topic.'))
  }
  const denied = inWords(accessRefusal('DELETE', 'TOPIC', topic.name, context))
  if (denied !== null) return refused({ ...asked, name: topic.name }, denied)
  const throttled = mutations.refusal(topic.partitions.length)
  if (throttled !== null) return refused({ name: topic.name, topicId: topic.id }, throttled)
  cluster.topics.delete(topic)
  cluster.groups.forgetTopic(topic.name)
  cluster.shares.forgetTopic(topic.id)
  return { name: topic.name, topicId: topic.id, errorCode: NONE.code, errorMessage: null }
}

function refused({ name, topicId }: Asked, { code, message }: KafkaError): Answer {
  return { name, topicId, errorCode: code, errorMessage: message }
}
