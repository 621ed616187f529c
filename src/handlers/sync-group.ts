import { refusedSync, type SyncAnswer } from '../coordinator/requests.ts'
import { INCONSISTENT_GROUP_PROTOCOL, type KafkaError } from '../protocol/errors.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import type { Value } from '../protocol/schema.ts'
import { membershipRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof syncGroup.request>

/**
 * Tells a member its share of the generation. The answer comes when the leader has handed in all shares.
 *
 * - A member that the leader forgot gets an empty share, and no error.
 * - From version 5 on the protocol's type and name are mandatory, and have to be the group's (KIP-559).
 */
export default handler(syncGroup, (request, context) => {
  const refusal = refusalOf(request, context)
  if (refusal !== null) return response(refusedSync(refusal))

  const { groupId, memberId, groupInstanceId, generationId, protocolType, protocolName } = request
  const assignments = new Map(request.assignments.map((each) => [each.memberId, each.assignment]))
  const asked = {
    memberId,
    instanceId: groupInstanceId,
    generation: generationId,
    protocolType,
    protocolName,
    assignments,
  }
  return new Promise((resolve) => {
    context.cluster.groups.sync(groupId, asked, (answer) => resolve(response(answer)))
  })
})

function refusalOf({ groupId, protocolType, protocolName }: Request, context: Context): KafkaError | null {
  if (context.version >= 5 && (protocolType === null || protocolName === null)) return INCONSISTENT_GROUP_PROTOCOL
  return membershipRefusal(groupId, context)
}

function response({ error, protocolType, protocolName, assignment }: SyncAnswer): Value<typeof syncGroup.response> {
  return { throttleTimeMs: 0, errorCode: error.code, protocolType, protocolName, assignment }
}
