import { groupBy } from '../base/group-by.ts'
import { type KafkaError, NONE, UNKNOWN_SERVER_ERROR, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { writeTxnMarkers } from '../protocol/messages/write-txn-markers.ts'
import type { Value } from '../protocol/schema.ts'
import { clusterName } from '../authorization/acl.ts'
import { clusterRefusal, isOpenTo } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { findLed } from './partitions.ts'

type AskedMarker = Value<typeof writeTxnMarkers.request>['markers'][number]

/** Since then a marker has a newer epoch than the batches that it ends (KIP-890). */
const newerEpochSince = 2
const none = -1

/**
 * Ends transactions in partitions past their coordinator, as an administrator does with one that hangs (KIP-664).
 *
 * - Partitions that its transaction never reached get a marker all the same.
 * - Markers of one producer are answered together.
 */
export default handler(writeTxnMarkers, ({ markers }, context) => {
  const denied = isOpenTo('ALTER', 'CLUSTER', clusterName, context) ? null : clusterRefusal('CLUSTER_ACTION', context)
  if (denied !== null) return refusedAll(markers, denied)
  const reaching = markers.filter(({ topics }) => topics.some(({ partitionIndexes }) => partitionIndexes.length > 0))
  const written = reaching.map((marker) => ({ marker, answers: write(marker, context) }))
  const byProducer = groupBy(written, ({ marker }) => marker.producerId)
  return {
    markers: [...byProducer].map(([producerId, same]) => {
      const answers = same.flatMap(({ answers }) => answers)
      const topics = groupBy(answers, ({ name }) => name)
      return { producerId, topics: [...topics].map(([name, ofTopic]) => ({ name, partitions: latest(ofTopic) })) }
    }),
  }
})

function refusedAll(markers: readonly AskedMarker[], { code: errorCode }: KafkaError) {
  return {
    markers: markers.map(({ producerId, topics }) => ({
      producerId,
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode })),
      })),
    })),
  }
}

interface Answered {
  readonly name: string
  readonly partitionIndex: number
  readonly errorCode: number
}

function latest(answers: readonly Answered[]) {
  const byPartition = new Map(answers.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode]))
  return [...byPartition].map(([partitionIndex, errorCode]) => ({ partitionIndex, errorCode }))
}

function write(marker: AskedMarker, context: Context): Answered[] {
  return marker.topics.flatMap(({ name, partitionIndexes }) =>
    partitionIndexes.map((partitionIndex) => ({
      name,
      partitionIndex,
      errorCode: (writeOne(marker, name, partitionIndex, context) ?? NONE).code,
    })),
  )
}

function writeOne(marker: AskedMarker, name: string, index: number, context: Context): KafkaError | null {
  const topic = context.cluster.topics.get(name)
  const found = topic === undefined ? UNKNOWN_TOPIC_OR_PARTITION : findLed(topic, index, context)
  if ('code' in found) return UNKNOWN_TOPIC_OR_PARTITION
  const { producerId, producerEpoch, coordinatorEpoch, transactionResult, transactionVersion } = marker
  // As Kafka, which fails to make such a marker.
  if (producerId === none || producerEpoch === none || transactionVersion < 0) return UNKNOWN_SERVER_ERROR
  const isSecondGeneration = transactionVersion >= newerEpochSince
  const end = { producerId, producerEpoch, coordinatorEpoch, isCommitted: transactionResult, isSecondGeneration }
  return found.partition.endTransaction(end, context.now)
}
