import { ZERO_UUID } from '../base/bytes.ts'
import { KafkaError, NONE, TOPIC_AUTHORIZATION_FAILED, UNKNOWN_SERVER_ERROR } from '../protocol/errors.ts'
import { describeShareGroupOffsets } from '../protocol/messages/describe-share-group-offsets.ts'
import type { Value } from '../protocol/schema.ts'
import type { ShareState } from '../share/share-states.ts'
import { accessRefusal, isAllowed } from './authorization.ts'
import { coordinatorRefusal, groupTypeRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Group = Value<typeof describeShareGroupOffsets.response>['groups'][number]
type Topic = Group['topics'][number]
type AskedTopics = Value<typeof describeShareGroupOffsets.request>['groups'][number]['topics']
type AskedTopic = NonNullable<AskedTopics>[number]

const unknown = { startOffset: -1, leaderEpoch: 0, lag: -1, errorCode: NONE.code, errorMessage: null }

/**
 * Tells where share groups begin to read, and how many records they have still to come to an end with (KIP-932).
 *
 * - A topic or partition that does not exist, and one that nothing is stored of, begins at −1 without an error, as in
 *   Kafka; so does each of a group that does not exist.
 * - Kafka stumbles over a group without a name, a topic without partitions and negative ones: an error of its own. Of
 *   partitions that a topic does not have it does not answer for a long time.
 * - What is told is what is stored: it moves when records are acknowledged or given back, not when they are acquired.
 */
export default handler(describeShareGroupOffsets, (request, context) => ({
  throttleTimeMs: 0,
  groups: request.groups.map(({ groupId, topics }) => described(groupId, topics, context)),
}))

function described(groupId: string, asked: AskedTopics, context: Context): Group {
  const nothing = { groupId, topics: [], errorCode: NONE.code, errorMessage: null }
  const denied = groupTypeRefusal('share', context) ?? accessRefusal('DESCRIBE', 'GROUP', groupId, context)
  if (denied !== null) return { ...nothing, errorCode: denied.code }
  if (asked?.length === 0) return nothing
  const refusal = coordinatorRefusal(groupId, context)
  if (refusal instanceof KafkaError) return { ...nothing, errorCode: refusal.code, errorMessage: refusal.message }
  if (asked === null) return { ...nothing, topics: allTopics(groupId, context) }
  const there = asked.filter(({ topicName }) => context.cluster.topics.get(topicName) !== undefined)
  const isOdd = ({ partitions }: AskedTopic) => partitions.length === 0 || partitions.some((index) => index < 0)
  if (there.length > 0 && (groupId === '' || there.some(isOdd))) {
    return { ...nothing, errorCode: UNKNOWN_SERVER_ERROR.code, errorMessage: UNKNOWN_SERVER_ERROR.name }
  }
  const byName = new Map(asked.map((topic) => [topic.topicName, topic]))
  return { ...nothing, topics: [...byName.values()].map((topic) => describedTopic(groupId, topic, context)) }
}

function allTopics(groupId: string, context: Context): Topic[] {
  const { shares, topics } = context.cluster
  return [...shares.states.ofGroup(groupId)].flatMap(([topicId, partitions]) => {
    const topic = topics.byId(topicId)
    if (topic === undefined || !isAllowed('DESCRIBE', 'TOPIC', topic.name, context)) return []
    return [describedTopic(groupId, { topicName: topic.name, partitions: [...partitions.keys()] }, context)]
  })
}

function describedTopic(groupId: string, { topicName, partitions: asked }: AskedTopic, context: Context): Topic {
  const partitions = [...new Set(asked)]
  const topic = context.cluster.topics.get(topicName)
  if (!isAllowed('DESCRIBE', 'TOPIC', topicName, context)) {
    const denied = { ...unknown, startOffset: 0, lag: -1, errorCode: TOPIC_AUTHORIZATION_FAILED.code }
    const all = partitions.map((partitionIndex) => ({ partitionIndex, ...denied }))
    return { topicName, topicId: topic?.id ?? ZERO_UUID, partitions: all }
  }
  return {
    topicName,
    topicId: topic?.id ?? ZERO_UUID,
    partitions: partitions.map((partitionIndex) => {
      const log = topic?.partitions[partitionIndex]
      const key = { groupId, topicId: topic?.id ?? ZERO_UUID, partition: partitionIndex }
      const state = log === undefined ? undefined : context.cluster.shares.states.get(key)
      if (log === undefined || state === undefined) return { partitionIndex, ...unknown }
      const { startOffset, leaderEpoch } = state
      return { partitionIndex, ...unknown, startOffset, leaderEpoch, lag: lagOf(state, log.highWatermark) }
    }),
  }
}

/** How many records have not come to their end. */
function lagOf({ startOffset, deliveryCompleteCount }: ShareState, highWatermark: number): number {
  return startOffset === -1 || deliveryCompleteCount === -1 ? -1 : highWatermark - startOffset - deliveryCompleteCount
}
