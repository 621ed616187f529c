/**
 * How many of a partition's segments, counted from the oldest, have outlived its configs. Whole segments go, so
 * what stays may be more and older than the configs say, as in Kafka.
 */
import type { Segment } from './segment.ts'

export interface RetentionConfig {
  /** Negative: for ever. */
  readonly retentionMs: number
  /** Negative: without limit. */
  readonly retentionBytes: number
}

/** Segments without which the log is still as large as it may be. */
export function countBeyondSize(segments: readonly Segment[], { retentionBytes }: RetentionConfig): number {
  if (retentionBytes < 0) return 0
  let surplus = segments.reduce((sum, segment) => sum + segment.byteLength, 0) - retentionBytes
  return countWhile(segments, (segment) => {
    surplus -= segment.byteLength
    return surplus >= 0
  })
}

/** Segments whose largest timestamp is too old. */
export function countBeyondTime(segments: readonly Segment[], { retentionMs }: RetentionConfig, now: number): number {
  if (retentionMs < 0) return 0
  return countWhile(segments, (segment) => now - segment.largestTimestamp > retentionMs)
}

/** An empty segment is the one that waits for the next batch, and stays. */
function countWhile(segments: readonly Segment[], mayGo: (segment: Segment) => boolean): number {
  const first = segments.findIndex((segment) => segment.byteLength === 0 || !mayGo(segment))
  return first < 0 ? segments.length : first
}
