/**
 * The end of a transaction as it stands in the log: a control batch of one record, whose key says whether it is a
 * commit or an abort. Consumers step over it; those that read what is committed look into the key.
 */
import { type RecordBatch, readBatch, recordsSection } from './batch.ts'
import { RecordCursor } from './record-cursor.ts'
import { encodeBatch } from './records.ts'

export interface EndMarkerFields {
  readonly producerId: number
  readonly producerEpoch: number
  readonly isCommitted: boolean
  /** Which coordinator wrote it: an older one has nothing to say any more. */
  readonly coordinatorEpoch: number
  readonly timestamp: number
}

const markerVersion = 0
const types = { abort: 0, commit: 1 } as const

/** How the transaction ended that this control batch marks; null: it says nothing of that, or compaction emptied it. */
export function endTypeOf(batch: RecordBatch): keyof typeof types | null {
  const record = new RecordCursor(recordsSection(batch), batch)
  const key = record.next() ? record.key : null
  if (key === null || key.length < 4) return null
  const type = key.readInt16BE(2)
  return type === types.commit ? 'commit' : type === types.abort ? 'abort' : null
}

export function encodeEndMarker(fields: EndMarkerFields): RecordBatch {
  const { producerId, producerEpoch, isCommitted, coordinatorEpoch, timestamp } = fields
  const key = Buffer.alloc(4)
  key.writeInt16BE(markerVersion)
  key.writeInt16BE(isCommitted ? types.commit : types.abort, 2)
  const value = Buffer.alloc(6)
  value.writeInt16BE(markerVersion)
  value.writeInt32BE(coordinatorEpoch, 2)
  const options = { producerId, producerEpoch, isTransactional: true, isControl: true }
  return readBatch(encodeBatch([{ timestamp, key, value }], options))
}
