/** What commits of offsets have in common: those for partitions that do not exist are refused, the others committed. */
import type { OffsetCommit } from '../coordinator/offsets.ts'
import { type KafkaError, UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { accessRefusal } from './authorization.ts'
import type { Context } from './handler.ts'
import { TopicAnswers, type TopicName } from './topic-answers.ts'

interface AskedPartition {
  readonly partitionIndex: number
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly committedMetadata: string | null
}
interface AskedTopic extends TopicName {
  readonly partitions: readonly AskedPartition[]
}

type OffsetAnswers = TopicAnswers<{ partitionIndex: number; errorCode: number }>

/** For a partition that exists; `asked` is how its topic is to be named in the answer. */
interface SoundCommit extends OffsetCommit {
  readonly asked: TopicName
}

/**
 * The answer to a request. `commit` is given what can be committed, if there is any, and returns an error for each.
 * `hasIds`: the request names topics by their ids.
 */
export function answerCommits(
  topics: readonly AskedTopic[],
  hasIds: boolean,
  context: Context,
  commit: (offsets: readonly OffsetCommit[]) => readonly KafkaError[],
) {
  const answers: OffsetAnswers = new TopicAnswers()
  const sound = topics.flatMap((asked) => soundCommits(asked, hasIds, answers, context))
  const errors = sound.length === 0 ? [] : commit(sound)
  sound.forEach(({ asked, partition }, at) => answers.answer(asked, offsetAnswer(partition, errors[at]!)))
  return { throttleTimeMs: 0, topics: answers.list() }
}

function offsetAnswer(partitionIndex: number, { code }: KafkaError) {
  return { partitionIndex, errorCode: code }
}

/** What the request as a whole is refused for, said of each partition. */
export function refusedAll(topics: readonly AskedTopic[], { code }: KafkaError) {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }
}

/** Refuses what does not exist, and returns the rest. */
function soundCommits(asked: AskedTopic, hasIds: boolean, answers: OffsetAnswers, context: Context): SoundCommit[] {
  const refuse = (partitions: readonly AskedPartition[], error: KafkaError) =>
    answers.refuse(
      asked,
      partitions.map(({ partitionIndex }) => offsetAnswer(partitionIndex, error)),
    )
  const { topics } = context.cluster
  const topic = hasIds ? topics.byId(asked.topicId) : topics.get(asked.name)
  const name = hasIds ? topic?.name : asked.name
  const refusal = name === undefined ? null : accessRefusal('READ', 'TOPIC', name, context)
  if (refusal !== null) {
    refuse(asked.partitions, refusal)
    return []
  }
  if (topic === undefined) {
    refuse(asked.partitions, hasIds ? UNKNOWN_TOPIC_ID : UNKNOWN_TOPIC_OR_PARTITION)
    return []
  }
  const unknown = asked.partitions.filter(({ partitionIndex }) => topic.partitions[partitionIndex] === undefined)
  if (unknown.length > 0) refuse(unknown, UNKNOWN_TOPIC_OR_PARTITION)
  const sound = asked.partitions.filter((each) => !unknown.includes(each))
  return sound.map((each) => soundCommit(asked, topic.name, each))
}

function soundCommit(asked: TopicName, topic: string, partition: AskedPartition): SoundCommit {
  return {
    asked,
    topic,
    partition: partition.partitionIndex,
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata,
  }
}
