/**
 * What groups of all types have in common. All share one namespace of ids: a group has one type at a time.
 */
import { type KafkaError, NONE } from '../protocol/errors.ts'
import type { AssignedTopic } from '../protocol/consumer-protocol.ts'
import type { GroupRecord } from './records.ts'

/** As Kafka prints them. */
export type GroupType = 'classic' | 'consumer' | 'share' | 'streams'

/** Who commits offsets. */
export interface Committer {
  readonly memberId: string
  readonly instanceId: string | null
  /** Or member epoch. Negative: no member, but an administrator or a consumer that assigns its partitions itself. */
  readonly generation: number
  readonly isTransactional: boolean
  /** Of the request: members of the new protocol have to use one that knows of member epochs. */
  readonly version: number
}

/** Whether the offset of one partition may be committed by whom the group let commit. */
export type CommitCheck = (topic: string, partition: number) => KafkaError

export const allOffsets: CommitCheck = () => NONE

/** A member, for those who look on. */
export interface ShownMember {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly isLeader: boolean
  /** What it reads; null where only the group itself can tell. */
  readonly assignment: readonly AssignedTopic[] | null
}

export interface AnyGroup {
  readonly id: string
  readonly type: GroupType
  /** As Kafka prints it; each type has states of its own. */
  readonly state: string
  /** The generation, or the group epoch. */
  readonly generation: number
  /** Null in a classic group that only ever had offsets. */
  readonly protocolType: string | null
  /** How partitions are assigned, if that is settled. */
  readonly protocolName: string | null
  readonly memberCount: number
  /** Without members, and without any that are about to join. */
  readonly isEmpty: boolean
  /** In the order in which they came. */
  shownMembers(): readonly ShownMember[]
  /** Whether a member reads the topic, so that its offsets are in use. */
  isSubscribedTo(topic: string): boolean
  /** Which offsets this committer may commit, or why none; if any, that was a sign of life. */
  acceptCommit(committer: Committer): CommitCheck | KafkaError
  /** Why a member may not ask for the group's offsets; NONE if it may. Both null: nobody in particular asks. */
  acceptFetch(memberId: string | null, memberEpoch: number): KafkaError
  /** Why its offsets may not be deleted while it is as it is; NONE if they may. */
  acceptOffsetDeletion(): KafkaError
  /** Since when an offset is not in use, as far as its group can say; null: it is (KIP-211). */
  unusedSinceMs(committedAtMs: number): number | null
  /** What brings the group back without its members. */
  lasting(nowMs: number): Iterable<GroupRecord>
  /** Ends all waiting; the group is not to be used again. */
  close(): void
}
