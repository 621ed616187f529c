import { groupBy } from '../base/group-by.ts'
import { type KafkaError, NONE, OPERATION_NOT_ATTEMPTED, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { internalTopics } from '../protocol/internal-topics.ts'
import { addPartitionsToTxn } from '../protocol/messages/add-partitions-to-txn.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, clusterRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { errorFor, transactionRefusal } from './transaction-access.ts'
import type { TopicPartition } from '../coordinator/offsets.ts'

type Request = Value<typeof addPartitionsToTxn.request>
type Asked = Request['transactions'][number]
type TopicResults = Value<typeof addPartitionsToTxn.response>['resultsByTopicV3AndBelow']

/** Since then brokers ask, for many producers. */
const batchedSince = 4

/**
 * Adds partitions to a transaction, which begins with the first of them.
 *
 * - Where one of the partitions does not exist none is added, and the others are OPERATION_NOT_ATTEMPTED.
 * - From version 4 on it is what brokers ask each other, some of it only to verify (KIP-890); with nothing to hide
 *   from anyone, clients are answered, too.
 */
export default handler(addPartitionsToTxn, (request, context) => {
  const isBatched = context.version >= batchedSince
  const denied = isBatched ? clusterRefusal('CLUSTER_ACTION', context) : null
  if (denied !== null) return { ...nothing, errorCode: denied.code }
  const asked = isBatched ? request.transactions : [single(request)]
  const byId = groupBy(asked, ({ transactionalId }) => transactionalId)
  // Of what is said of one transaction twice the first counts, as in Kafka, and is answered twice.
  const results = [...byId].flatMap(([transactionalId, same]) => {
    const answer = { transactionalId, topicResults: topicResults(same[0]!, context) }
    return same.map(() => answer)
  })
  return {
    ...nothing,
    resultsByTransaction: isBatched ? results : [],
    resultsByTopicV3AndBelow: isBatched ? [] : results[0]!.topicResults,
  }
})

const nothing = { throttleTimeMs: 0, errorCode: NONE.code, resultsByTransaction: [], resultsByTopicV3AndBelow: [] }

function single(request: Request): Asked {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    verifyOnly: false,
    topics: request.v3AndBelowTopics,
  }
}

function topicResults(asked: Asked, context: Context): TopicResults {
  const { topics, transactions } = context.cluster
  const partitions = asked.topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ topic: name, partition })),
  )
  const { transactionalId, verifyOnly } = asked
  const isClient = context.version < batchedSince
  const denied = isClient ? accessRefusal('WRITE', 'TRANSACTIONAL_ID', transactionalId, context) : null
  if (denied !== null) return together(asked, denied, context)
  const errorOf = ({ topic, partition }: TopicPartition) => {
    const denied = isClient && !internalTopics.has(topic) ? accessRefusal('WRITE', 'TOPIC', topic, context) : null
    return denied ?? (topics.get(topic)?.partitions[partition] === undefined ? UNKNOWN_TOPIC_OR_PARTITION : null)
  }
  if (partitions.some((one) => errorOf(one) !== null)) {
    return apart(partitions, (one) => errorOf(one) ?? OPERATION_NOT_ATTEMPTED, context)
  }
  const refusal = transactionRefusal(transactionalId, context)
  if (verifyOnly) {
    return apart(partitions, (one) => refusal ?? transactions.verify(transactionalId, asked, one), context)
  }
  return together(asked, refusal ?? transactions.addPartitions(transactionalId, asked, partitions), context)
}

/** Each partition has its own answer, and one. */
function apart(
  partitions: readonly TopicPartition[],
  errorOf: (partition: TopicPartition) => KafkaError,
  { version }: Context,
): TopicResults {
  return [...groupBy(partitions, ({ topic }) => topic)].map(([name, same]) => ({
    name,
    resultsByPartition: [...groupBy(same, ({ partition }) => partition)].map(([partitionIndex, [one]]) => ({
      partitionIndex,
      partitionErrorCode: errorFor(errorOf(one!), version).code,
    })),
  }))
}

/** All have the same answer, in the very form in which they were asked for. */
function together({ topics }: Asked, error: KafkaError, { version }: Context): TopicResults {
  const { code: partitionErrorCode } = errorFor(error, version)
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode })),
  }))
}
