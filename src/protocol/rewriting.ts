/**
 * A section of records in which some are replaced and some are gone. Records that stay are copied as they are, byte by
 * byte; a new one takes the offset of the one it replaces.
 */
import { Writer } from '../base/bytes.ts'
import { type RecordContext, RecordCursor } from './record-cursor.ts'
import { encodeRecord, type NewRecord } from './records.ts'

/**
 * By their indexes in the section. The batch's header holds what timestamps count from, and is left as it is: whoever
 * stores the section says the new count of records and the new largest timestamp.
 */
export function replacedSection(
  batch: Pick<RecordContext, 'recordCount' | 'baseTimestamp'>,
  section: Buffer,
  replacements: ReadonlyMap<number, NewRecord>,
  removed: ReadonlySet<number>,
): Buffer {
  const { recordCount, baseTimestamp } = batch
  const cursor = new RecordCursor(section, { ...nothingButRecords, recordCount })
  const parts: Buffer[] = []
  let keptFrom = 0
  let keptTo = 0
  for (let index = 0; cursor.next(); index++) {
    const replacement = replacements.get(index)
    if (replacement === undefined && !removed.has(index)) {
      keptTo = cursor.end
      continue
    }
    // Records that stay are copied with their neighbours.
    if (keptTo > keptFrom) parts.push(section.subarray(keptFrom, keptTo))
    if (!removed.has(index)) parts.push(encoded(replacement!, cursor.offsetDelta, baseTimestamp))
    keptFrom = cursor.end
    keptTo = cursor.end
  }
  if (keptTo > keptFrom) parts.push(section.subarray(keptFrom, keptTo))
  return Buffer.concat(parts)
}

const nothingButRecords = { baseOffset: 0, baseTimestamp: 0, maxTimestamp: 0, isLogAppendTime: false } as const

function encoded(record: NewRecord, offsetDelta: number, baseTimestamp: number): Buffer {
  const body = encodeRecord(record, offsetDelta, record.timestamp - baseTimestamp)
  const length = new Writer(8)
  length.varint(body.length)
  return Buffer.concat([length.concat(), body])
}
