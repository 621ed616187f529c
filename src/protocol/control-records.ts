/**
 * The end of a transaction as it stands in the log: a control batch of one record, whose key says whether it is a
 * commit or an abort. Consumers step over it; those that read what is committed look into the key.
 */
import { type RecordBatch, readBatch } from './batch.ts'
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
