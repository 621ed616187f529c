import { type JoinAnswer, refusedJoin } from '../coordinator/requests.ts'
import { NONE } from '../protocol/errors.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import type { Value } from '../protocol/schema.ts'
import { membershipRefusal } from './group-access.ts'
import { clientHost } from './client-host.ts'
import { type Context, handler } from './handler.ts'

/**
 * Lets a member into a classic group. The answer comes when the generation is complete.
 *
 * - From version 4 on a dynamic newcomer is first given its member id, with MEMBER_ID_REQUIRED (KIP-394).
 * - Static members keep their place while they are away (KIP-345); one that comes back to a stable group disturbs
 *   nobody.
 * - A group that is not there is made for a newcomer; for a member id it is UNKNOWN_MEMBER_ID.
 * - Version 0 has no rebalance timeout: the session timeout stands for it.
 */
export default handler(joinGroup, (request, context) => {
  const { groupId, memberId, groupInstanceId, sessionTimeoutMs, protocolType, protocols } = request
  const { cluster, connection, version, clientId } = context
  const refusal = membershipRefusal(groupId, context)
  if (refusal !== null) return response(refusedJoin(refusal, memberId), context)

  return new Promise((resolve) => {
    const asked = {
      groupId,
      memberId,
      instanceId: groupInstanceId,
      clientId: clientId ?? '',
      clientHost: clientHost(connection),
      sessionTimeoutMs,
      rebalanceTimeoutMs: version === 0 ? sessionTimeoutMs : request.rebalanceTimeoutMs,
      protocolType,
      protocols,
      mustKnowItsId: version >= 4,
      maySkipAssignment: version >= 9,
    }
    const members = groupInstanceId === null ? cluster.connectedMembers : null
    members?.speaks(connection, groupId, memberId)
    cluster.groups.join(asked, (answer) => {
      resolve(response(answer, context))
      if (answer.error.is(NONE)) members?.speaks(connection, groupId, answer.memberId)
    })
  })
})

function response(answer: JoinAnswer, { version }: Context): Value<typeof joinGroup.response> {
  return {
    throttleTimeMs: 0,
    errorCode: answer.error.code,
    generationId: answer.generation,
    protocolType: answer.protocolType,
    // No protocol is the empty string before version 7, and null from then on.
    protocolName: version < 7 ? (answer.protocolName ?? '') : answer.protocolName || null,
    leader: answer.leaderId,
    skipAssignment: answer.skipAssignment,
    memberId: answer.memberId,
    members: answer.members.map(({ memberId, instanceId, metadata }) => ({
      memberId,
      groupInstanceId: instanceId,
      metadata,
    })),
  }
}
