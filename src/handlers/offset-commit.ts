import type { OffsetCommit } from '../coordinator/offsets.ts'
import { GROUP_ID_NOT_FOUND, ILLEGAL_GENERATION, type KafkaError } from '../protocol/errors.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { coordinatorRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'
import { answerCommits, refusedAll } from './sound-commits.ts'

type Request = Value<typeof offsetCommit.request>

const topicIdsSince = 10

/**
 * Notes how far a group has read.
 *
 * - By a member of the current generation, which it keeps alive, or, while the group has no members, by anyone who
 *   names no generation: administrators, and consumers that assign partitions to themselves.
 * - Partitions that do not exist are refused one by one, before the group is even looked at.
 * - A member of the new protocol names its epoch, and may commit what it has since then (KIP-1251).
 */
export default handler(offsetCommit, (request, context) => {
  const denied = accessRefusal('READ', 'GROUP', request.groupId, context)
  if (denied !== null) return refusedAll(request.topics, denied)
  const hasIds = context.version >= topicIdsSince
  return answerCommits(request.topics, hasIds, context, (offsets) => commit(request, offsets, context))
})

function commit(request: Request, offsets: readonly OffsetCommit[], context: Context): readonly KafkaError[] {
  const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch, retentionTimeMs } = request
  const refusal = coordinatorRefusal(groupId, context)
  if (refusal !== null) return offsets.map(() => refusal)
  const errors = context.cluster.groups.commit({
    groupId,
    memberId,
    instanceId: groupInstanceId,
    generation: generationIdOrMemberEpoch,
    version: context.version,
    retentionMs: retentionTimeMs === -1 ? null : retentionTimeMs,
    offsets,
  })
  // Clients older than version 9 do not expect to hear that their group is gone; that it is another generation, they
  // do.
  const isOld = context.version < 9
  return errors.map((error) => (isOld && error === GROUP_ID_NOT_FOUND ? ILLEGAL_GENERATION : error))
}
