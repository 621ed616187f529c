/**
 * What compaction leaves of a record batch, as Kafka leaves it: records that stay keep their offsets, the batch keeps
 * its base and last offset, its producer and sequence.
 *
 * Tombstones, and markers of transactions of which nothing is left, stay for a while after they were first seen by
 * compaction: until the delete horizon, which then stands in the place of the base timestamp (KIP-534).
 */
import { Writer } from '../base/bytes.ts'
import {
  at,
  attribute,
  batchHeaderBytes,
  noTimestamp,
  readInt64,
  type RecordBatch,
  recordsSection,
  writeInt64,
} from './batch.ts'
import { compress } from './compression.ts'
import { RecordCursor } from './record-cursor.ts'
import { sealed } from './records.ts'

export interface Retention {
  /** Asked of each record of the batch, in order. */
  readonly keeps: (record: RecordCursor) => boolean
  /** Whether the bare header stays when no record does: it tells what its producer sent last, or where a log ends. */
  readonly keepsHeader: boolean
  /** The horizon that the batch gets if it has none yet and needs one. */
  readonly newHorizonMs: number
  /** Whether it needs one for another reason than tombstones. */
  readonly needsHorizon: boolean
}

/** Where a batch with this bit has its base timestamp, there is its delete horizon. */
const horizonBit = 0x40

/** Until when tombstones and markers of this batch stay; null: compaction has not seen it yet. */
export function deleteHorizonOf({ bytes }: RecordBatch): number | null {
  if ((bytes.readInt16BE(at.attributes) & horizonBit) === 0) return null
  return readInt64(bytes, at.baseTimestamp)
}

/** Null: nothing; the very batch: all of it. */
export function compactedBatch(batch: RecordBatch, retention: Retention): Buffer | null {
  const section = recordsSection(batch)
  const kept = keptRecords(batch, section, retention.keeps)
  if (kept.records.length === 0) return retention.keepsHeader ? emptied(batch) : null
  const horizonMs = deleteHorizonOf(batch)
  const isDue = horizonMs === null && (kept.hasTombstones || retention.needsHorizon)
  if (!isDue && kept.records.length === batch.recordCount) return batch.bytes
  return rebuilt(batch, section, kept.records, isDue ? retention.newHorizonMs : horizonMs)
}

/** A record that stays: what follows its timestamp is copied as it is. */
interface Kept {
  readonly timestamp: number
  readonly restStart: number
  readonly end: number
}

function keptRecords(batch: RecordBatch, section: Buffer, keeps: Retention['keeps']) {
  const cursor = new RecordCursor(section, batch)
  const records: Kept[] = []
  let hasTombstones = false
  while (cursor.next()) {
    if (!keeps(cursor)) continue
    if (cursor.valueBytes < 0) hasTombstones = true
    records.push({ timestamp: cursor.timestamp, restStart: cursor.offsetDeltaStart, end: cursor.end })
  }
  return { records, hasTombstones }
}

function rebuilt(batch: RecordBatch, section: Buffer, kept: readonly Kept[], horizonMs: number | null): Buffer {
  const baseTimestamp = horizonMs ?? kept[0]!.timestamp
  const records = compress(batch.compression, rebased(section, kept, baseTimestamp))
  const made = Buffer.concat([batch.bytes.subarray(0, batchHeaderBytes), records])
  const attributes = made.readInt16BE(at.attributes) & ~horizonBit
  made.writeInt16BE(attributes | (horizonMs === null ? 0 : horizonBit), at.attributes)
  writeInt64(made, baseTimestamp, at.baseTimestamp)
  const maxTimestamp = kept.reduce((max, { timestamp }) => Math.max(max, timestamp), noTimestamp)
  writeInt64(made, maxTimestamp, at.maxTimestamp)
  made.writeInt32BE(kept.length, at.recordCount)
  return sealed(made)
}

function rebased(section: Buffer, kept: readonly Kept[], baseTimestamp: number): Buffer {
  const records = new Writer(section.length)
  for (const { timestamp, restStart, end } of kept) {
    const head = new Writer(16)
    head.int8(0) // Attributes, of which none exists.
    head.varlong(timestamp - baseTimestamp)
    const start = head.concat()
    records.varint(start.length + end - restStart)
    records.bytes(start)
    records.bytes(section.subarray(restStart, end))
  }
  return records.concat()
}

function emptied(batch: RecordBatch): Buffer {
  const header = Buffer.from(batch.bytes.subarray(0, batchHeaderBytes))
  const attributes = header.readInt16BE(at.attributes) & ~horizonBit & ~attribute.compression
  header.writeInt16BE(attributes, at.attributes)
  writeInt64(header, noTimestamp, at.baseTimestamp)
  header.writeInt32BE(0, at.recordCount)
  return sealed(header)
}
