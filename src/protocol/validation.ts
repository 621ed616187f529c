/**
 * What a producer sent for one partition: exactly one sound batch, or why it is refused.
 *
 * The errors are those of Apache Kafka (ProduceRequest, LogValidator, DefaultRecordBatch), which are not always
 * the obvious ones: a batch cut short is no batch, hence INVALID_RECORD, and bytes after a batch that do not make
 * another are ignored.
 */
import { assert } from '../base/assert.ts'
import {
  at,
  attribute,
  batchBytes,
  batchChecksum,
  batchHeaderBytes,
  lengthOverhead,
  noProducerId,
  noTimestamp,
  type RecordBatch,
  readBatch,
  recordsSection,
} from './batch.ts'
import { compressionTypes, UncompressedTooLarge } from './compression.ts'
import {
  CORRUPT_MESSAGE,
  INVALID_RECORD,
  KafkaError,
  MESSAGE_TOO_LARGE,
  UNSUPPORTED_COMPRESSION_TYPE,
} from './errors.ts'
import { RecordCursor } from './record-cursor.ts'

/**
 * A batch found sound, with what was learned on the way. Its `maxTimestamp` is that of its records, not what it
 * claims.
 */
export interface ProducedBatch extends RecordBatch {
  /** The smallest timestamp of its records; those without one (-1) do not count. */
  readonly minTimestamp: number
  /** Its records, unpacked; a view of `bytes` when they were not compressed. */
  readonly section: Buffer
}

export interface BatchLimits {
  /** What the records of one batch may unpack to. */
  readonly uncompressedBytesMax: number
}

/** The smallest message there ever was, of format 0; what claims less is corrupt before anyone looks at its format. */
const messageBytesMin = 14
const currentMagic = 2

export function validate(records: Buffer | null, limits: BatchLimits): ProducedBatch | KafkaError {
  const found = onlyBatch(records)
  if (found instanceof KafkaError) return found
  return corruption(found) ?? unsupported(found) ?? checked(readBatch(found), limits)
}

/** Whether it has the form of one batch: what brokers look at before the log looks at what is in it. */
export function isOneBatch(records: Buffer | null): boolean {
  return !(onlyBatch(records) instanceof KafkaError)
}

/** The one batch there must be. */
function onlyBatch(records: Buffer | null): Buffer | KafkaError {
  if (records === null) return INVALID_RECORD.because('no record batch')
  const length = nextBatchBytes(records, 0)
  if (length instanceof KafkaError) return length
  if (length === null) return INVALID_RECORD.because('no whole record batch')
  if (records[at.magic] !== currentMagic) return INVALID_RECORD.because('only record batches of format 2 are accepted')
  const another = nextBatchBytes(records, length)
  if (another instanceof KafkaError) return another
  if (another !== null) return INVALID_RECORD.because('more than one record batch')
  return length === records.length ? records : records.subarray(0, length)
}

/** How long the batch at `start` is; null when there is no whole one. */
function nextBatchBytes(records: Buffer, start: number): number | null | KafkaError {
  const left = records.length - start
  if (left < lengthOverhead) return null
  const length = batchBytes(records, start)
  if (length < lengthOverhead + messageBytesMin) return CORRUPT_MESSAGE.because('a record batch too short to be one')
  if (left <= at.magic) return null
  const magic = records.readInt8(start + at.magic)
  if (magic < 0 || magic > currentMagic) return CORRUPT_MESSAGE.because(`an unknown format of record batches: ${magic}`)
  return length > left ? null : length
}

function corruption(batch: Buffer): KafkaError | null {
  if (batch.length < batchHeaderBytes) return CORRUPT_MESSAGE.because('a record batch shorter than its header')
  // Clients number from 0; an offset here would be one that the producer made up.
  if (batch.readInt32BE(at.baseOffset) !== 0 || batch.readInt32BE(at.baseOffset + 4) !== 0) {
    return INVALID_RECORD.because('the base offset must be 0')
  }
  if (batch.readUInt32BE(at.crc) !== batchChecksum(batch)) return CORRUPT_MESSAGE.because('the checksum does not match')
  return null
}

/** Kafka answers UNKNOWN_SERVER_ERROR to a codec that does not exist; this says what is wrong. */
function unsupported(batch: Buffer): KafkaError | null {
  const codec = batch.readInt16BE(at.attributes) & attribute.compression
  return codec < compressionTypes.length ? null : UNSUPPORTED_COMPRESSION_TYPE.because(`no codec has number ${codec}`)
}

function checked(batch: RecordBatch, limits: BatchLimits): ProducedBatch | KafkaError {
  const lie = headerLie(batch)
  if (lie !== null) return INVALID_RECORD.because(lie)
  try {
    const section = recordsSection(batch, limits.uncompressedBytesMax)
    const { minTimestamp, maxTimestamp } = timestampsOfPlain(section, batch) ?? timestampsOf(section, batch)
    // Not spread into a new object: with so many fields that takes longer than all the rest.
    return Object.assign(batch, { minTimestamp, maxTimestamp, section })
  } catch (error) {
    // A producer in Java answers this by splitting the batch; the parts may fit.
    if (error instanceof UncompressedTooLarge) return MESSAGE_TOO_LARGE.because(error.message)
    if (error instanceof RangeError) return INVALID_RECORD.because(error.message)
    throw error
  }
}

function headerLie(batch: RecordBatch): string | null {
  if (batch.lastOffsetDelta < 0) return 'an invalid range of offsets'
  if (batch.recordCount <= 0) return `an invalid count of records: ${batch.recordCount}`
  if (batch.recordCount !== batch.lastOffsetDelta + 1) return 'a count of records that does not match the offsets'
  if (batch.isControl) return 'clients may not write control records'
  if (batch.producerId !== noProducerId && batch.baseSequence < 0) return 'an invalid sequence number'
  return null
}

interface Timestamps {
  readonly minTimestamp: number
  readonly maxTimestamp: number
}

/**
 * The same as `timestampsOf` in half of the time, for batches as they mostly are: sound, without headers, every
 * record with a timestamp not days from the first. Null says nothing but that the batch is another.
 */
function timestampsOfPlain(section: Buffer, batch: RecordBatch): Timestamps | null {
  if (batch.isLogAppendTime) return null
  const place = { at: 0 } // Never leaves what is compiled into one piece, so it costs no memory access.
  let minDelta = 0x7fff_ffff
  let maxDelta = -0x8000_0000
  for (let index = 0; index < batch.recordCount; index++) {
    const length = shortVarint(section, place)
    const end = place.at + length
    if (end > section.length) return null
    place.at++ // The attributes of a record, of which none exists.
    const timestampDelta = shortVarint(section, place)
    if (shortVarint(section, place) !== index) return null
    const keyBytes = shortVarint(section, place)
    if (keyBytes > 0) place.at += keyBytes
    const valueBytes = shortVarint(section, place)
    if (valueBytes > 0) place.at += valueBytes
    if (section[place.at++] !== 0 || place.at !== end) return null
    if (timestampDelta < minDelta) minDelta = timestampDelta
    if (timestampDelta > maxDelta) maxDelta = timestampDelta
  }
  const minTimestamp = batch.baseTimestamp + minDelta
  if (place.at !== section.length || minTimestamp <= noTimestamp) return null
  return { minTimestamp, maxTimestamp: batch.baseTimestamp + maxDelta }
}

/** Up to four bytes; after a longer one `place` is beyond the end of the section. */
function shortVarint(section: Buffer, place: { at: number }): number {
  let byte = section[place.at++]!
  let value = byte & 0x7f
  for (let shift = 7; byte >= 0x80; shift += 7) {
    if (shift > 21) place.at = section.length
    byte = section[place.at++]!
    value |= (byte & 0x7f) << shift
  }
  return (value >>> 1) ^ -(value & 1)
}

/**
 * Walks every record. Kafka would store offset deltas that lie, or renumber them if compressed; here they are
 * refused.
 */
function timestampsOf(section: Buffer, batch: RecordBatch): Timestamps {
  const cursor = new RecordCursor(section, batch)
  let minTimestamp = Number.POSITIVE_INFINITY
  let maxTimestamp = noTimestamp
  for (let index = 0; cursor.next(); index++) {
    if (!cursor.isWhole()) throw new RangeError('a record that does not end where it says')
    if (cursor.offsetDelta !== index) throw new RangeError('offset deltas that do not count up from 0')
    const timestamp = cursor.timestamp
    if (timestamp === noTimestamp) continue
    if (timestamp < minTimestamp) minTimestamp = timestamp
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
  }
  assert(cursor.end === section.length, 'the cursor stops at the end of the section')
  return { minTimestamp: Math.min(minTimestamp, maxTimestamp), maxTimestamp }
}
