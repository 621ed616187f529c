/** Whether this broker serves requests about a transactional id, and what brokers ask its coordinator for a client. */
import { coordinatorPartition } from '../coordinator/coordinators.ts'
import type { TopicPartition } from '../coordinator/offsets.ts'
import type { ProducerIdentity } from '../coordinator/transaction-records.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  INVALID_PRODUCER_EPOCH,
  INVALID_REQUEST,
  INVALID_TXN_STATE,
  type KafkaError,
  NONE,
  NOT_COORDINATOR,
  PRODUCER_FENCED,
  TRANSACTION_ABORTABLE,
} from '../protocol/errors.ts'
import { offsetsTopic } from '../protocol/internal-topics.ts'
import type { Cluster, Context } from './handler.ts'
import { coordinatorOfKey } from './moves.ts'

type Access = Pick<Context, 'cluster' | 'connection'>

/** Why its requests are not served here, or null. */
export function transactionRefusal(transactionalId: string, { cluster, connection }: Access): KafkaError | null {
  if (!cluster.transactions.isActive) return COORDINATOR_NOT_AVAILABLE
  if (transactionalId === '') return INVALID_REQUEST
  return coordinatorOfKey(transactionalId, cluster).id === connection.nodeId ? null : NOT_COORDINATOR
}

/** Clients of this and newer versions know PRODUCER_FENCED in answers about transactions. */
const fencedSince = 2

export function errorFor(error: KafkaError, version: number): KafkaError {
  return error === PRODUCER_FENCED && version < fencedSince ? INVALID_PRODUCER_EPOCH : error
}

/** Where the offsets of a group are said to be stored: a part of the transaction like any partition. */
export function offsetsPartition(groupId: string): TopicPartition {
  return { topic: offsetsTopic, partition: coordinatorPartition(groupId) }
}

/** How a client that writes in a transaction has to be treated, which its version tells (KIP-890). */
export type Generation =
  /** It has added the partition beforehand. That it has not is told it as INVALID_TXN_STATE. */
  | 'first'
  /** It knows that such a transaction can be aborted: TRANSACTION_ABORTABLE. */
  | 'first-abortable'
  /** Its write adds the partition. */
  | 'second'

/** Why the producer may not write to a partition, or null. Whichever broker it asked turns to the coordinator. */
export function writeRefusal(
  transactionalId: string,
  producer: ProducerIdentity,
  partition: TopicPartition,
  generation: Generation,
  { transactions, config }: Cluster,
): KafkaError | null {
  // What was not announced hangs then: no end reaches it.
  if (generation !== 'second' && !config.boolean('transaction.partition.verification.enable')) return null
  const error =
    generation === 'second'
      ? transactions.addPartitions(transactionalId, producer, [partition], true)
      : transactions.verify(transactionalId, producer, partition)
  if (error === PRODUCER_FENCED) return INVALID_PRODUCER_EPOCH
  if (error === TRANSACTION_ABORTABLE && generation === 'first') return INVALID_TXN_STATE
  return error === NONE ? null : error
}
