/**
 * What the group coordinator decides and must not forget: the records a journal would hold, as Kafka's
 * __consumer_offsets does.
 *
 * Members that are about to join, timers and parked answers are no part of it: they are gone with the connection
 * anyway.
 */
import type { KafkaError } from '../protocol/errors.ts'
import type { ConsumerGroupRecord } from './consumer/records.ts'
import type { StreamsGroupRecord } from './streams/records.ts'

export type GroupRecord = GenerationRecord | GroupDeleted | OffsetRecord | ConsumerGroupRecord | StreamsGroupRecord

/** A group has completed a generation, possibly one without members. */
export interface GenerationRecord {
  readonly type: 'generation-completed'
  readonly groupId: string
  readonly generation: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leaderId: string | null
  readonly members: readonly MemberRecord[]
  readonly atMs: number
}

export interface MemberRecord {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** Of the chosen protocol; the others do not outlive the generation. */
  readonly metadata: Buffer
  readonly assignment: Buffer
}

export interface GroupDeleted {
  readonly type: 'group-deleted'
  readonly groupId: string
}

export type OffsetRecord = OffsetCommitted | OffsetDeleted | OffsetPending | OffsetsSettled

export interface OffsetCommitted extends CommittedOffset {
  readonly type: 'offset-committed'
  readonly groupId: string
  readonly topic: string
  readonly partition: number
}

/** Committed in a transaction: it counts once that is committed. */
export interface OffsetPending extends CommittedOffset {
  readonly type: 'offset-pending'
  readonly groupId: string
  readonly topic: string
  readonly partition: number
  readonly producerId: number
}

/** The transaction has ended in which the producer committed offsets. */
export interface OffsetsSettled {
  readonly type: 'offsets-settled'
  readonly groupId: string
  readonly producerId: number
  readonly isCommitted: boolean
}

/** Forgotten, those that are pending, too. */
export interface OffsetDeleted {
  readonly type: 'offset-deleted'
  readonly groupId: string
  readonly topic: string
  readonly partition: number
}

export interface CommittedOffset {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
  readonly committedAtMs: number
  /** Named by commits of versions 2–4 only; null: the group's retention holds. */
  readonly expiresAtMs: number | null
}

/** What to write down, and what to answer. */
export type Decision<R> = readonly [records: readonly R[], error: KafkaError]
