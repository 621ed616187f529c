/** Why a partition does not store a batch, whatever was stored before: its size and its timestamps. */
import { noTimestamp, type RecordBatch } from '../protocol/batch.ts'
import { RecordCursor } from '../protocol/record-cursor.ts'
import {
  INVALID_RECORD,
  INVALID_TIMESTAMP,
  type KafkaError,
  MESSAGE_TOO_LARGE,
  RECORD_LIST_TOO_LARGE,
} from '../protocol/errors.ts'

interface SizeConfig {
  readonly maxMessageBytes: number
  readonly segmentBytes: number
}
interface RecordSizeConfig {
  readonly decompressedBytesMax: number
}
interface TimestampConfig {
  readonly isLogAppendTime: boolean
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
}

type BatchConfig = SizeConfig & RecordSizeConfig & TimestampConfig

export function batchRefusal(batch: RecordBatch, config: BatchConfig, now: number): KafkaError | null {
  return sizeRefusal(batch, config) ?? recordSizeRefusal(batch, config) ?? timestampRefusal(batch, config, now)
}

export function sizeRefusal(batch: RecordBatch, { maxMessageBytes, segmentBytes }: SizeConfig): KafkaError | null {
  const byteLength = batch.bytes.length
  if (byteLength > maxMessageBytes) {
    return MESSAGE_TOO_LARGE.because(`a record batch of ${byteLength} bytes; max.message.bytes is ${maxMessageBytes}`)
  }
  if (byteLength > segmentBytes) {
    return RECORD_LIST_TOO_LARGE.because(`a record batch of ${byteLength} bytes; segment.bytes is ${segmentBytes}`)
  }
  return null
}

/**
 * max.decompressed.message.bytes bounds each record of a compressed batch, as Kafka 4.4 has it; of records that came
 * as they are it says nothing.
 */
function recordSizeRefusal(batch: RecordBatch, { decompressedBytesMax }: RecordSizeConfig): KafkaError | null {
  const { section, compression } = batch
  if (compression === 'none' || section === undefined || section.length <= decompressedBytesMax) return null
  const record = new RecordCursor(section, batch)
  while (record.next()) {
    const bytes = record.end - record.bodyStart
    if (bytes <= decompressedBytesMax) continue
    const limit = `max.decompressed.message.bytes is ${decompressedBytesMax}`
    return INVALID_RECORD.because(`a record of ${bytes} bytes once decompressed; ${limit}`)
  }
  return null
}

function timestampRefusal(batch: RecordBatch, config: TimestampConfig, now: number): KafkaError | null {
  const { isLogAppendTime, timestampBeforeMaxMs, timestampAfterMaxMs } = config
  if (isLogAppendTime || batch.maxTimestamp === noTimestamp) {
    return batch.isLogAppendTime ? INVALID_TIMESTAMP.because('producers may not set the time of the append') : null
  }
  const { minTimestamp = batch.maxTimestamp } = batch
  if (now - minTimestamp <= timestampBeforeMaxMs && batch.maxTimestamp - now <= timestampAfterMaxMs) return null
  const bounds = 'message.timestamp.before.max.ms and message.timestamp.after.max.ms'
  return INVALID_TIMESTAMP.because(`a timestamp is further from now than ${bounds} allow`)
}
