/** Whether this broker serves requests about a group: what Kafka checks before it looks at the group, in its order. */
import { COORDINATOR_NOT_AVAILABLE, INVALID_GROUP_ID, type KafkaError, NOT_COORDINATOR } from '../protocol/errors.ts'
import { type Access, accessRefusal } from './authorization.ts'
import { coordinatorOfKey } from './moves.ts'

/** Why the requests of a group's members are not served here, or null. */
export function membershipRefusal(groupId: string, access: Access): KafkaError | null {
  const refusal = accessRefusal('READ', 'GROUP', groupId, access)
  return refusal ?? groupRefusal(groupId, access)
}

/** The same for whom it needs other rights. */
export function groupRefusal(groupId: string, access: Access): KafkaError | null {
  if (!access.cluster.groups.isActive) return COORDINATOR_NOT_AVAILABLE
  return groupId === '' ? INVALID_GROUP_ID : coordinatorRefusal(groupId, access)
}

/** The same for what never needed members: old clients committed offsets for the group with the empty name. */
export function coordinatorRefusal(groupId: string, access: Access): KafkaError | null {
  if (!access.cluster.groups.isActive) return COORDINATOR_NOT_AVAILABLE
  return isCoordinatedHere(groupId, access) ? null : NOT_COORDINATOR
}

export function isCoordinatedHere(groupId: string, { cluster, connection }: Access): boolean {
  return coordinatorOfKey(groupId, cluster).id === connection.nodeId
}
