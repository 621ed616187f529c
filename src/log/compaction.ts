/**
 * Compaction of one partition: of each key the last record stays, in small steps between which the broker does other
 * things. What is to be cleaned, and when, is decided as Kafka's cleaner decides it: whole closed segments, none with
 * an open transaction, once enough of the log is dirty or has been for too long.
 *
 * Cleaned segments are made beside the old ones and take their place at once, so readers never see half of the work.
 */
import { noProducerId, type RecordBatch, readBatch, recordsSection } from '../protocol/batch.ts'
import { compactedBatch, deleteHorizonOf } from '../protocol/compacting.ts'
import { RecordCursor } from '../protocol/record-cursor.ts'
import type { AbortedTransaction } from './aborted.ts'
import { CleanedTransactions } from './cleaned-transactions.ts'
import { LastOffsets } from './last-offsets.ts'
import type { LastOfProducer } from './producers.ts'
import { offsetsPerSegmentMax, Segment } from './segment.ts'

export interface CompactionConfig {
  readonly isCompacted: boolean
  readonly segmentBytes: number
  readonly deleteRetentionMs: number
  readonly compactionLagMinMs: number
  readonly compactionLagMaxMs: number
  readonly dirtyRatioMin: number
}

/** The log as compaction needs it, live: it goes on while compaction rests. */
export interface Compactable {
  /** Ascending; the last one is appended to. */
  readonly segments: readonly Segment[]
  readonly config: CompactionConfig
  readonly segmentBytesMax: number
  readonly logStartOffset: number
  readonly lastStableOffset: number
  /** Up to where an earlier round came. */
  readonly cleanOffset: number
  abortedBetween(fromOffset: number, untilOffset: number): readonly AbortedTransaction[]
  lastOfProducer(producerId: number): LastOfProducer | undefined
  /** Counts the bytes of cleaned segments that are not in place yet; negative: gives them back. */
  reserve(byteLength: number): void
  /** False: the old ones are not there any more. */
  replace(old: readonly Segment[], cleaned: Segment): boolean
  /** The round is over. */
  cleaned(cleanOffset: number, gone: readonly AbortedTransaction[]): void
}

/** How much of a log is looked at in one step. Records count for so much beside their bytes, which may be packed. */
export const stepBytesMax = 256 * 1024
const recordWorkBytes = 64
/** What the keys of one round may take. */
const keyBytesMax = 16 * 1024 * 1024

interface Dirt {
  readonly fromOffset: number
  /** Base offset of the first segment that has to wait. */
  readonly untilOffset: number
  /** Of what could be cleaned or is clean, how much is dirty. */
  readonly ratio: number
  readonly isDue: boolean
}

/** How dirty a log is that ought to be cleaned now; null: it need not. */
export function dirtOf(log: Compactable, now: number): Dirt | null {
  const { config, segments } = log
  if (!config.isCompacted) return null
  const fromOffset = Math.max(log.cleanOffset, log.logStartOffset)
  const closed = segments.slice(0, -1)
  const isDirty = (segment: Segment) => segment.nextOffset > fromOffset
  const first = closed.find((one) => isDirty(one) && mustWait(one, log, now))
  const untilOffset = Math.max(fromOffset, (first ?? segments.at(-1)!).baseOffset)
  const cleanable = closed.filter((one) => isDirty(one) && one.baseOffset < untilOffset)
  const dirtyBytes = bytesOf(cleanable)
  if (dirtyBytes === 0) return null
  const cleanBytes = bytesOf(closed.filter((one) => !isDirty(one)))
  const ratio = dirtyBytes / (dirtyBytes + cleanBytes)
  const isDue = closed.some((one) => isDirty(one) && isOverdue(one, config, now))
  return ratio > config.dirtyRatioMin || isDue ? { fromOffset, untilOffset, ratio, isDue } : null
}

function mustWait({ nextOffset, largestTimestamp }: Segment, log: Compactable, now: number): boolean {
  const { compactionLagMinMs } = log.config
  return nextOffset > log.lastStableOffset || (compactionLagMinMs > 0 && largestTimestamp > now - compactionLagMinMs)
}

function isOverdue({ firstTimestamp }: Segment, { compactionLagMaxMs }: CompactionConfig, now: number): boolean {
  return firstTimestamp > 0 && firstTimestamp < now - compactionLagMaxMs
}

function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

/** One round; each step of it is short. */
export function* compact(log: Compactable, { fromOffset, untilOffset }: Dirt, now: number): Generator<void> {
  const last = new LastOffsets(keyBytesMax)
  yield* noteKeys(log, last, fromOffset, untilOffset)
  const transactions = new CleanedTransactions(log.abortedBetween(0, last.endOffset))
  const cleaning = { log, last, transactions, untilOffset, now }
  const segments = log.segments.filter(({ baseOffset }, index) => {
    return baseOffset < last.endOffset && index < log.segments.length - 1
  })
  for (const group of grouped(segments, log)) {
    const isReplaced = yield* cleanGroup(group, cleaning)
    if (!isReplaced) return
  }
  log.cleaned(last.endOffset, transactions.gone)
}

function* noteKeys(log: Compactable, last: LastOffsets, fromOffset: number, untilOffset: number): Generator<void> {
  const transactions = new CleanedTransactions(log.abortedBetween(fromOffset, untilOffset))
  const dirty = log.segments.filter((one) => one.nextOffset > fromOffset && one.baseOffset < untilOffset)
  const pace = new Pace()
  last.endOffset = fromOffset
  for (const segment of dirty) {
    for (const batch of segment.batches()) {
      const isCounted = !transactions.isDisposable(batch) && !batch.isControl
      if (isCounted && !noteBatch(batch, last, fromOffset)) return
      last.endOffset = Math.max(last.endOffset, batch.baseOffset + batch.lastOffsetDelta + 1)
      if (pace.isOver(batch)) yield
    }
  }
  last.endOffset = untilOffset
}

/** False: there was no room for all of it. */
function noteBatch(batch: RecordBatch, last: LastOffsets, fromOffset: number): boolean {
  const record = new RecordCursor(recordsSection(batch), batch)
  while (record.next()) {
    const { key, offset } = record
    if (key !== null && offset >= fromOffset && !last.note(key, offset)) return false
  }
  return true
}

interface Cleaning {
  readonly log: Compactable
  readonly last: LastOffsets
  readonly transactions: CleanedTransactions
  /** Where the round ends: the batch before it stays, if only as a header. */
  readonly untilOffset: number
  readonly now: number
}

/** Several small segments become one. False: they are not there any more, nor is there anything to go on with. */
function* cleanGroup(group: readonly Segment[], cleaning: Cleaning): Generator<void, boolean> {
  const { log } = cleaning
  const cleaned = new Segment(group[0]!.baseOffset)
  const pace = new Pace()
  let isReplaced = false
  try {
    for (const segment of group) {
      for (const batch of segment.batches()) {
        const bytes = cleanBatch(batch, cleaning)
        if (bytes !== null) {
          log.reserve(bytes.length)
          cleaned.adopt(readBatch(bytes), segment.lastAppendMs)
        }
        if (pace.isOver(batch)) yield
      }
    }
    cleaned.nextOffset = group.at(-1)!.nextOffset
    cleaned.close()
    isReplaced = log.replace(group, cleaned)
    return isReplaced
  } finally {
    if (!isReplaced) log.reserve(-cleaned.byteLength)
  }
}

function cleanBatch(batch: RecordBatch, { log, last, transactions, untilOffset, now }: Cleaning): Buffer | null {
  const isDisposable = transactions.isDisposable(batch)
  const horizonMs = deleteHorizonOf(batch)
  const isPast = horizonMs !== null && horizonMs <= now
  const isDiscarded = isDisposable && (!batch.isControl || isPast)
  return compactedBatch(batch, {
    keeps: (record) => {
      if (isDiscarded || batch.isControl) return !isDiscarded
      return last.isLast(record) && (record.offset >= last.endOffset || record.valueBytes >= 0 || !isPast)
    },
    keepsHeader: batch.baseOffset + batch.lastOffsetDelta + 1 === untilOffset || isLastOfProducer(batch, log),
    newHorizonMs: now + log.config.deleteRetentionMs,
    needsHorizon: isDisposable && batch.isControl,
  })
}

/** Then it tells which sequence number its producer came to. */
function isLastOfProducer(batch: RecordBatch, log: Compactable): boolean {
  if (batch.producerId === noProducerId) return false
  const last = log.lastOfProducer(batch.producerId)
  if (last === undefined) return false
  if (last.offset === null) return batch.isControl && batch.producerEpoch === last.epoch
  return batch.baseOffset + batch.lastOffsetDelta === last.offset
}

/** Neighbours that fit into one segment together. */
function grouped(segments: readonly Segment[], { config, segmentBytesMax }: Compactable): Segment[][] {
  const bytesMax = Math.min(config.segmentBytes, segmentBytesMax)
  const groups: Segment[][] = []
  let bytes = 0
  for (const segment of segments) {
    const group = groups.at(-1)
    bytes += segment.byteLength
    const spans = group === undefined ? 0 : segment.nextOffset - group[0]!.baseOffset
    if (group !== undefined && bytes <= bytesMax && spans <= offsetsPerSegmentMax) {
      group.push(segment)
    } else {
      groups.push([segment])
      bytes = segment.byteLength
    }
  }
  return groups
}

class Pace {
  #bytes = 0

  /** Whether this batch was the last of a step. */
  isOver({ bytes, recordCount }: RecordBatch): boolean {
    this.#bytes += bytes.length + recordCount * recordWorkBytes
    if (this.#bytes < stepBytesMax) return false
    this.#bytes = 0
    return true
  }
}
