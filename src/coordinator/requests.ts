/**
 * What members ask of a group and what they are answered, whatever the version they speak.
 *
 * An error that is not NONE stands alone: the rest of such an answer says nothing.
 */
import type { KafkaError } from '../protocol/errors.ts'

export type Answer<A> = (answer: A) => void

/** A way of assigning partitions that a member knows, with what the leader needs to know of the member for it. */
export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface Subscription {
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** In the member's order of preference. */
  readonly protocols: readonly Protocol[]
}

export interface JoinRequest extends Subscription {
  readonly groupId: string
  /** Empty: a newcomer. */
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocolType: string
  /** A dynamic newcomer is only told its id, to come back with it (KIP-394; from version 4). */
  readonly mustKnowItsId: boolean
  /** A static leader that comes back to a stable group is told the members all the same (KIP-814; from version 9). */
  readonly maySkipAssignment: boolean
}

/** What a leader is told of each member. */
export interface JoinedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly metadata: Buffer
}

export interface JoinAnswer {
  readonly error: KafkaError
  readonly memberId: string
  readonly generation: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leaderId: string
  /** The leader is told the members, but is not to assign anew (KIP-814). */
  readonly skipAssignment: boolean
  /** Empty for all but the leader. */
  readonly members: readonly JoinedMember[]
}

export interface SyncRequest {
  readonly memberId: string
  readonly instanceId: string | null
  readonly generation: number
  /** Null from clients older than version 5, which are not checked. */
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** By member id; all but the leader leave it empty. */
  readonly assignments: ReadonlyMap<string, Buffer>
}

export interface Leaver {
  /** Empty: whoever goes by the instance id, removed by an administrator. */
  readonly memberId: string
  readonly instanceId: string | null
}

export interface SyncAnswer {
  readonly error: KafkaError
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

export const noBytes = Buffer.alloc(0)

export function refusedJoin(error: KafkaError, memberId: string): JoinAnswer {
  return {
    error,
    memberId,
    generation: -1,
    protocolType: null,
    protocolName: null,
    leaderId: '',
    skipAssignment: false,
    members: [],
  }
}

export function refusedSync(error: KafkaError): SyncAnswer {
  return { error, protocolType: null, protocolName: null, assignment: noBytes }
}
