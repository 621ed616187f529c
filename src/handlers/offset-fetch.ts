import { ZERO_UUID } from '../base/bytes.ts'
import type { Offsets } from '../coordinator/offsets.ts'
import type { CommittedOffset } from '../coordinator/records.ts'
import { type KafkaError, NONE, UNKNOWN_TOPIC_ID, UNSTABLE_OFFSET_COMMIT } from '../protocol/errors.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, isAllowed } from './authorization.ts'
import { coordinatorRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Response = Value<typeof offsetFetch.response>
type GroupAnswer = Response['groups'][number]
type TopicAnswer = GroupAnswer['topics'][number]

interface AskedTopic {
  readonly name: string
  readonly topicId: string
  readonly partitionIndexes: readonly number[]
}
interface AskedGroup {
  readonly groupId: string
  /** Of a member of the new protocol; null and −1: of nobody in particular. */
  readonly memberId: string | null
  readonly memberEpoch: number
  /** Whether an offset that is about to change is to be withheld (KIP-447). */
  readonly isStable: boolean
  /** Null: whatever it has committed. */
  readonly topics: readonly AskedTopic[] | null
}

type Reading = Pick<AskedGroup, 'groupId' | 'isStable'>

const noOffset = { offset: -1, leaderEpoch: -1, metadata: '' }

/**
 * Tells how far groups have read; −1 where they have not committed.
 *
 * - Neither the group nor the topic has to exist, as in Kafka; but a topic id has to.
 * - From version 8 on several groups at once, each with an error of its own (KIP-709). Version 1 has no place for an
 *   error of the group, so every partition repeats it.
 *
 * - Where a transaction under way has committed an offset, who requires a stable one is told to come back:
 *   UNSTABLE_OFFSET_COMMIT.
 * - A member of the new protocol names its epoch, which has to be its last one: STALE_MEMBER_EPOCH.
 */
export default handler(offsetFetch, (request, context) => {
  if (context.version >= 8) {
    const isStable = request.requireStable
    const groups = request.groups.map((group) => groupAnswer({ ...group, isStable }, context))
    return { throttleTimeMs: 0, topics: [], errorCode: NONE.code, groups }
  }
  const topics = request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
  const nobody = { memberId: null, memberEpoch: -1 }
  const asked = { groupId: request.groupId, ...nobody, isStable: request.requireStable, topics }
  const single = groupAnswer(asked, context)
  return { throttleTimeMs: 0, topics: single.topics, errorCode: single.errorCode, groups: [] }
})

function groupAnswer(group: AskedGroup, context: Context): GroupAnswer {
  const { groupId, topics } = group
  const refusal = accessRefusal('DESCRIBE', 'GROUP', groupId, context) ?? fetchRefusal(group, context)
  if (refusal !== null) return { groupId, errorCode: refusal.code, topics: refusedTopics(group, refusal, context) }
  const found = topics === null ? everything(group, context) : askedFor(group, topics, context)
  return { groupId, errorCode: NONE.code, topics: found }
}

/** A group that is not there has nothing committed, whoever asks. */
function fetchRefusal({ groupId, memberId, memberEpoch }: AskedGroup, context: Context): KafkaError | null {
  const refusal = coordinatorRefusal(groupId, context)
  if (refusal !== null) return refusal
  const error = context.cluster.groups.get(groupId)?.acceptFetch(memberId, memberEpoch) ?? NONE
  return error === NONE ? null : error
}

function refusedTopics({ topics }: AskedGroup, refusal: KafkaError, { version }: Context): TopicAnswer[] {
  return version < 2 ? (topics ?? []).map((topic) => failed(topic, refusal)) : []
}

function failed({ name, topicId, partitionIndexes }: AskedTopic, error: KafkaError): TopicAnswer {
  return { name, topicId, partitions: partitionIndexes.map((index) => partitionAnswer(index, noOffset, error)) }
}

function everything(reading: Reading, context: Context): TopicAnswer[] {
  const { cluster, version } = context
  const answers: TopicAnswer[] = []
  const offsets = cluster.groups.offsets(reading.groupId)
  for (const [name, byPartition] of offsets?.topics() ?? []) {
    const topicId = cluster.topics.get(name)?.id
    // From version 10 on a topic is named by its id, and one that is gone has none.
    if (version >= 10 && topicId === undefined) continue
    if (!isAllowed('DESCRIBE', 'TOPIC', name, context)) continue
    const partitions = [...byPartition.keys()].map((index) => offsetAnswer(offsets, name, index, reading))
    answers.push({ name, topicId: topicId ?? ZERO_UUID, partitions })
  }
  return answers
}

/** Topics that cannot be looked up come last, as in Kafka. */
function askedFor(reading: Reading, topics: readonly AskedTopic[], context: Context): TopicAnswer[] {
  const found: TopicAnswer[] = []
  const unknown: TopicAnswer[] = []
  for (const topic of topics) {
    const name = nameOf(topic, context)
    const refusal = name === undefined ? UNKNOWN_TOPIC_ID : accessRefusal('DESCRIBE', 'TOPIC', name, context)
    if (name === undefined || refusal !== null) unknown.push(failed(topic, refusal!))
    else found.push(committed(reading, name, topic, context))
  }
  return [...found, ...unknown]
}

function nameOf({ name, topicId }: AskedTopic, { cluster, version }: Context): string | undefined {
  return version >= 10 ? cluster.topics.byId(topicId)?.name : name
}

function committed(reading: Reading, name: string, asked: AskedTopic, { cluster }: Context): TopicAnswer {
  const offsets = cluster.groups.offsets(reading.groupId)
  const partitions = asked.partitionIndexes.map((index) => offsetAnswer(offsets, name, index, reading))
  return { name, topicId: asked.topicId, partitions }
}

function offsetAnswer(offsets: Offsets | undefined, topic: string, index: number, { isStable }: Reading) {
  if (isStable && offsets?.pending.has(topic, index)) return partitionAnswer(index, noOffset, UNSTABLE_OFFSET_COMMIT)
  return partitionAnswer(index, offsets?.get(topic, index) ?? noOffset)
}

type Told = Pick<CommittedOffset, 'offset' | 'leaderEpoch' | 'metadata'>

function partitionAnswer(partitionIndex: number, { offset, leaderEpoch, metadata }: Told, { code }: KafkaError = NONE) {
  return { partitionIndex, committedOffset: offset, committedLeaderEpoch: leaderEpoch, metadata, errorCode: code }
}
