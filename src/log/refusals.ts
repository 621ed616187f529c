/** Why a partition does not store a batch, whatever was stored before: its size and its timestamps. */
import { noTimestamp, type RecordBatch } from '../protocol/batch.ts'
import { INVALID_TIMESTAMP, type KafkaError, MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE } from '../protocol/errors.ts'

interface SizeConfig {
  readonly maxMessageBytes: number
  readonly segmentBytes: number
}
interface TimestampConfig {
  readonly isLogAppendTime: boolean
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
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

export function timestampRefusal(batch: RecordBatch, config: TimestampConfig, now: number): KafkaError | null {
  const { isLogAppendTime, timestampBeforeMaxMs, timestampAfterMaxMs } = config
  if (isLogAppendTime || batch.maxTimestamp === noTimestamp) {
    return batch.isLogAppendTime ? INVALID_TIMESTAMP.because('producers may not set the time of the append') : null
  }
  const { minTimestamp = batch.maxTimestamp } = batch
  if (now - minTimestamp <= timestampBeforeMaxMs && batch.maxTimestamp - now <= timestampAfterMaxMs) return null
  return INVALID_TIMESTAMP.because('One or more records have been rejected due to invalid timestamp')
}
