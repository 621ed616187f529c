/** Which of the batches that were read belong to aborted transactions: readers of committed records do not get them. */
import type { RecordBatch } from '../protocol/batch.ts'
import type { Acquired } from './acquisition.ts'
import type { Span } from './in-flight.ts'

export interface Aborted {
  readonly producerId: number
  readonly firstOffset: number
}

export function spanOf({ baseOffset, lastOffsetDelta }: RecordBatch): Span {
  return { firstOffset: baseOffset, lastOffset: baseOffset + lastOffsetDelta }
}

/** `transactions`: those that are aborted among the batches, and began at or before them. */
export function abortedAmong(batches: readonly RecordBatch[], transactions: readonly Aborted[]): Span[] {
  const ahead = [...transactions].sort((a, b) => a.firstOffset - b.firstOffset)
  const open = new Set<number>()
  const aborted: Span[] = []
  for (const batch of batches) {
    const span = spanOf(batch)
    while (ahead.length > 0 && ahead[0]!.firstOffset <= span.lastOffset) open.add(ahead.shift()!.producerId)
    if (batch.isControl)
      open.delete(batch.producerId) // Its marker.
    else if (batch.isTransactional && open.has(batch.producerId)) aborted.push(span)
  }
  return aborted
}

/** Without these offsets; both ascend. */
export function without(acquired: readonly Acquired[], spans: readonly Span[]): Acquired[] {
  return spans.reduce<readonly Acquired[]>((left, { firstOffset, lastOffset }) => {
    return left.flatMap((one) => {
      if (one.lastOffset < firstOffset || one.firstOffset > lastOffset) return [one]
      const before = { ...one, lastOffset: firstOffset - 1 }
      const after = { ...one, firstOffset: lastOffset + 1 }
      return [before, after].filter((part) => part.firstOffset <= part.lastOffset)
    })
  }, acquired) as Acquired[]
}
