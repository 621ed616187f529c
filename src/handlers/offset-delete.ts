import { ZERO_UUID } from '../base/bytes.ts'
import type { TopicPartition } from '../coordinator/offsets.ts'
import { KafkaError, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { groupRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'
import { TopicAnswers, type TopicName } from './topic-answers.ts'

type AskedTopic = Value<typeof offsetDelete.request>['topics'][number]
type Answers = TopicAnswers<{ partitionIndex: number; errorCode: number }>

/** A partition that exists; `asked` is its topic as the request names it. */
interface SoundPartition extends TopicPartition {
  readonly asked: TopicName
}

/**
 * Forgets how far a group has read (KIP-496).
 *
 * - A consumer group keeps the offsets of topics that its members subscribe to; a group of any other kind keeps all
 *   of them while it has members.
 * - What the group forbids as a whole is the only answer; else each partition has its own.
 */
export default handler(offsetDelete, (request, context) => {
  const answers: Answers = new TopicAnswers()
  const denied = accessRefusal('DELETE', 'GROUP', request.groupId, context)
  if (denied !== null) return { errorCode: denied.code, throttleTimeMs: 0, topics: [] }
  const sound = request.topics.flatMap((asked) => soundPartitions(asked, answers, context))
  const outcome = groupRefusal(request.groupId, context) ?? context.cluster.groups.deleteOffsets(request.groupId, sound)
  if (outcome instanceof KafkaError) return { errorCode: outcome.code, throttleTimeMs: 0, topics: [] }

  sound.forEach(({ asked, partition }, at) => answers.answer(asked, answer(partition, outcome[at]!)))
  return { errorCode: NONE.code, throttleTimeMs: 0, topics: answers.list() }
})

function answer(partitionIndex: number, { code }: KafkaError) {
  return { partitionIndex, errorCode: code }
}

/** Refuses what does not exist, and returns the rest. */
function soundPartitions({ name, partitions }: AskedTopic, answers: Answers, context: Context): SoundPartition[] {
  const asked = { name, topicId: ZERO_UUID }
  const topic = context.cluster.topics.get(name)
  const exists = (index: number) => topic?.partitions[index] !== undefined
  const indexes = partitions.map(({ partitionIndex }) => partitionIndex)
  const denied = accessRefusal('READ', 'TOPIC', name, context)
  if (denied !== null) {
    answers.refuse(
      asked,
      indexes.map((index) => answer(index, denied)),
    )
    return []
  }
  const unknown = indexes.filter((index) => !exists(index))
  if (topic === undefined || unknown.length > 0) {
    answers.refuse(
      asked,
      unknown.map((index) => answer(index, UNKNOWN_TOPIC_OR_PARTITION)),
    )
  }
  return indexes.filter(exists).map((partition) => ({ asked, topic: name, partition }))
}
