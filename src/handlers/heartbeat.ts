import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { membershipRefusal } from './group-access.ts'
import { handler } from './handler.ts'

/**
 * Keeps a member of a classic group alive.
 *
 * - A group that does not exist answers UNKNOWN_MEMBER_ID, not GROUP_ID_NOT_FOUND, as Kafka does.
 * - A beat during a rebalance counts, and its answer, REBALANCE_IN_PROGRESS, calls the member to join again.
 */
export default handler(heartbeat, (request, context) => {
  const { groupId, memberId, groupInstanceId, generationId } = request
  const error =
    membershipRefusal(groupId, context) ??
    context.cluster.groups.heartbeat(groupId, memberId, groupInstanceId, generationId)
  return { throttleTimeMs: 0, errorCode: error.code }
})
