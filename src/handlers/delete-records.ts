import { KafkaError, NONE, POLICY_VIOLATION, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { deleteRecords } from '../protocol/messages/delete-records.ts'
import { accessRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { findLed } from './partitions.ts'

/**
 * Moves the start of logs forward; −1 moves it to the high watermark, which empties the partition (KIP-107).
 *
 * - Topics that are compacted and not deleted keep their records.
 * - Of a partition named twice the last offset counts, and a topic of which no partition is named is not answered.
 */
export default handler(deleteRecords, (request, context) => {
  const offsets = new Map<string, Map<number, number>>()
  for (const { name, partitions } of request.topics) {
    const known = offsets.get(name) ?? new Map<number, number>()
    for (const { partitionIndex, offset } of partitions) offsets.set(name, known.set(partitionIndex, offset))
  }
  const topics = [...offsets].map(([name, partitions]) => ({
    name,
    partitions: [...partitions].map(([partitionIndex, offset]) => {
      const outcome = trim(name, partitionIndex, offset, context)
      if (outcome instanceof KafkaError) return { partitionIndex, lowWatermark: -1, errorCode: outcome.code }
      return { partitionIndex, lowWatermark: outcome, errorCode: NONE.code }
    }),
  }))
  return { throttleTimeMs: 0, topics }
})

function trim(name: string, index: number, offset: number, context: Context): number | KafkaError {
  const topic = context.cluster.topics.get(name)
  const found =
    accessRefusal('DELETE', 'TOPIC', name, context) ??
    (topic === undefined ? UNKNOWN_TOPIC_OR_PARTITION : findLed(topic, index, context))
  if (found instanceof KafkaError) return found
  return found.topic.config.isDeletable ? found.partition.deleteRecordsBefore(offset) : POLICY_VIOLATION
}
