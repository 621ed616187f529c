/** What AddRaftVoter and RemoveRaftVoter look at alike before they would change the voters of the quorum. */
import { ZERO_UUID } from '../base/bytes.ts'
import { INCONSISTENT_CLUSTER_ID, INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import type { Context } from './handler.ts'

interface Voter {
  /** Null: whichever cluster this is. */
  readonly clusterId: string | null
  readonly voterId: number
  readonly voterDirectoryId: string
}

export function voterRefusal({ clusterId, voterId, voterDirectoryId }: Voter, { cluster }: Context): KafkaError | null {
  if (clusterId !== null && clusterId !== cluster.id) {
    return INCONSISTENT_CLUSTER_ID.because(`This is cluster '${cluster.id}', not '${clusterId}'`)
  }
  if (voterId >= 0 && voterDirectoryId !== ZERO_UUID) return null
  return INVALID_REQUEST.because("The request didn't include a valid voter")
}
