/** Whether this broker serves requests about a group: what Kafka checks before it looks at the group, in its order. */
import { listOf } from '../configs/config-values.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  INVALID_GROUP_ID,
  type KafkaError,
  NOT_COORDINATOR,
  UNSUPPORTED_VERSION,
} from '../protocol/errors.ts'
import { type Access, accessRefusal } from './authorization.ts'
import { coordinatorOfKey } from './moves.ts'

/** The feature that is behind each type of group that has not always been there (KIP-584). */
const features = { consumer: 'group.version', share: 'share.version', streams: 'streams.version' } as const

/** Why groups of a type are not served at all, or null: what Kafka looks at before anything else. */
export function groupTypeRefusal(type: keyof typeof features, { cluster }: Access): KafkaError | null {
  if (cluster.features.level(features[type]) === 0) return UNSUPPORTED_VERSION
  // Share groups go by their feature alone.
  const protocols = listOf(cluster.config.get('group.coordinator.rebalance.protocols') ?? '')
  return type === 'share' || protocols.includes(type) ? null : UNSUPPORTED_VERSION
}

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

/** The same for whoever administers a share group. */
export function shareGroupRefusal(
  operation: 'READ' | 'DESCRIBE' | 'DELETE',
  groupId: string,
  access: Access,
): KafkaError | null {
  const refusal = groupTypeRefusal('share', access) ?? accessRefusal(operation, 'GROUP', groupId, access)
  return refusal ?? groupRefusal(groupId, access)
}

/** The same for what never needed members: old clients committed offsets for the group with the empty name. */
export function coordinatorRefusal(groupId: string, access: Access): KafkaError | null {
  if (!access.cluster.groups.isActive) return COORDINATOR_NOT_AVAILABLE
  return isCoordinatedHere(groupId, access) ? null : NOT_COORDINATOR
}

export function isCoordinatedHere(groupId: string, { cluster, connection }: Access): boolean {
  return coordinatorOfKey(groupId, cluster).id === connection.nodeId
}
