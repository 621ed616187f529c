/**
 * Record batches as the rest of Blink knows them; this file makes them, its neighbours read and check them.
 *
 * A batch that lost records keeps its offsets: what is left has the deltas it had, as after log compaction.
 */
import { Writer } from '../base/bytes.ts'
import {
  at,
  attribute,
  batchChecksum,
  batchHeaderBytes,
  lengthOverhead,
  noProducerId,
  noTimestamp,
  type RecordBatch,
  readBatch,
  recordsSection,
  writeInt64,
} from './batch.ts'
import { type CompressionType, compress, compressionTypes } from './compression.ts'
import { type RecordContext, RecordCursor } from './record-cursor.ts'
import { replacedSection } from './rewriting.ts'
import type { ProducedBatch } from './validation.ts'

export {
  batchesIn,
  batchHeaderBytes,
  noProducerId,
  noTimestamp,
  type RecordBatch,
  readBatch,
  recordsSection,
} from './batch.ts'
export { type CompressionType, compressionTypes } from './compression.ts'
export { type Record, type RecordContext, RecordCursor, type RecordHeader, recordsIn } from './record-cursor.ts'
export { type BatchLimits, isOneBatch, type ProducedBatch, validate } from './validation.ts'

export interface NewRecord {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly NewHeader[]
}
export interface NewHeader {
  readonly key: string
  readonly value: Uint8Array | null
}

export interface BatchOptions {
  readonly compression?: CompressionType
  readonly baseOffset?: number
  readonly leaderEpoch?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
}

const currentMagic = 2
const noEpoch = -1
const noSequence = -1

/** The batch a producer would send with these records. */
export function encodeBatch(records: readonly NewRecord[], options: BatchOptions = {}): Buffer {
  const { compression = 'none' } = options
  const baseTimestamp = records[0]?.timestamp ?? noTimestamp
  const section = compress(compression, encodeRecords(records, baseTimestamp))
  const batch = Buffer.allocUnsafe(batchHeaderBytes + section.length)
  section.copy(batch, batchHeaderBytes)

  writeInt64(batch, options.baseOffset ?? 0, at.baseOffset)
  batch.writeInt32BE(options.leaderEpoch ?? noEpoch, at.leaderEpoch)
  batch.writeInt8(currentMagic, at.magic)
  batch.writeInt16BE(attributesOf(compression, options), at.attributes)
  batch.writeInt32BE(records.length - 1, at.lastOffsetDelta)
  writeInt64(batch, baseTimestamp, at.baseTimestamp)
  const maxTimestamp = records.reduce((max, { timestamp }) => Math.max(max, timestamp), noTimestamp)
  writeInt64(batch, maxTimestamp, at.maxTimestamp)
  writeInt64(batch, options.producerId ?? noProducerId, at.producerId)
  batch.writeInt16BE(options.producerEpoch ?? noEpoch, at.producerEpoch)
  batch.writeInt32BE(options.baseSequence ?? noSequence, at.baseSequence)
  batch.writeInt32BE(records.length, at.recordCount)
  return sealed(batch)
}

/**
 * The batch without the records at these indexes. Offsets, producer and sequence stay; with nothing left it is the
 * bare header, whose offsets a consumer steps over.
 */
export function withoutRecords(batch: RecordBatch, refused: ReadonlySet<number>, bytesMax?: number): Buffer {
  const section = recordsSection(batch, bytesMax)
  let count = batch.recordCount
  for (const index of refused) if (index < batch.recordCount) count--
  return withSection(batch, replacedSection(batch, section, new Map(), refused), count).bytes
}

/**
 * The batch with these records in place of its own, compressed as it was. They have offsets and timestamps that count
 * from the same base.
 */
export function withSection(
  batch: RecordBatch,
  section: Buffer,
  recordCount: number,
  { compression = batch.compression, level }: Codec = {},
): ProducedBatch {
  const isEmpty = recordCount === 0
  const records = isEmpty ? section : compress(compression, section, level)
  const rewritten = Buffer.concat([batch.bytes.subarray(0, batchHeaderBytes), records])
  rewritten.writeInt32BE(recordCount, at.recordCount)
  const { minTimestamp, maxTimestamp } = timesOf(section, { ...batch, recordCount })
  const codec = isEmpty ? 0 : compressionTypes.indexOf(compression)
  rewritten.writeInt16BE((rewritten.readInt16BE(at.attributes) & ~attribute.compression) | codec, at.attributes)
  if (!isEmpty) writeInt64(rewritten, maxTimestamp, at.maxTimestamp)
  return Object.assign(readBatch(sealed(rewritten)), { minTimestamp, section })
}

/** How a batch is compressed; the level by default the codec's own. */
export interface Codec {
  readonly compression?: CompressionType
  readonly level?: number
}

/** The same records, compressed in this way. */
export function recompressed(batch: RecordBatch, codec: Codec): RecordBatch {
  return withSection(batch, batch.section ?? recordsSection(batch), batch.recordCount, codec)
}

function timesOf(section: Buffer, batch: RecordContext): { minTimestamp: number; maxTimestamp: number } {
  const cursor = new RecordCursor(section, batch)
  let minTimestamp = Number.POSITIVE_INFINITY
  let maxTimestamp = noTimestamp
  while (cursor.next()) {
    const { timestamp } = cursor
    if (timestamp === noTimestamp) continue
    minTimestamp = Math.min(minTimestamp, timestamp)
    maxTimestamp = Math.max(maxTimestamp, timestamp)
  }
  return { minTimestamp: Math.min(minTimestamp, maxTimestamp), maxTimestamp }
}

/** Writes length and checksum, the last two fields to be known. */
export function sealed(batch: Buffer): Buffer {
  batch.writeInt32BE(batch.length - lengthOverhead, at.length)
  batch.writeUInt32BE(batchChecksum(batch), at.crc)
  return batch
}

function attributesOf(compression: CompressionType, options: BatchOptions): number {
  return (
    compressionTypes.indexOf(compression) |
    (options.isTransactional === true ? attribute.transactional : 0) |
    (options.isControl === true ? attribute.control : 0)
  )
}

function encodeRecords(records: readonly NewRecord[], baseTimestamp: number): Buffer {
  const section = new Writer(records.length * 64)
  records.forEach((record, index) => {
    const body = encodeRecord(record, index, record.timestamp - baseTimestamp)
    section.varint(body.length)
    section.bytes(body)
  })
  return section.concat()
}

/** What follows its length. */
export function encodeRecord(record: NewRecord, offsetDelta: number, timestampDelta: number): Buffer {
  const body = new Writer((record.key?.length ?? 0) + (record.value?.length ?? 0) + 64)
  body.int8(0) // Attributes, of which none exists.
  body.varlong(timestampDelta)
  body.varint(offsetDelta)
  writeBytes(body, record.key)
  writeBytes(body, record.value)
  const headers = record.headers ?? []
  body.varint(headers.length)
  for (const { key, value } of headers) {
    writeBytes(body, Buffer.from(key))
    writeBytes(body, value)
  }
  return body.concat()
}

/** Null has length -1. */
function writeBytes(body: Writer, value: Uint8Array | null): void {
  body.varint(value?.length ?? -1)
  if (value !== null) body.bytes(value)
}
