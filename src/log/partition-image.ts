/**
 * What a partition held at some moment, to be brought back later or elsewhere. It shares segments with the partition,
 * which are closed and do not change; what is appended later goes to new ones.
 */
import type { AbortedTransactions } from './aborted.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { Producers } from './producers.ts'
import type { Segment } from './segment.ts'

export interface PartitionImage {
  /** Closed, ascending. */
  readonly segments: readonly Segment[]
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly appendedBytes: number
  /** Up to where it is compacted. */
  readonly cleanOffset: number
  readonly epochs: LeaderEpochs
  readonly producers: Producers
  readonly aborted: AbortedTransactions
}

export function imageBytes({ segments }: PartitionImage): number {
  return segments.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
