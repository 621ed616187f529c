/** Finds records by their timestamps, over the segments of a partition. */
import { noTimestamp, type RecordBatch, recordsSection } from '../protocol/batch.ts'
import { RecordCursor } from '../protocol/record-cursor.ts'
import type { OffsetSpec } from './partition-terms.ts'
import type { Segment } from './segment.ts'

export interface FoundOffset {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

export const nothingFound: FoundOffset = { offset: -1, timestamp: noTimestamp, leaderEpoch: -1 }

/** The first record with the largest timestamp of all (KIP-734). */
export function firstWithMaxTimestamp(segments: readonly Segment[]): FoundOffset | null {
  const timestamp = segments.reduce((max, segment) => Math.max(max, segment.maxTimestamp), noTimestamp)
  if (timestamp === noTimestamp) return null
  const segment = segments.find(({ maxTimestamp }) => maxTimestamp === timestamp)!
  return firstIn(segment.batchOfMaxTimestamp(), timestamp, 0)
}

/** The first record at or after this time, none before `offsetMin`. */
export function firstSince(segments: readonly Segment[], timestamp: number, offsetMin: number): FoundOffset | null {
  for (const segment of segments) {
    if (segment.maxTimestamp < timestamp) continue
    for (const batch of segment.batchesSince(timestamp)) {
      const found = firstIn(batch, timestamp, offsetMin)
      if (found !== null) return found
    }
  }
  return null
}

/**
 * Where segments begin that were last appended to by this time, and the end of the log, the latest first: all that
 * consumers of before Kafka 0.10.1 could learn.
 */
export function offsetsBefore(
  segments: readonly Segment[],
  logStartOffset: number,
  spec: Exclude<OffsetSpec, 'max-timestamp'>,
  now: number,
): number[] {
  const places = segments.map(({ baseOffset, lastAppendMs, byteLength }) => ({
    offset: Math.max(baseOffset, logStartOffset),
    lastMs: byteLength > 0 ? lastAppendMs : now,
  }))
  const last = segments.at(-1)!
  if (last.byteLength > 0) places.push({ offset: last.nextOffset, lastMs: now })
  const atMs = spec === 'latest' ? now : spec
  const wanted = atMs === 'earliest' ? places.slice(0, 1) : places.filter(({ lastMs }) => lastMs <= atMs)
  return wanted.map(({ offset }) => offset).reverse()
}

function firstIn(batch: RecordBatch, timestamp: number, offsetMin: number): FoundOffset | null {
  const cursor = new RecordCursor(recordsSection(batch), batch)
  while (cursor.next()) {
    if (cursor.timestamp < timestamp || cursor.offset < offsetMin) continue
    return { offset: cursor.offset, timestamp: cursor.timestamp, leaderEpoch: batch.leaderEpoch }
  }
  return null
}
