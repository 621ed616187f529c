/**
 * What the transaction coordinator decides and must not forget: the records a journal would hold, as Kafka's
 * __transaction_state does.
 */
import type { TopicPartition } from './offsets.ts'

/** As Kafka prints them. What Kafka calls Dead is gone here; its PrepareEpochFence lasts no longer than a decision. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'

/** Who writes: the id under which a producer numbers its batches, and which of its lives this is. */
export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

export type TransactionRecord =
  | ProducerInitialized
  | PartitionsAdded
  | TransactionPrepared
  | TransactionCompleted
  | TransactionalIdExpired

/** A producer took over the transactional id. */
export interface ProducerInitialized extends ProducerIdentity {
  readonly type: 'producer-initialized'
  readonly transactionalId: string
  /** Those before: by them a retry is known. −1: none. */
  readonly previousProducerId: number
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly atMs: number
}

/** The transaction reaches further, and begins if none was under way. */
export interface PartitionsAdded {
  readonly type: 'partitions-added'
  readonly transactionalId: string
  readonly partitions: readonly TopicPartition[]
  readonly atMs: number
}

/** How the transaction ends is settled; nobody has been told yet. */
export interface TransactionPrepared {
  readonly type: 'transaction-prepared'
  readonly transactionalId: string
  readonly isCommitted: boolean
  /** Of the markers, and of the producer from now on. */
  readonly producerEpoch: number
  readonly lastProducerEpoch: number
  /** What the producer goes on with when this id has no epochs left; otherwise −1. */
  readonly nextProducerId: number
  readonly startedAtMs: number
  readonly atMs: number
}

/** All markers are written. */
export interface TransactionCompleted {
  readonly type: 'transaction-completed'
  readonly transactionalId: string
  readonly atMs: number
}

export interface TransactionalIdExpired {
  readonly type: 'transactional-id-expired'
  readonly transactionalId: string
}
