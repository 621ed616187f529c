import { ZERO_UUID } from '../base/bytes.ts'
import { groupBy } from '../base/group-by.ts'
import type { ShareGroup } from '../coordinator/share/share-group.ts'
import {
  KafkaError,
  NON_EMPTY_GROUP,
  NONE,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { alterShareGroupOffsets } from '../protocol/messages/alter-share-group-offsets.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { shareGroupRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof alterShareGroupOffsets.request>
type Response = Value<typeof alterShareGroupOffsets.response>

const envelope: Response = { throttleTimeMs: 0, errorCode: NONE.code, errorMessage: null, responses: [] }

/**
 * Sets from where on a share group reads its partitions (KIP-932); nothing is left of what it came to before.
 *
 * - A group that does not exist is made; one with members is refused.
 * - Kafka stumbles over negative partitions: an error of its own.
 */
export default handler(alterShareGroupOffsets, (request, context) => {
  const { groupId, topics } = request
  const refusal = shareGroupRefusal('READ', groupId, context)
  if (refusal !== null) return refused(refusal)
  const { shareGroups } = context.cluster
  const group = shareGroups.findOrMake(groupId)
  if (group instanceof KafkaError) return refused(group)
  if (!group.isEmpty) return refused(NON_EMPTY_GROUP.because('The group has members; stop them first.'))
  if (topics.some((topic) => topic.partitions.some(({ partitionIndex }) => partitionIndex < 0))) {
    return refused(UNKNOWN_SERVER_ERROR)
  }
  const kept = shareGroups.keep(group)
  if (kept instanceof KafkaError) return refused(kept)
  const byName = [...groupBy(topics, ({ topicName }) => topicName)].map(([topicName, same]) => ({
    topicName,
    partitions: same.flatMap(({ partitions }) => partitions),
  }))
  return { ...envelope, responses: byName.map((topic) => altered(topic, kept, context)) }
})

function refused({ code, message, name }: KafkaError): Response {
  return { ...envelope, errorCode: code, errorMessage: message ?? name }
}

function altered(
  { topicName, partitions }: Request['topics'][number],
  { id: groupId, epoch }: ShareGroup,
  context: Context,
): Response['responses'][number] {
  const { topics, shares } = context.cluster
  const topic = topics.get(topicName)
  const denied = accessRefusal('READ', 'TOPIC', topicName, context)
  return {
    topicName,
    topicId: topic?.id ?? ZERO_UUID,
    partitions: partitions.map(({ partitionIndex: partition, startOffset }) => {
      const isThere = topic?.partitions[partition] !== undefined
      const error =
        denied ??
        (isThere ? shares.states.initialize({ groupId, topicId: topic.id, partition }, epoch, startOffset) : notThere)
      return { partitionIndex: partition, errorCode: (error ?? NONE).code, errorMessage: error?.message ?? null }
    }),
  }
}

const notThere = UNKNOWN_TOPIC_OR_PARTITION.because('There is no such partition here.')
