import { KafkaError, NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { offsetForLeaderEpoch } from '../protocol/messages/offset-for-leader-epoch.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, clusterRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { findLed, leaderEpochRefusal } from './partitions.ts'

type Asked = Value<typeof offsetForLeaderEpoch.request>['topics'][number]['partitions'][number]

const unknown = { leaderEpoch: -1, endOffset: -1 }

/** Tells where a leader epoch ended, so that a consumer sees whether what it read was cut off since (KIP-320). */
export default handler(offsetForLeaderEpoch, (request, context) => ({
  throttleTimeMs: 0,
  topics: request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((asked) => ({ partition: asked.partition, ...endOf(topic, asked, context) })),
  })),
}))

function endOf(name: string, asked: Asked, context: Context) {
  const topic = context.cluster.topics.get(name)
  const denied = clusterRefusal('CLUSTER_ACTION', context) && accessRefusal('DESCRIBE', 'TOPIC', name, context)
  const found = denied ?? (topic === undefined ? UNKNOWN_TOPIC_OR_PARTITION : findLed(topic, asked.partition, context))
  if (found instanceof KafkaError) return { ...unknown, errorCode: found.code }
  const stale = leaderEpochRefusal(found.partition, asked.currentLeaderEpoch)
  if (stale !== null) return { ...unknown, errorCode: stale.code }
  return { ...found.partition.endOffsetOf(asked.leaderEpoch), errorCode: NONE.code }
}
