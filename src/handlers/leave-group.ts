import { NONE } from '../protocol/errors.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { membershipRefusal } from './group-access.ts'
import { handler } from './handler.ts'

/**
 * Takes members out of a classic group, so that it need not wait for their sessions to end.
 *
 * - From version 3 on several at once, each with an error of its own; static ones by instance id alone, as
 *   administrators do it (KIP-345).
 * - A group that does not exist is no error of the request: none of its members is known.
 */
export default handler(leaveGroup, (request, context) => {
  const { groupId } = request
  const refusal = membershipRefusal(groupId, context)
  if (refusal !== null) return { throttleTimeMs: 0, errorCode: refusal.code, members: [] }

  const leavers = context.version < 3 ? [{ memberId: request.memberId, groupInstanceId: null }] : request.members
  const errors = context.cluster.groups.leave(
    groupId,
    leavers.map(({ memberId, groupInstanceId }) => ({ memberId, instanceId: groupInstanceId })),
  )
  return {
    throttleTimeMs: 0,
    errorCode: context.version < 3 ? errors[0]!.code : NONE.code,
    members: leavers.map(({ memberId, groupInstanceId }, at) => ({
      memberId,
      groupInstanceId,
      errorCode: errors[at]!.code,
    })),
  }
})
