/** What a consumer of committed records makes of a fetch: it leaves out what was aborted, as the answer tells it. */
import { readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'

export interface Aborted {
  readonly producerId: number
  readonly firstOffset: number
}

/** As the Java client does: who has an aborted transaction is left out from its first offset to its next marker. */
export function committedValues(records: readonly Buffer[], aborted: readonly Aborted[]): string[] {
  const waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  const skipped = new Set<number>()
  const values: string[] = []
  const bytes = Buffer.concat(records)
  for (let start = 0; start < bytes.length; ) {
    const batch = readBatch(bytes, start)
    start += batch.bytes.length
    const lastOffset = batch.baseOffset + batch.lastOffsetDelta
    while (waiting.length > 0 && waiting[0]!.firstOffset <= lastOffset) skipped.add(waiting.shift()!.producerId)
    if (batch.isControl) skipped.delete(batch.producerId)
    else if (!batch.isTransactional || !skipped.has(batch.producerId)) {
      for (const { value } of recordsIn(recordsSection(batch), batch)) values.push(`${value}`)
    }
  }
  return values
}
