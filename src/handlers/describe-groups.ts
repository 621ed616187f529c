import { Group } from '../coordinator/group.ts'
import { noBytes } from '../coordinator/requests.ts'
import { KafkaError, NONE } from '../protocol/errors.ts'
import { describeGroups } from '../protocol/messages/describe-groups.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, operationsIf, unaskedOperations } from './authorization.ts'
import { coordinatorRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Described = Value<typeof describeGroups.response>['groups'][number]

const nothing = {
  groupState: '',
  protocolType: '',
  protocolData: '',
  members: [],
  authorizedOperations: unaskedOperations,
}

/**
 * Describes classic groups: state, members and their shares.
 *
 * - A group that does not exist, or is of another type, is Dead; from version 6 on that is an error as well,
 *   GROUP_ID_NOT_FOUND (KIP-1043).
 * - The protocol and what members said for it are only told of a stable group: during a rebalance they are in question.
 */
export default handler(describeGroups, (request, context) => ({
  throttleTimeMs: 0,
  groups: request.groups.map((groupId) => described(groupId, request.includeAuthorizedOperations, context)),
}))

function described(groupId: string, includesOperations: boolean, context: Context): Described {
  const refusal = accessRefusal('DESCRIBE', 'GROUP', groupId, context) ?? coordinatorRefusal(groupId, context)
  if (refusal !== null) return { ...nothing, ...errorFields(refusal), groupId }
  const operations = operationsIf(includesOperations, 'GROUP', groupId, context)
  const group = context.cluster.groups.registry.find(Group, 'classic', groupId)
  if (group instanceof KafkaError) return unknown(groupId, group, operations, context.version)
  return {
    ...errorFields(NONE),
    groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: group.state === 'Stable' ? (group.protocolName ?? '') : '',
    members: describedMembers(group),
    authorizedOperations: operations,
  }
}

function unknown(groupId: string, error: KafkaError, operations: number, version: number): Described {
  const dead = { ...nothing, groupId, groupState: 'Dead' }
  if (version < 6) return { ...dead, ...errorFields(NONE), authorizedOperations: operations }
  return { ...dead, ...errorFields(error) }
}

function errorFields({ code, message }: KafkaError) {
  return { errorCode: code, errorMessage: message }
}

function describedMembers(group: Group): Described['members'] {
  return [...group.members].map((member) => ({
    memberId: member.id,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    memberMetadata: group.state === 'Stable' ? member.metadata(group.protocolName) : noBytes,
    memberAssignment: member.assignment,
  }))
}
