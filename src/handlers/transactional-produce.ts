/** What of a produce request is to be known before any batch is looked at closely: whether it is of a transaction. */
import { at, attribute, batchHeaderBytes, noProducerId, readInt64 } from '../protocol/batch.ts'
import type { produce } from '../protocol/messages/produce.ts'
import type { Value } from '../protocol/schema.ts'

type Request = Pick<Value<typeof produce.request>, 'topicData'>

/** Whether any of its batches is one of a transaction. */
export function isTransactional({ topicData }: Request): boolean {
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) if (records !== null && isTransactionalBatch(records)) return true
  }
  return false
}

/** How many producers its transactional batches are of; there may be one, in one epoch. */
export function producersIn({ topicData }: Request): number {
  const found = new Set<string>()
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) {
      if (records === null || !isTransactionalBatch(records)) continue
      const producerId = readInt64(records, at.producerId)
      if (producerId !== noProducerId) found.add(`${producerId} ${records.readInt16BE(at.producerEpoch)}`)
    }
  }
  return found.size
}

/** Of bytes that may be anything. */
function isTransactionalBatch(records: Buffer): boolean {
  if (records.length < batchHeaderBytes || records.readInt8(at.magic) !== 2) return false
  return (records.readInt16BE(at.attributes) & attribute.transactional) !== 0
}
