/** What a consumer group of the new protocol must not forget: the records by which alone it changes (KIP-848). */
import type { ConsumerMember } from './consumer-member.ts'
import type { Target } from './partitions.ts'

export type ConsumerGroupRecord =
  | ConsumerGroupEpoch
  | ConsumerMemberChanged
  | ConsumerMemberRemoved
  | ConsumerTarget
  | ConsumerPatternResolved
  | ConsumerPatternForgotten

/** Something changed on which assignments depend. */
export interface ConsumerGroupEpoch {
  readonly type: 'consumer-group-epoch'
  readonly groupId: string
  readonly epoch: number
  /** Ids, partitions and racks of what members subscribe to. */
  readonly topics: string
}

export interface ConsumerMemberChanged {
  readonly type: 'consumer-member-changed'
  readonly groupId: string
  readonly member: ConsumerMember
}

/** With its target. */
export interface ConsumerMemberRemoved {
  readonly type: 'consumer-member-removed'
  readonly groupId: string
  readonly memberId: string
}

/** What members are to have from this epoch on; who is not named keeps its target. */
export interface ConsumerTarget {
  readonly type: 'consumer-target'
  readonly groupId: string
  readonly epoch: number
  /** Null: it was not worked out, as nobody was there. */
  readonly atMs: number | null
  readonly targets: ReadonlyMap<string, Target>
}

/** The topics that a regular expression names. */
export interface ConsumerPatternResolved {
  readonly type: 'consumer-pattern-resolved'
  readonly groupId: string
  readonly pattern: string
  readonly topics: readonly string[]
  /** Of the topics when they were looked at. */
  readonly version: number
  readonly atMs: number
}

export interface ConsumerPatternForgotten {
  readonly type: 'consumer-pattern-forgotten'
  readonly groupId: string
  readonly pattern: string
}
