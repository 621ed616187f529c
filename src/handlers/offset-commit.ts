import type { OffsetCommit } from '../coordinator/offsets.ts'
import type { Partition } from '../log/partition.ts'
import {
  GROUP_ID_NOT_FOUND,
  ILLEGAL_GENERATION,
  type KafkaError,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import type { Value } from '../protocol/schema.ts'
import type { Topic } from '../topics/topics.ts'
import { coordinatorRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'
import { TopicAnswers, type TopicName } from './topic-answers.ts'

type Request = Value<typeof offsetCommit.request>
type AskedTopic = Request['topics'][number]
type Answers = TopicAnswers<{ partitionIndex: number; errorCode: number }>

/** For a partition that exists; `asked` is how its topic is to be named in the answer. */
interface SoundCommit extends OffsetCommit {
  readonly asked: TopicName
}

/**
 * Notes how far a group has read.
 *
 * - By a member of the current generation, which it keeps alive, or, while the group has no members, by anyone who
 *   names no generation: administrators, and consumers that assign partitions to themselves.
 * - Partitions that do not exist are refused one by one, before the group is even looked at.
 *
 * Not done: groups of the new protocol (KIP-848).
 */
export default handler(offsetCommit, (request, context) => {
  const answers: Answers = new TopicAnswers()
  const sound = request.topics.flatMap((asked) => soundCommits(asked, answers, context))
  const errors = sound.length === 0 ? [] : commit(request, sound, context)
  sound.forEach(({ asked, partition }, at) => answers.answer(asked, answer(partition, errors[at]!)))
  return { throttleTimeMs: 0, topics: answers.list() }
})

function answer(partitionIndex: number, { code }: KafkaError) {
  return { partitionIndex, errorCode: code }
}

/** Refuses what does not exist, and returns the rest. */
function soundCommits(asked: AskedTopic, answers: Answers, { version, cluster }: Context): SoundCommit[] {
  const refuse = (partitions: AskedTopic['partitions'], error: KafkaError) =>
    answers.refuse(
      asked,
      partitions.map(({ partitionIndex }) => answer(partitionIndex, error)),
    )
  const topic = version >= 10 ? cluster.topics.byId(asked.topicId) : cluster.topics.get(asked.name)
  if (topic === undefined) {
    refuse(asked.partitions, version >= 10 ? UNKNOWN_TOPIC_ID : UNKNOWN_TOPIC_OR_PARTITION)
    return []
  }
  const unknown = asked.partitions.filter(({ partitionIndex }) => topic.partitions[partitionIndex] === undefined)
  if (unknown.length > 0) refuse(unknown, UNKNOWN_TOPIC_OR_PARTITION)
  return asked.partitions.filter((each) => !unknown.includes(each)).map((each) => soundCommit(asked, topic, each))
}

function soundCommit(
  asked: AskedTopic,
  { name }: Topic<Partition>,
  partition: AskedTopic['partitions'][number],
): SoundCommit {
  return {
    asked,
    topic: name,
    partition: partition.partitionIndex,
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata,
  }
}

function commit(request: Request, offsets: readonly SoundCommit[], context: Context): readonly KafkaError[] {
  const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch, retentionTimeMs } = request
  const refusal = coordinatorRefusal(groupId, context)
  if (refusal !== null) return offsets.map(() => refusal)
  const errors = context.cluster.groups.commit({
    groupId,
    memberId,
    instanceId: groupInstanceId,
    generation: generationIdOrMemberEpoch,
    retentionMs: retentionTimeMs === -1 ? null : retentionTimeMs,
    offsets,
  })
  // Clients older than version 9 do not expect to hear that their group is gone; that it is another generation, they
  // do.
  const isOld = context.version < 9
  return errors.map((error) => (isOld && error === GROUP_ID_NOT_FOUND ? ILLEGAL_GENERATION : error))
}
