/** Partitions and batches for tests of the log, with Kafka's default configs where a test does not say otherwise. */
import {
  Partition,
  type PartitionConfig,
  type PartitionOptions,
  type ReadOptions,
  type ReadResult,
} from '../../src/log/partition.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import {
  type BatchOptions,
  encodeBatch,
  type ProducedBatch,
  type RecordBatch,
  readBatch,
  validate,
} from '../../src/protocol/records.ts'

const dayMs = 24 * 3_600_000

export const defaultConfig: PartitionConfig = {
  segmentBytes: 1024 ** 3,
  segmentMs: 7 * dayMs,
  segmentJitterMs: 0,
  retentionMs: 7 * dayMs,
  retentionBytes: -1,
  maxMessageBytes: 1_048_588,
  decompressedBytesMax: 2147483639,
  isLogAppendTime: false,
  codec: null,
  isCompacted: false,
  deleteRetentionMs: 24 * 3_600_000,
  compactionLagMinMs: 0,
  compactionLagMaxMs: Number.MAX_SAFE_INTEGER,
  dirtyRatioMin: 0.5,
  timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  timestampAfterMaxMs: 3_600_000,
}

export function newPartition(
  config: Partial<PartitionConfig> = {},
  options: Partial<PartitionOptions> = {},
): Partition {
  return new Partition({ topic: 'events', index: 0, config: { ...defaultConfig, ...config }, ...options })
}

export function sound(bytes: Buffer): ProducedBatch {
  const batch = validate(bytes, { uncompressedBytesMax: 100_000_000 })
  if (batch instanceof KafkaError) throw new Error(`${batch.name}: ${batch.message}`)
  return batch
}

/** A batch with a record for each timestamp, each with a value of so many bytes. */
export function timed(timestamps: readonly number[], valueBytes = 10, options: BatchOptions = {}): ProducedBatch {
  const value = Buffer.alloc(valueBytes, 'v')
  return sound(
    encodeBatch(
      timestamps.map((timestamp) => ({ timestamp, key: null, value })),
      options,
    ),
  )
}

/** A batch of so many records at time 0. */
export function counted(count: number, valueBytes = 10, options: BatchOptions = {}): ProducedBatch {
  return timed(
    Array.from({ length: count }, () => 0),
    valueBytes,
    options,
  )
}

/** Throws when the partition refuses. */
export function accepted<T>(outcome: T | KafkaError): T {
  if (outcome instanceof KafkaError) throw new Error(`${outcome.name}: ${outcome.message}`)
  return outcome
}

/** The name of the refusal, or `none`. */
export function refusal(outcome: unknown): string {
  return outcome instanceof KafkaError ? outcome.name : 'none'
}

/** The offsets of the first and last record of each batch that a read returns. */
export function spans(partition: Partition, offset: number, bytesMax: number, options?: ReadOptions): string {
  return batchesIn(accepted(partition.read(offset, bytesMax, options)))
    .map(({ baseOffset, lastOffsetDelta }) => `${baseOffset}-${baseOffset + lastOffsetDelta}`)
    .join(' ')
}

/** All batches that a partition holds from this offset on. */
export function storedBatches(partition: Partition, offset = partition.logStartOffset): RecordBatch[] {
  return batchesIn(accepted(partition.read(offset, Number.MAX_SAFE_INTEGER)))
}

function batchesIn({ batches }: ReadResult): RecordBatch[] {
  const bytes = Buffer.concat([...batches])
  const found: RecordBatch[] = []
  for (let at = 0; at < bytes.length; ) {
    const batch = readBatch(bytes, at)
    found.push(batch)
    at += batch.bytes.length
  }
  return found
}
