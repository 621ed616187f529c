import { ZERO_UUID } from '../base/bytes.ts'
import { KafkaError, NON_EMPTY_GROUP, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { deleteShareGroupOffsets } from '../protocol/messages/delete-share-group-offsets.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { shareGroupRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Response = Value<typeof deleteShareGroupOffsets.response>

const envelope: Response = { throttleTimeMs: 0, errorCode: NONE.code, errorMessage: null, responses: [] }

/** Forgets what a share group without members came to with topics (KIP-932): it reads them as if for the first time. */
export default handler(deleteShareGroupOffsets, (request, context) => {
  const { groupId, topics } = request
  const refusal = shareGroupRefusal('DELETE', groupId, context)
  if (refusal !== null) return refused(refusal)
  const group = context.cluster.shareGroups.find(groupId)
  if (group instanceof KafkaError) return refused(group)
  if (!group.isEmpty) return refused(NON_EMPTY_GROUP.because('The group has members; stop them first.'))
  const names = [...new Set(topics.map(({ topicName }) => topicName))]
  return { ...envelope, responses: names.map((name) => deleted(groupId, name, context)) }
})

function refused({ code, message, name }: KafkaError): Response {
  return { ...envelope, errorCode: code, errorMessage: message ?? name }
}

function deleted(groupId: string, topicName: string, context: Context): Response['responses'][number] {
  const { topics, shares } = context.cluster
  const topic = topics.get(topicName)
  const denied = accessRefusal('READ', 'TOPIC', topicName, context)
  const error = denied ?? (topic === undefined ? notThere : shares.forget(groupId, topic.id) ? NONE : nothingStored)
  return {
    topicName,
    topicId: error === NONE ? topic!.id : ZERO_UUID,
    errorCode: error.code,
    errorMessage: error === NONE ? null : error.message,
  }
}

const notThere = UNKNOWN_TOPIC_OR_PARTITION.because('There is no such partition here.')
const nothingStored = UNKNOWN_TOPIC_OR_PARTITION.because('The group has no offsets of this topic.')
