/**
 * Records as they travelled before Kafka 0.11: sets of messages of format 0, or 1, which has timestamps. A compressed
 * message holds a set of its own. Brokers before 4.0 convert what old clients send, and what they fetch (KIP-896 ended
 * it).
 */
import { Writer } from '../base/bytes.ts'
import { crc32 } from '../base/crc32.ts'
import { attribute, noTimestamp, batchesIn, type RecordBatch, readInt64, recordsSection } from './batch.ts'
import { type CompressionType, compress, compressionTypes, decompress, UncompressedTooLarge } from './compression.ts'
import {
  CORRUPT_MESSAGE,
  INVALID_RECORD,
  INVALID_TIMESTAMP,
  KafkaError,
  MESSAGE_TOO_LARGE,
  UNSUPPORTED_COMPRESSION_TYPE,
} from './errors.ts'
import { withFrameChecksum, withOldFrameChecksum } from './lz4-frame.ts'
import { recordsIn } from './record-cursor.ts'
import { encodeBatch, type NewRecord } from './records.ts'

export type MessageFormat = 0 | 1

/** Where the fields of a message lie, its offset and length included. */
const at = { offset: 0, length: 8, crc: 12, magic: 16, attributes: 17, timestamp: 18 } as const
/** Before what `length` counts. */
const overhead = 12
/** Of a message without key and value, without the overhead. */
const bytesMin = { 0: 14, 1: 22 } as const

interface Message {
  readonly format: MessageFormat
  readonly offset: number
  readonly compression: CompressionType | null
  readonly isLogAppendTime: boolean
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** Whether it does not begin with a record batch. */
export function isMessageSet(records: Buffer): boolean {
  return records.length <= at.magic || records[at.magic]! < 2
}

/**
 * The batch that a producer of today would send with these messages, compressed as they were; null for no messages.
 * The last message may be cut short, and is ignored then.
 */
export function batchOfMessages(set: Buffer, bytesMax: number): Buffer | null | KafkaError {
  const records: NewRecord[] = []
  let compression: CompressionType = 'none'
  for (const message of messagesIn(set)) {
    if (message instanceof KafkaError) return message
    const refusal = refusalOf(message)
    if (refusal !== null) return refusal
    if (message.compression === 'none') records.push(message)
    else {
      compression = message.compression!
      const inner = innerRecords(message, bytesMax)
      if (inner instanceof KafkaError) return inner
      records.push(...inner)
    }
  }
  return records.length === 0 ? null : encodeBatch(records, { compression })
}

function refusalOf({ compression, isLogAppendTime }: Message): KafkaError | null {
  if (compression === null || compression === 'zstd') {
    return UNSUPPORTED_COMPRESSION_TYPE.because('messages of formats 0 and 1 are compressed by gzip, snappy or lz4')
  }
  return isLogAppendTime ? INVALID_TIMESTAMP.because('a producer says when a record was made, not appended') : null
}

function innerRecords({ format, compression, value }: Message, bytesMax: number): NewRecord[] | KafkaError {
  if (value === null) return INVALID_RECORD.because('a compressed message without a value')
  const records: NewRecord[] = []
  try {
    const framed = format === 0 && compression === 'lz4' ? withFrameChecksum(value) : value
    for (const message of messagesIn(decompress(compression!, framed, bytesMax))) {
      if (message instanceof KafkaError) return message
      if (message.compression !== 'none') return INVALID_RECORD.because('a compressed message within another')
      if (message.format !== format) return INVALID_RECORD.because('a message of another format than the one around it')
      records.push(message)
    }
  } catch (error) {
    if (error instanceof UncompressedTooLarge) return MESSAGE_TOO_LARGE.because(error.message)
    if (error instanceof RangeError) return CORRUPT_MESSAGE.because(error.message)
    throw error
  }
  return records
}

/** Up to the first that is corrupt, or cut short. */
function* messagesIn(set: Buffer): Generator<Message | KafkaError> {
  for (let start = 0; start + overhead <= set.length; ) {
    const length = set.readInt32BE(start + at.length)
    if (length < bytesMin[0])
      return yield CORRUPT_MESSAGE.because(`a message of ${length} bytes is too short to be one`)
    const end = start + overhead + length
    if (end > set.length) return
    yield message(set.subarray(start, end))
    start = end
  }
}

function message(bytes: Buffer): Message | KafkaError {
  const magic = bytes.readInt8(at.magic)
  if (magic !== 0 && magic !== 1) return CORRUPT_MESSAGE.because(`an unknown format of messages: ${magic}`)
  if (bytes.length - overhead < bytesMin[magic]) return CORRUPT_MESSAGE.because('a message too short to be one')
  if (bytes.readUInt32BE(at.crc) !== crc32(bytes.subarray(at.magic))) {
    return CORRUPT_MESSAGE.because('the checksum does not match')
  }
  const attributes = bytes.readInt8(at.attributes)
  const keyStart = magic === 0 ? at.timestamp : at.timestamp + 8
  const key = field(bytes, keyStart)
  const value = key instanceof KafkaError ? key : field(bytes, keyStart + 4 + (key?.length ?? 0))
  if (key instanceof KafkaError || value instanceof KafkaError)
    return INVALID_RECORD.because('a message that ends early')
  return {
    format: magic,
    offset: readInt64(bytes, at.offset),
    compression: compressionTypes[attributes & attribute.compression] ?? null,
    isLogAppendTime: magic > 0 && (attributes & attribute.logAppendTime) !== 0,
    timestamp: magic === 0 ? noTimestamp : readInt64(bytes, at.timestamp),
    key,
    value,
  }
}

/** A view of what has its length before it; −1 stands for null. */
function field(bytes: Buffer, start: number): Buffer | null | KafkaError {
  if (start + 4 > bytes.length) return INVALID_RECORD
  const length = bytes.readInt32BE(start)
  if (length < 0) return null
  const end = start + 4 + length
  return end > bytes.length ? INVALID_RECORD : bytes.subarray(start + 4, end)
}

/**
 * Stored batches, as views of whole ones, for a client that reads a format of old. Headers and markers of transactions
 * have no place in it, nor has zstd. Of what is not compressed, nothing before `fromOffset`.
 */
export function messagesOfBatches(
  views: readonly Buffer[],
  format: MessageFormat,
  fromOffset: number,
): readonly Buffer[] | KafkaError {
  const sets: Buffer[] = []
  for (const batch of batchesIn(views)) {
    if (batch.isControl || batch.recordCount === 0) continue
    if (batch.compression === 'zstd') {
      return UNSUPPORTED_COMPRESSION_TYPE.because('zstd, in which these records are, takes a newer consumer')
    }
    sets.push(messagesOf(batch, format, fromOffset))
  }
  return sets
}

function messagesOf(batch: RecordBatch, format: MessageFormat, fromOffset: number): Buffer {
  const { compression, isLogAppendTime, maxTimestamp } = batch
  const all = [...recordsIn(recordsSection(batch), batch)]
  if (compression === 'none') {
    return setOf(
      all.filter(({ offset }) => offset >= fromOffset),
      format,
      isLogAppendTime,
    )
  }
  // Within a message of format 1 offsets count from the first one's.
  const first = all[0]!.offset
  const inner = format === 0 ? all : all.map((one) => ({ ...one, offset: one.offset - first }))
  const packed = compress(compression, setOf(inner, format, isLogAppendTime))
  const value = format === 0 && compression === 'lz4' ? withOldFrameChecksum(packed) : packed
  const around = { offset: all.at(-1)!.offset, timestamp: maxTimestamp, key: null, value }
  return setOf([around], format, isLogAppendTime, compression)
}

interface Told {
  readonly offset: number
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

function setOf(
  messages: readonly Told[],
  format: MessageFormat,
  isLogAppendTime: boolean,
  compression: CompressionType = 'none',
): Buffer {
  const set = new Writer(messages.length * 64)
  const attributes =
    compressionTypes.indexOf(compression) | (isLogAppendTime && format > 0 ? attribute.logAppendTime : 0)
  for (const { offset, timestamp, key, value } of messages) {
    const body = new Writer(64 + (key?.length ?? 0) + (value?.length ?? 0))
    body.int8(format)
    body.int8(attributes)
    if (format > 0) body.int64(timestamp)
    for (const part of [key, value]) {
      body.int32(part?.length ?? -1)
      if (part !== null) body.bytes(part)
    }
    const bytes = body.concat()
    set.int64(offset)
    set.int32(4 + bytes.length)
    set.int32(crc32(bytes) | 0)
    set.bytes(bytes)
  }
  return set.concat()
}
