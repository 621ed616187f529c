/**
 * A record batch of format 2: the 61 bytes before its records, read out.
 *
 * The CRC covers everything from the attributes on, so a broker may write base offset and leader epoch into it,
 * but not the timestamp type, without computing it anew.
 */
import { constants } from 'node:buffer'
import { crc32c } from '../base/crc32c.ts'
import { type CompressionType, compressionTypes, decompress } from './compression.ts'

/** Where the fields of a batch lie. */
export const at = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

export const batchHeaderBytes = 61
/** The bytes before what `length` counts. */
export const lengthOverhead = 12
/** Bits of the attributes; the lowest three are the codec. */
export const attribute = { compression: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const

export const noTimestamp = -1
export const noProducerId = -1
const TWO_32 = 0x1_0000_0000
const INT32_MAX = 0x7fff_ffff

export interface RecordBatch {
  /** The whole batch, header included: a view of what it was read from. */
  readonly bytes: Buffer
  readonly baseOffset: number
  readonly leaderEpoch: number
  /** Not the count less one when compaction or a plugin took records out. */
  readonly lastOffsetDelta: number
  readonly compression: CompressionType
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Then `maxTimestamp` is the time of every record in it. */
  readonly isLogAppendTime: boolean
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  /** Known of a batch whose records were looked at. */
  readonly minTimestamp?: number
  /** Its records, unpacked; likewise. */
  readonly section?: Buffer
  /** -1 when the producer is neither idempotent nor transactional. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}

/** The batch that starts at `start`, its header read; RangeError when it is cut short or its codec does not exist. */
export function readBatch(bytes: Buffer, start = 0): RecordBatch {
  const end = start + batchBytes(bytes, start)
  if (end > bytes.length || end - start < batchHeaderBytes) throw new RangeError('a record batch cut short')
  const attributes = bytes.readInt16BE(start + at.attributes)
  const compression = compressionTypes[attributes & attribute.compression]
  if (compression === undefined) throw new RangeError(`a codec numbered ${attributes & attribute.compression}`)
  return {
    bytes: start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end),
    baseOffset: readInt64(bytes, start + at.baseOffset),
    leaderEpoch: bytes.readInt32BE(start + at.leaderEpoch),
    lastOffsetDelta: bytes.readInt32BE(start + at.lastOffsetDelta),
    compression,
    isTransactional: (attributes & attribute.transactional) !== 0,
    isControl: (attributes & attribute.control) !== 0,
    isLogAppendTime: (attributes & attribute.logAppendTime) !== 0,
    baseTimestamp: readInt64(bytes, start + at.baseTimestamp),
    maxTimestamp: readInt64(bytes, start + at.maxTimestamp),
    producerId: readInt64(bytes, start + at.producerId),
    producerEpoch: bytes.readInt16BE(start + at.producerEpoch),
    baseSequence: bytes.readInt32BE(start + at.baseSequence),
    recordCount: bytes.readInt32BE(start + at.recordCount),
  }
}

/** The batches of what was read of a log: views that hold one or several whole ones each. */
export function* batchesIn(views: Iterable<Buffer>): Generator<RecordBatch> {
  for (const view of views) {
    for (let start = 0; start < view.length; ) {
      const batch = readBatch(view, start)
      yield batch
      start += batch.bytes.length
    }
  }
}

/** How long the batch that starts here says it is, header included. */
export function batchBytes(bytes: Buffer, start: number): number {
  return lengthOverhead + bytes.readInt32BE(start + at.length)
}

/** The section of records, unpacked; a view when it was not compressed. */
export function recordsSection(batch: RecordBatch, bytesMax: number = constants.MAX_LENGTH): Buffer {
  return decompress(batch.compression, batch.bytes.subarray(batchHeaderBytes), bytesMax)
}

/** What the checksum of this batch must be. */
export function batchChecksum(batch: Buffer): number {
  return crc32c(batch, at.attributes)
}

/** Exact to 2^53, as everywhere (src/protocol/schema.ts). */
export function readInt64(bytes: Buffer, start: number): number {
  return bytes.readInt32BE(start) * TWO_32 + bytes.readUInt32BE(start + 4)
}

/** Beyond the range of an int64, its end: timestamps are the producer's, and anything can come of adding two. */
export function writeInt64(bytes: Buffer, value: number, start: number): void {
  const high = Math.floor(value / TWO_32)
  const isBeyond = high > INT32_MAX || high < -INT32_MAX
  bytes.writeInt32BE(isBeyond ? Math.sign(high) * INT32_MAX : high, start)
  bytes.writeUInt32BE(isBeyond ? 0 : value >>> 0, start + 4)
}
