import type { Partition } from '../log/partition.ts'
import {
  INVALID_REPLICA_ASSIGNMENT,
  INVALID_REPLICATION_FACTOR,
  type KafkaError,
  NO_REASSIGNMENT_IN_PROGRESS,
  NONE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { alterPartitionReassignments } from '../protocol/messages/alter-partition-reassignments.ts'
import type { Topic } from '../topics/topics.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { cancelReassignment, reassign } from './leadership.ts'

/**
 * Gives partitions to other brokers, or, with null for their ids, ends that while it is under way (KIP-455).
 *
 * - Records are in memory that all brokers share, so it is done at once where all the brokers are there.
 */
export default handler(alterPartitionReassignments, (request, context) => {
  const { topics, allowReplicationFactorChange } = request
  const refusal = inWords(clusterRefusal('ALTER', context))
  const responses = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }) => {
      const error = refusal ?? alter(name, partitionIndex, replicas, allowReplicationFactorChange, context)
      return { partitionIndex, errorCode: (error ?? NONE).code, errorMessage: error?.message ?? null }
    }),
  }))
  const { code, message } = refusal ?? NONE
  // Kafka, asked for nothing, answers before it sets the sentence to null.
  const errorMessage = topics.length === 0 ? (message ?? '') : message
  return { throttleTimeMs: 0, allowReplicationFactorChange, errorCode: code, errorMessage, responses }
})

function alter(
  name: string,
  index: number,
  wanted: readonly number[] | null,
  mayChangeFactor: boolean,
  { cluster }: Context,
): KafkaError | null {
  const topic = cluster.topics.get(name)
  if (topic === undefined) return UNKNOWN_TOPIC_OR_PARTITION.because(`There is no topic ${name}.`)
  const found = topic.replicas[index]
  if (found === undefined) return UNKNOWN_TOPIC_OR_PARTITION.because(`There is no partition ${name}-${index}.`)
  if (wanted === null) {
    if (found.adding.length + found.removing.length === 0) return NO_REASSIGNMENT_IN_PROGRESS
    cancelReassignment(topic, index, cluster)
    return null
  }
  const refusal =
    assignmentRefusal(wanted, new Set(cluster.registered.map(({ id }) => id))) ??
    (mayChangeFactor ? null : factorRefusal(topic, index, wanted))
  if (refusal === null) reassign(topic, index, wanted, cluster)
  return refusal
}

function assignmentRefusal(wanted: readonly number[], registered: ReadonlySet<number>): KafkaError | null {
  const because = (what: string) => INVALID_REPLICA_ASSIGNMENT.because(`The replicas asked for name ${what}.`)
  if (wanted.length === 0) return because('no broker')
  const unknown = wanted.find((id) => !registered.has(id))
  if (unknown !== undefined) return because(`broker ${unknown}, which is not registered`)
  const twice = wanted.find((id, at) => wanted.indexOf(id) !== at)
  return twice === undefined ? null : because(`broker ${twice} twice`)
}

/** While a reassignment is under way, how many there are to be counts. */
function factorRefusal(topic: Topic<Partition>, index: number, wanted: readonly number[]): KafkaError | null {
  const { replicas, removing } = topic.replicas[index]!
  const factor = replicas.length - removing.length
  if (wanted.length === factor) return null
  return INVALID_REPLICATION_FACTOR.because(
    `${wanted.length} replicas in place of ${factor}: set AllowReplicationFactorChange, or name ${factor} brokers.`,
  )
}
