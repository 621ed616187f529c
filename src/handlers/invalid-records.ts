/**
 * The records for whose sake the log refuses a batch: an answer that names them lets the producer fail these and say of
 * the rest that they are innocent (KIP-467). Looked for only where there is one.
 */
import { noTimestamp, type RecordContext, RecordCursor } from '../protocol/records.ts'
import type { TopicConfig } from '../configs/topic-config.ts'

/** Its records, uncompressed, and what their fields count from. */
type Batch = RecordContext & { readonly section: Buffer }

export interface InvalidRecord {
  /** Within the batch. */
  readonly index: number
  readonly reason: string
}

/** Log compaction keeps the last record of each key, so there must be one. */
export function withoutKey(batch: Batch): readonly InvalidRecord[] {
  return invalid(batch, ({ keyBytes }) => (keyBytes < 0 ? 'a record of a compacted topic needs a key' : null))
}

export function withTimestampOutOfRange(
  batch: Batch,
  { timestampBeforeMaxMs, timestampAfterMaxMs }: TopicConfig,
  now: number,
): readonly InvalidRecord[] {
  return invalid(batch, ({ timestamp }) => {
    if (timestamp === noTimestamp) return null
    if (now - timestamp > timestampBeforeMaxMs) return `its timestamp ${timestamp} is too long ago`
    if (timestamp - now > timestampAfterMaxMs) return `its timestamp ${timestamp} is too far in the future`
    return null
  })
}

function invalid(batch: Batch, problemOf: (record: RecordCursor) => string | null): readonly InvalidRecord[] {
  const found: InvalidRecord[] = []
  const cursor = new RecordCursor(batch.section, batch)
  for (let index = 0; cursor.next(); index++) {
    const reason = problemOf(cursor)
    if (reason !== null) found.push({ index, reason })
  }
  return found
}
