import { ZERO_UUID } from '../base/bytes.ts'
import type { CommittedOffset } from '../coordinator/records.ts'
import { type KafkaError, NONE, UNKNOWN_TOPIC_ID } from '../protocol/errors.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import type { Value } from '../protocol/schema.ts'
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
  /** Null: whatever it has committed. */
  readonly topics: readonly AskedTopic[] | null
}

const noOffset = { offset: -1, leaderEpoch: -1, metadata: '' }

/**
 * Tells how far groups have read; −1 where they have not committed.
 *
 * - Neither the group nor the topic has to exist, as in Kafka; but a topic id has to.
 * - From version 8 on several groups at once, each with an error of its own (KIP-709). Version 1 has no place for an
 *   error of the group, so every partition repeats it.
 *
 * Not done: member epochs of the new protocol (KIP-848); offsets pending in a transaction, for which `requireStable`
 * would wait.
 */
export default handler(offsetFetch, (request, context) => {
  if (context.version >= 8) {
    const groups = request.groups.map((group) => groupAnswer(group, context))
    return { throttleTimeMs: 0, topics: [], errorCode: NONE.code, groups }
  }
  const topics = request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
  const single = groupAnswer({ groupId: request.groupId, topics }, context)
  return { throttleTimeMs: 0, topics: single.topics, errorCode: single.errorCode, groups: [] }
})

function groupAnswer(group: AskedGroup, context: Context): GroupAnswer {
  const { groupId, topics } = group
  const refusal = coordinatorRefusal(groupId, context)
  if (refusal !== null) return { groupId, errorCode: refusal.code, topics: refusedTopics(group, refusal, context) }
  const found = topics === null ? everything(groupId, context) : askedFor(groupId, topics, context)
  return { groupId, errorCode: NONE.code, topics: found }
}

function refusedTopics({ topics }: AskedGroup, refusal: KafkaError, { version }: Context): TopicAnswer[] {
  return version < 2 ? (topics ?? []).map((topic) => failed(topic, refusal)) : []
}

function failed({ name, topicId, partitionIndexes }: AskedTopic, error: KafkaError): TopicAnswer {
  return { name, topicId, partitions: partitionIndexes.map((index) => partitionAnswer(index, noOffset, error)) }
}

function everything(groupId: string, { cluster, version }: Context): TopicAnswer[] {
  const answers: TopicAnswer[] = []
  for (const [name, byPartition] of cluster.groups.offsets(groupId)?.topics() ?? []) {
    const topicId = cluster.topics.get(name)?.id
    // From version 10 on a topic is named by its id, and one that is gone has none.
    if (version >= 10 && topicId === undefined) continue
    const partitions = [...byPartition].map(([index, committed]) => partitionAnswer(index, committed))
    answers.push({ name, topicId: topicId ?? ZERO_UUID, partitions })
  }
  return answers
}

/** Topics that cannot be looked up come last, as in Kafka. */
function askedFor(groupId: string, topics: readonly AskedTopic[], context: Context): TopicAnswer[] {
  const found: TopicAnswer[] = []
  const unknown: TopicAnswer[] = []
  for (const topic of topics) {
    const name = nameOf(topic, context)
    if (name === undefined) unknown.push(failed(topic, UNKNOWN_TOPIC_ID))
    else found.push(committed(groupId, name, topic, context))
  }
  return [...found, ...unknown]
}

function nameOf({ name, topicId }: AskedTopic, { cluster, version }: Context): string | undefined {
  return version >= 10 ? cluster.topics.byId(topicId)?.name : name
}

function committed(groupId: string, name: string, asked: AskedTopic, { cluster }: Context): TopicAnswer {
  const offsets = cluster.groups.offsets(groupId)
  const partitions = asked.partitionIndexes.map((index) =>
    partitionAnswer(index, offsets?.get(name, index) ?? noOffset),
  )
  return { name, topicId: asked.topicId, partitions }
}

type Told = Pick<CommittedOffset, 'offset' | 'leaderEpoch' | 'metadata'>

function partitionAnswer(partitionIndex: number, { offset, leaderEpoch, metadata }: Told, { code }: KafkaError = NONE) {
  return { partitionIndex, committedOffset: offset, committedLeaderEpoch: leaderEpoch, metadata, errorCode: code }
}
