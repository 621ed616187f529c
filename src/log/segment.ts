/**
 * A stretch of a partition's log: batches one after another, and how to find one of them by offset or timestamp.
 *
 * Only the last segment of a partition is appended to, and deletion takes whole segments. Positions here count
 * from the segment's first byte.
 */
import { crc32c } from '../base/crc32c.ts'
import {
  at,
  attribute,
  batchBytes,
  batchChecksum,
  noTimestamp,
  type RecordBatch,
  readBatch,
  readInt64,
  writeInt64,
} from '../protocol/batch.ts'
import { Chunks } from './chunks.ts'
import type { PartitionConfig } from './partition-terms.ts'
import { indexIntervalBytes, SparseIndex } from './sparse-index.ts'

/** What the broker writes into the stored copy of a batch. */
export interface Stamp {
  readonly baseOffset: number
  readonly leaderEpoch: number
  readonly isLogAppendTime: boolean
  readonly maxTimestamp: number
}

/** Offsets of a segment stay within this distance of its first, as in Kafka's index. */
export const offsetsPerSegmentMax = 0x7fff_ffff

/**
 * How long a segment stays open: less than segment.ms by a part of segment.jitter.ms that is the segment's own, so that
 * those of many partitions do not close at once. Kafka draws it; here it follows from where the segment begins.
 */
export function openMsMax(
  { topic, index }: { readonly topic: string; readonly index: number },
  { baseOffset }: Segment,
  { segmentMs, segmentJitterMs }: Pick<PartitionConfig, 'segmentMs' | 'segmentJitterMs'>,
): number {
  const most = Math.min(segmentJitterMs, segmentMs)
  return most === 0 ? segmentMs : segmentMs - (crc32c(Buffer.from(`${topic}-${index}-${baseOffset}`)) % most)
}

export class Segment {
  readonly baseOffset: number
  nextOffset: number
  /** Of all records; -1 when none has a timestamp. */
  maxTimestamp: number = noTimestamp
  lastAppendMs = 0

  #firstAppendMs = 0
  #firstTimestamp: number = noTimestamp
  #maxTimestampPosition = 0
  #indexedPosition = 0
  readonly #chunks: Chunks
  readonly #index = new SparseIndex()

  constructor(baseOffset: number, previous?: Segment) {
    this.baseOffset = baseOffset
    this.nextOffset = baseOffset
    this.#chunks = previous === undefined ? new Chunks() : new Chunks(previous.#chunks.successorCapacity)
  }

  get byteLength(): number {
    return this.#chunks.byteLength
  }

  /** The largest of its first batch. */
  get firstTimestamp(): number {
    return this.#firstTimestamp
  }

  /** What retention by time goes by. */
  get largestTimestamp(): number {
    return this.maxTimestamp >= 0 ? this.maxTimestamp : this.lastAppendMs
  }

  /** Whether this batch must go into a new segment: this one is full, or has been open for long enough. */
  mustRoll(batch: RecordBatch, maxTimestamp: number, now: number, bytesMax: number, openMsMax: number): boolean {
    if (this.byteLength === 0) return false
    // Kafka counts in record time, so that a replayed history rolls as the original did.
    const openMs = this.#firstTimestamp >= 0 ? maxTimestamp - this.#firstTimestamp : now - this.#firstAppendMs
    return (
      this.byteLength + batch.bytes.length > bytesMax ||
      openMs > openMsMax ||
      this.nextOffset + batch.lastOffsetDelta - this.baseOffset > offsetsPerSegmentMax
    )
  }

  append(batch: RecordBatch, stamp: Stamp, now: number): void {
    const position = this.byteLength
    if (position - this.#indexedPosition >= indexIntervalBytes) {
      this.#index.add(position, stamp.baseOffset - this.baseOffset, this.maxTimestamp)
      this.#indexedPosition = position
    }
    this.#chunks.append(batch.bytes)
    write(this.#chunks.buffer, this.#chunks.at, batch, stamp)

    if (position === 0) {
      this.#firstAppendMs = now
      this.#firstTimestamp = stamp.maxTimestamp
    }
    // A batch that plugins emptied keeps its times, but no record has them.
    if (batch.recordCount > 0 && stamp.maxTimestamp > this.maxTimestamp) {
      this.maxTimestamp = stamp.maxTimestamp
      this.#maxTimestampPosition = position
    }
    this.nextOffset = stamp.baseOffset + batch.lastOffsetDelta + 1
    this.lastAppendMs = now
  }

  /** Takes in what compaction left of a batch of another segment. */
  adopt(batch: RecordBatch, appendedMs: number): void {
    this.append(batch, batch, appendedMs)
  }

  /** Nothing will be appended any more. */
  close(): void {
    this.#chunks.seal()
  }

  /** Where the batch begins that holds this offset, or the first one after it; the segment's end when there is none. */
  positionOf(offset: number): number {
    return this.#walk(this.#index.beforeOffset(offset - this.baseOffset), (buffer, start) => {
      return readInt64(buffer, start + at.baseOffset) + buffer.readInt32BE(start + at.lastOffsetDelta) >= offset
    })
  }

  /** The end of the last batch that is whole within so many bytes from here; `from` when not even the first is. */
  endWithin(from: number, bytesMax: number): number {
    const limit = from + bytesMax
    if (limit >= this.byteLength) return this.byteLength
    const start = Math.max(from, this.#index.beforePosition(limit))
    return this.#walk(start, (buffer, start, position) => position + batchBytes(buffer, start) > limit)
  }

  /** The end of the batch that begins here. */
  endOfBatch(position: number): number {
    this.#chunks.seek(position)
    return position + batchBytes(this.#chunks.buffer, this.#chunks.at)
  }

  /** An offset behind all that lies before this position; as near to it as the index knows, as in Kafka. */
  offsetBoundAt(position: number): number {
    const relativeOffset = this.#index.offsetFrom(position)
    return relativeOffset === null ? this.nextOffset : this.baseOffset + relativeOffset
  }

  views(from: number, to: number): Buffer[] {
    return this.#chunks.views(from, to)
  }

  /** The first batch that has the segment's largest timestamp; its records must have been found to have one. */
  batchOfMaxTimestamp(): RecordBatch {
    return this.#batchAt(this.#maxTimestampPosition)
  }

  /** Batches with a record at or after this time, in order. */
  *batchesSince(timestamp: number): Generator<RecordBatch> {
    let position = this.#index.beforeTimestamp(timestamp)
    while (position < this.byteLength) {
      position = this.#walk(position, (buffer, start) => readInt64(buffer, start + at.maxTimestamp) >= timestamp)
      if (position === this.byteLength) return
      const batch = this.#batchAt(position)
      yield batch
      position += batch.bytes.length
    }
  }

  *batches(): Generator<RecordBatch> {
    for (let position = 0; position < this.byteLength; ) {
      const batch = this.#batchAt(position)
      yield batch
      position += batch.bytes.length
    }
  }

  #batchAt(position: number): RecordBatch {
    this.#chunks.seek(position)
    return readBatch(this.#chunks.buffer, this.#chunks.at)
  }

  /** Steps from batch to batch until `isThere`; the segment's end when it never is. */
  #walk(from: number, isThere: (buffer: Buffer, start: number, position: number) => boolean): number {
    const chunks = this.#chunks
    let position = from
    while (position < chunks.byteLength) {
      chunks.seek(position)
      if (isThere(chunks.buffer, chunks.at, position)) return position
      position += batchBytes(chunks.buffer, chunks.at)
    }
    return position
  }
}

function write(stored: Buffer, start: number, batch: RecordBatch, stamp: Stamp): void {
  writeInt64(stored, stamp.baseOffset, start + at.baseOffset)
  stored.writeInt32BE(stamp.leaderEpoch, start + at.leaderEpoch)
  const claimedTimestamp = readInt64(stored, start + at.maxTimestamp)
  if (batch.isLogAppendTime === stamp.isLogAppendTime && claimedTimestamp === stamp.maxTimestamp) return

  const attributes = stored.readInt16BE(start + at.attributes) & ~attribute.logAppendTime
  stored.writeInt16BE(attributes | (stamp.isLogAppendTime ? attribute.logAppendTime : 0), start + at.attributes)
  writeInt64(stored, stamp.maxTimestamp, start + at.maxTimestamp)
  stored.writeUInt32BE(batchChecksum(stored.subarray(start, start + batch.bytes.length)), start + at.crc)
}

/** The index of the last segment that begins at or before this offset. */
export function segmentIndexAt(segments: readonly Segment[], offset: number): number {
  let low = 0
  for (let high = segments.length - 1; low < high; ) {
    const middle = (low + high + 1) >>> 1
    if (segments[middle]!.baseOffset <= offset) low = middle
    else high = middle - 1
  }
  return low
}
