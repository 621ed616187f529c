/** What a partition is told, and what it answers with. */
import type { Codec } from '../protocol/records.ts'
import type { CompactionConfig } from './compaction.ts'
import type { MemoryBudget } from './memory-budget.ts'
import type { PartitionImage } from './partition-image.ts'
import type { TransactionEnd } from './producers.ts'
import type { RetentionConfig } from './retention.ts'

/** Read anew at each use: a topic's configs may change at any time. */
export interface PartitionConfig extends RetentionConfig, CompactionConfig {
  readonly segmentMs: number
  readonly segmentJitterMs: number
  readonly maxMessageBytes: number
  /** What one record of a compressed batch may unpack to. */
  readonly decompressedBytesMax: number
  readonly isLogAppendTime: boolean
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
  /** In which batches are stored; null: as they come. */
  readonly codec: Codec | null
}

export interface PartitionOptions {
  readonly topic: string
  readonly index: number
  readonly config: PartitionConfig
  /** What it shares with the other partitions; without one it keeps what retention leaves. */
  readonly budget?: MemoryBudget
  readonly leaderEpoch?: number
  /** What it holds from the beginning. */
  readonly image?: PartitionImage
}

export interface Appended {
  readonly baseOffset: number
  /** -1 where records keep the time their producer gave them. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
}

export interface ReadOptions {
  /** Nothing from this offset on; by default the high watermark. */
  readonly endOffset?: number
  /** A first batch larger than `bytesMax` is returned all the same. */
  readonly minOneBatch?: boolean
}

export interface ReadResult {
  /** Views of whole batches in the order of their offsets; the first holds the asked offset. */
  readonly batches: readonly Buffer[]
  readonly byteLength: number
  /** What was read lies before it, and perhaps more. */
  readonly untilOffset: number
}

/** The end of a transaction. */
export interface Marker extends TransactionEnd {
  readonly isCommitted: boolean
}

/** A time, or one of the places that ListOffsets knows by name. */
export type OffsetSpec = 'earliest' | 'latest' | 'max-timestamp' | number
