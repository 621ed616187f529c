/** What members of share groups say became of records, in ShareAcknowledge, or in ShareFetch as they ask for more. */
import { INVALID_REQUEST, KafkaError, NONE, UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { type AcknowledgementBatch, acknowledgeTypes } from '../share/share-partition.ts'
import { keyOf, type Member, type TopicIdPartition } from '../share/share-sessions.ts'
import { accessRefusal } from './authorization.ts'
import { groupTypeRefusal } from './group-access.ts'
import type { Context } from './handler.ts'
import { findLed } from './partitions.ts'

export interface AcknowledgedTopic {
  readonly topicId: string
  readonly partitions: readonly {
    readonly partitionIndex: number
    readonly acknowledgementBatches: readonly AcknowledgementBatch[]
  }[]
}

export interface Acknowledged extends TopicIdPartition {
  readonly error: KafkaError
}

/** From this version on locks may be renewed (KIP-1222). */
const renewalSince = 2
const memberIdLengthMax = 36

/** Why a share session of this group and member is not for this client, or null. */
export function shareMemberRefusal(groupId: string | null, memberId: string | null, context: Context) {
  const disabled = groupTypeRefusal('share', context)
  if (disabled !== null) return disabled
  if (groupId === null) return INVALID_REQUEST.because('The request names no group.')
  const refusal = accessRefusal('READ', 'GROUP', groupId, context)
  if (refusal !== null) return refusal
  const isValid = memberId !== null && memberId !== '' && memberId.length <= memberIdLengthMax
  return isValid ? null : INVALID_REQUEST.because(`MemberId must have 1 to ${memberIdLengthMax} characters.`)
}

/**
 * What comes of each partition's acknowledgements. Those that none are given for count as well, as soon as there are
 * some for another.
 */
export function acknowledgeAll(
  topics: readonly AcknowledgedTopic[],
  isRenewAck: boolean,
  member: Member,
  context: Context,
): Acknowledged[] {
  const refused = new Map<string, Acknowledged>()
  const asked = new Map<string, TopicIdPartition & { readonly batches: readonly AcknowledgementBatch[] }>()
  for (const { topicId, partitions } of topics) {
    for (const { partitionIndex: partition, acknowledgementBatches: batches } of partitions) {
      const place = { topicId, partition }
      const refusal = refusalOf(place, context) ?? batchesRefusal(batches, isRenewAck, context.version)
      if (refusal === null) asked.set(keyOf(place), { ...place, batches })
      else refused.set(keyOf(place), { ...place, error: refusal })
    }
  }
  const isInterested = [...asked.values()].some(({ batches }) => batches.length > 0)
  if (!isInterested) return [...refused.values()]
  const done = [...asked.values()].map(({ batches, ...place }) => {
    return { ...place, error: batches.length === 0 ? NONE : acknowledge(place, batches, member, context) }
  })
  return [...refused.values(), ...done]
}

function refusalOf({ topicId, partition }: TopicIdPartition, context: Context): KafkaError | null {
  const topic = context.cluster.topics.byId(topicId)
  if (topic === undefined) return UNKNOWN_TOPIC_ID
  const refusal = accessRefusal('READ', 'TOPIC', topic.name, context)
  if (refusal !== null) return refusal
  return topic.partitions[partition] === undefined ? UNKNOWN_TOPIC_OR_PARTITION : null
}

function batchesRefusal(batches: readonly AcknowledgementBatch[], isRenewAck: boolean, version: number) {
  const typeMax = version >= renewalSince ? acknowledgeTypes.renew : acknowledgeTypes.reject
  let end = -1
  for (const { firstOffset, lastOffset, acknowledgeTypes: types } of batches) {
    const isFitting = types.length === 1 || types.length === lastOffset - firstOffset + 1
    if (firstOffset > lastOffset || firstOffset < end || types.length === 0 || !isFitting) return INVALID_REQUEST
    if (types.some((type) => type < 0 || type > typeMax)) return INVALID_REQUEST
    if (types.includes(acknowledgeTypes.renew) && !isRenewAck) return INVALID_REQUEST
    end = lastOffset
  }
  return null
}

function acknowledge(
  { topicId, partition }: TopicIdPartition,
  batches: readonly AcknowledgementBatch[],
  { groupId, memberId }: Member,
  context: Context,
): KafkaError {
  const topic = context.cluster.topics.byId(topicId)!
  const led = findLed(topic, partition, context)
  // Kafka looks for a share partition that is in use; at another broker than the leader there is none.
  if (led instanceof KafkaError) return notHere
  const key = { groupId, topicId, partition }
  const sharePartition = context.cluster.shares.partitions.get(key, led.partition.leaderEpoch)
  return sharePartition === undefined ? notHere : (sharePartition.acknowledge(memberId, batches) ?? NONE)
}

const notHere = UNKNOWN_TOPIC_OR_PARTITION.because('There is no such partition here.')
