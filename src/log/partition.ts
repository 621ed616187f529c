/**
 * One partition: an ordered log of record batches, in memory.
 *
 * The broker is the only replica, so what is appended is committed at once: the high watermark is the log's end.
 * Everything here is synchronous; whoever must wait (plugins, long polls) waits outside and asks again.
 */
import { assert } from '../base/assert.ts'
import { noProducerId, noTimestamp, type RecordBatch } from '../protocol/batch.ts'
import { encodeEndMarker } from '../protocol/control-records.ts'
import { recompressed } from '../protocol/records.ts'
import { type KafkaError, OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { type AbortedTransaction, AbortedTransactions } from './aborted.ts'
import { compact, type Compactable, dirtOf } from './compaction.ts'
import { type EpochEnd, LeaderEpochs } from './leader-epochs.ts'
import type { Evictable, Eviction, MemoryBudget } from './memory-budget.ts'
import { imageBytes, type PartitionImage } from './partition-image.ts'
import type {
  Appended,
  Marker,
  OffsetSpec,
  PartitionConfig,
  PartitionOptions,
  ReadOptions,
  ReadResult,
} from './partition-terms.ts'
import { type ProducerState, Producers } from './producers.ts'
import { batchRefusal, sizeRefusal } from './refusals.ts'
import { countBeyondSize, countBeyondTime } from './retention.ts'
import { type FoundOffset, firstWithMaxTimestamp, firstSince, nothingFound, offsetsBefore } from './offsets-by-time.ts'
import { openMsMax, Segment, segmentIndexAt } from './segment.ts'
import type { VerificationGuard } from './verifications.ts'

export type * from './partition-terms.ts'

const nothingRead: ReadResult = { batches: [], byteLength: 0, untilOffset: 0 }
const highWatermarkOffset = -1

export class Partition implements Evictable {
  readonly topic: string
  readonly index: number
  readonly #config: PartitionConfig
  readonly #budget: MemoryBudget | undefined
  readonly #epochs: LeaderEpochs
  readonly #producers: Producers
  readonly #aborted: AbortedTransactions
  readonly #waiters = new Set<() => void>()
  /** Ascending, with gaps only where compaction left nothing, never empty; only the last is appended to. */
  readonly #segments: Segment[]
  #logStartOffset = 0
  /** Up to where the log is compacted. */
  #cleanOffset = 0
  #byteLength = 0
  #appendedBytes = 0
  #readBytes = 0
  #isDeleted = false

  constructor({ topic, index, config, budget, leaderEpoch = 0, image }: PartitionOptions) {
    this.topic = topic
    this.index = index
    this.#config = config
    this.#budget = budget
    this.#epochs = image?.epochs.copy() ?? new LeaderEpochs(leaderEpoch, 0)
    this.#producers = image?.producers.copy() ?? new Producers()
    this.#aborted = image?.aborted.copy() ?? new AbortedTransactions()
    this.#appendedBytes = image?.appendedBytes ?? 0
    this.#logStartOffset = image?.logStartOffset ?? 0
    this.#cleanOffset = image?.cleanOffset ?? 0
    this.#segments = [...(image?.segments ?? []), new Segment(image?.logEndOffset ?? 0)]
    this.#byteLength = image === undefined ? 0 : imageBytes(image)
    if (image !== undefined) budget?.take(this.byteLength)
    budget?.join(this)
  }

  get leaderEpoch(): number {
    return this.#epochs.latest
  }
  get logStartOffset(): number {
    return this.#logStartOffset
  }
  get logEndOffset(): number {
    return this.#active.nextOffset
  }
  get highWatermark(): number {
    return this.logEndOffset
  }
  /** Up to where a reader of committed records may read: not into a transaction that is open. */
  get lastStableOffset(): number {
    const open = this.#producers.firstOpenOffset
    return open === null ? this.highWatermark : Math.max(open, this.#logStartOffset)
  }
  get byteLength(): number {
    return this.#byteLength
  }
  /** Bytes ever appended. */
  get appendedBytes(): number {
    return this.#appendedBytes
  }
  /** Bytes ever read; a long poll that looks twice counts twice. */
  get readBytes(): number {
    return this.#readBytes
  }
  get segmentCount(): number {
    return this.#segments.length
  }
  get producerCount(): number {
    return this.#producers.size
  }
  get producers(): Iterable<ProducerState> {
    return this.#producers.states()
  }
  get #active(): Segment {
    return this.#segments.at(-1)!
  }

  /**
   * To be asked before a batch is shown to plugins: the answer of the batch of which this is a copy, why it is
   * refused, or null to go on with `append`. `guard`: of a transactional batch, when `beginVerification` gave one.
   */
  precheck(batch: RecordBatch, now: number, guard: VerificationGuard | null = null): Appended | KafkaError | null {
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    return batchRefusal(batch, this.#config, now) ?? this.#sequenceOutcome(batch, guard)
  }

  /** An appended batch belongs to the log: its bytes, which may become the stored ones, are not to be used again. */
  append(batch: RecordBatch, now: number, guard: VerificationGuard | null = null): Appended | KafkaError {
    // Asked again: plugins take their time, and others may have appended meanwhile.
    const outcome = this.precheck(batch, now, guard)
    if (outcome !== null) return outcome

    const { codec } = this.#config
    const stored = codec === null || codec.compression === batch.compression ? batch : recompressed(batch, codec)
    const refusal = stored === batch ? null : sizeRefusal(stored, this.#config)
    if (refusal !== null) return refusal
    const appended = this.#store(stored, now)
    const { baseOffset, logAppendTimeMs } = appended
    if (batch.producerId !== noProducerId) {
      const maxTimestamp = logAppendTimeMs === noTimestamp ? batch.maxTimestamp : logAppendTimeMs
      this.#producers.appended(batch, baseOffset, maxTimestamp, now)
    }
    this.#wake()
    return appended
  }

  /** To be shown with a transactional batch once the coordinator agrees; null when it needs not be asked. */
  beginVerification(batch: RecordBatch, isSecondGeneration: boolean, now: number): VerificationGuard | null {
    return this.#producers.beginVerification(batch, isSecondGeneration, now)
  }

  /** Writes the marker that ends a producer's transaction here, whether or not it wrote anything. */
  endTransaction(marker: Marker, now: number): KafkaError | null {
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    const refusal = this.#producers.endRefusal(marker)
    if (refusal !== null) return refusal

    const { baseOffset } = this.#store(encodeEndMarker({ ...marker, timestamp: now }), now)
    const firstOffset = this.#producers.ended(marker, now)
    if (firstOffset !== null && !marker.isCommitted) {
      this.#aborted.add({ producerId: marker.producerId, firstOffset, lastOffset: baseOffset })
    }
    this.#wake()
    return null
  }

  /** What a reader of committed records is to leave out of what it read from this offset on. */
  abortedIn(offset: number, { untilOffset }: ReadResult): AbortedTransaction[] {
    return this.#aborted.between(offset, untilOffset)
  }

  #store(batch: RecordBatch, now: number): Appended {
    this.#budget?.take(batch.bytes.length)
    const { isLogAppendTime, segmentBytes } = this.#config
    const maxTimestamp = isLogAppendTime ? now : batch.maxTimestamp
    const segmentBytesMax = Math.min(segmentBytes, this.#budget?.segmentBytesMax ?? segmentBytes)
    const msMax = openMsMax(this, this.#active, this.#config)
    if (this.#active.mustRoll(batch, maxTimestamp, now, segmentBytesMax, msMax)) this.#roll()
    const baseOffset = this.logEndOffset
    this.#active.append(batch, { baseOffset, leaderEpoch: this.leaderEpoch, isLogAppendTime, maxTimestamp }, now)
    this.#byteLength += batch.bytes.length
    this.#appendedBytes += batch.bytes.length
    return { baseOffset, logAppendTimeMs: isLogAppendTime ? now : noTimestamp, logStartOffset: this.#logStartOffset }
  }

  /** Batches from the one that holds `offset` on, as many as fit. */
  read(offset: number, bytesMax: number, options: ReadOptions = {}): ReadResult | KafkaError {
    if (this.#isDeleted) return UNKNOWN_TOPIC_OR_PARTITION
    if (offset < this.#logStartOffset || offset > this.logEndOffset) return OFFSET_OUT_OF_RANGE
    const { endOffset = this.highWatermark, minOneBatch = false } = options
    if (offset >= endOffset) return nothingRead

    const batches: Buffer[] = []
    let byteLength = 0
    let untilOffset = 0
    for (let index = segmentIndexAt(this.#segments, offset); index < this.#segments.length; index++) {
      const segment = this.#segments[index]!
      const from = segment.positionOf(offset)
      const end = endOffset >= segment.nextOffset ? segment.byteLength : segment.positionOf(endOffset)
      if (from >= end) continue
      let to = Math.min(end, segment.endWithin(from, bytesMax - byteLength))
      if (to === from && byteLength === 0 && minOneBatch) to = segment.endOfBatch(from)
      if (to > from) batches.push(...segment.views(from, to))
      byteLength += to - from
      if (to > from && !this.#aborted.isEmpty) untilOffset = segment.offsetBoundAt(to)
      if (to < segment.byteLength) break
    }
    this.#readBytes += byteLength
    return { batches, byteLength, untilOffset }
  }

  /** How many bytes there are to read from this offset on: what a long poll compares with its minimum. */
  bytesFrom(offset: number, endOffset: number = this.highWatermark): number {
    if (offset >= endOffset) return 0
    const from = Math.max(offset, this.#logStartOffset)
    const first = segmentIndexAt(this.#segments, from)
    const last =
      endOffset >= this.logEndOffset ? this.#segments.length - 1 : segmentIndexAt(this.#segments, endOffset - 1)
    let bytes = -this.#segments[first]!.positionOf(from)
    for (let index = first; index < last; index++) bytes += this.#segments[index]!.byteLength
    const { nextOffset, byteLength } = this.#segments[last]!
    return bytes + (endOffset >= nextOffset ? byteLength : this.#segments[last]!.positionOf(endOffset))
  }

  /** What ListOffsets asks for; offset -1 where there is none before `endOffset`. */
  offsetFor(spec: OffsetSpec, endOffset: number = this.highWatermark): FoundOffset {
    if (spec === 'latest') return { offset: endOffset, timestamp: noTimestamp, leaderEpoch: this.leaderEpoch }
    if (spec === 'earliest') {
      const offset = this.#logStartOffset
      return { offset, timestamp: noTimestamp, leaderEpoch: this.#epochs.at(offset) }
    }
    const found =
      spec === 'max-timestamp'
        ? firstWithMaxTimestamp(this.#segments)
        : firstSince(this.#segments, spec, this.#logStartOffset)
    return found !== null && found.offset < endOffset ? found : nothingFound
  }

  /** At most so many offsets at which one could begin to read what there was at this time, the latest first. */
  offsetsBefore(spec: Exclude<OffsetSpec, 'max-timestamp'>, most: number, now: number): readonly number[] {
    return offsetsBefore(this.#segments, this.#logStartOffset, spec, now).slice(0, most)
  }

  /** Forgets records before this offset (-1: all there are); answers where the log starts now. */
  deleteRecordsBefore(offset: number): number | KafkaError {
    const target = offset === highWatermarkOffset ? this.highWatermark : offset
    if (target < 0 || target > this.highWatermark) return OFFSET_OUT_OF_RANGE
    if (target > this.#logStartOffset) this.#startAt(target)
    return this.#logStartOffset
  }

  /** Deletes what the topic's configs no longer keep; answers how many bytes that were. */
  applyRetention(now: number): number {
    const before = this.byteLength
    this.#drop(countBeyondSize(this.#segments, this.#config))
    this.#drop(countBeyondTime(this.#segments, this.#config, now))
    return before - this.byteLength
  }

  /** How dirty it is, if it ought to be compacted. */
  dirtRatio(now: number): number | null {
    return dirtOf(this.#compactable, now)?.ratio ?? null
  }

  /** One round of compaction, if it ought to be, in short steps; answers whether there was one. */
  *compact(now: number): Generator<void, boolean> {
    const dirt = dirtOf(this.#compactable, now)
    if (dirt !== null) yield* compact(this.#compactable, dirt, now)
    return dirt !== null
  }

  expireProducers(now: number, expirationMs: number): void {
    this.#producers.expire(now, expirationMs)
  }

  /** A new leader begins: batches are stamped with its epoch from here on, and who waits for records looks anew. */
  beginLeaderEpoch(leaderEpoch: number): void {
    assert(leaderEpoch > this.leaderEpoch, 'leader epochs ascend')
    this.#epochs.begin(leaderEpoch, this.logEndOffset)
    this.#wake()
  }

  endOffsetOf(leaderEpoch: number): EpochEnd {
    return this.#epochs.endOffsetOf(leaderEpoch, this.logEndOffset)
  }

  /** Calls `wake` after each append, at a new leader epoch and at its end, until the returned function is called. */
  onAppend(wake: () => void): () => void {
    this.#waiters.add(wake)
    return () => this.#waiters.delete(wake)
  }

  /** Its topic is gone: gives its bytes back, and refuses whatever still comes. */
  delete(): void {
    if (this.#isDeleted) return
    this.#isDeleted = true
    this.#budget?.leave(this)
    this.#release(this.#segments.splice(0, this.#segments.length, new Segment(this.logEndOffset)))
    this.#wake()
  }

  /** What it holds now. Neither the image nor what is made of it sees what is appended from here on. */
  image(): PartitionImage {
    if (this.#active.byteLength > 0) this.#roll()
    const segments = this.#segments.slice(0, -1)
    const { logStartOffset, logEndOffset, appendedBytes } = this
    const copies = { epochs: this.#epochs.copy(), producers: this.#producers.copy(), aborted: this.#aborted.copy() }
    return { segments, logStartOffset, logEndOffset, appendedBytes, cleanOffset: this.#cleanOffset, ...copies }
  }

  get oldestClosedMs(): number | null {
    return this.#segments.length > 1 ? this.#segments[0]!.lastAppendMs : null
  }
  get oldestMs(): number | null {
    return this.byteLength > 0 ? this.#segments[0]!.lastAppendMs : null
  }
  evict(): Eviction {
    const before = this.byteLength
    this.#drop(1)
    const { topic, index: partition, logStartOffset } = this
    return { topic, partition, logStartOffset, byteLength: before - this.byteLength }
  }

  get #compactable(): Compactable {
    const { logStartOffset, lastStableOffset } = this
    return {
      segments: this.#segments,
      config: this.#config,
      segmentBytesMax: this.#budget?.segmentBytesMax ?? this.#config.segmentBytes,
      logStartOffset,
      lastStableOffset,
      cleanOffset: this.#cleanOffset,
      abortedBetween: (from, until) => this.#aborted.between(from, until),
      lastOfProducer: (id) => this.#producers.lastOf(id),
      reserve: (bytes) => (bytes < 0 ? this.#budget?.release(-bytes) : this.#budget?.take(bytes)),
      replace: (old, cleaned) => this.#replace(old, cleaned),
      cleaned: (offset, gone) => {
        this.#cleanOffset = offset
        this.#aborted.forget(gone)
      },
    }
  }

  #replace(old: readonly Segment[], cleaned: Segment): boolean {
    const at = this.#segments.indexOf(old[0]!)
    const areThere = at >= 0 && old.every((segment, index) => this.#segments[at + index] === segment)
    if (this.#isDeleted || !areThere) return false
    this.#byteLength += cleaned.byteLength
    this.#release(this.#segments.splice(at, old.length, ...(cleaned.byteLength > 0 ? [cleaned] : [])))
    return true
  }

  /** Idempotent producers number their records: what that says about this batch. */
  #sequenceOutcome(batch: RecordBatch, guard: VerificationGuard | null): Appended | KafkaError | null {
    if (batch.producerId === noProducerId) return null
    const duplicate = this.#producers.duplicateOf(batch)
    if (duplicate === null) return this.#producers.refusal(batch, guard)
    // Kafka gives the batch's timestamp here whatever the topic's timestamp type.
    const { baseOffset, maxTimestamp: logAppendTimeMs } = duplicate
    return { baseOffset, logAppendTimeMs, logStartOffset: this.#logStartOffset }
  }

  #roll(): void {
    const previous = this.#active
    previous.close()
    this.#segments.push(new Segment(previous.nextOffset, previous))
  }

  /** Drops so many of the oldest segments. */
  #drop(count: number): void {
    if (count === 0) return
    if (count === this.#segments.length) this.#roll()
    this.#release(this.#segments.splice(0, count))
    this.#logStartOffset = Math.max(this.#logStartOffset, this.#segments[0]!.baseOffset)
    this.#forgetBefore(this.#logStartOffset)
  }

  #release(dropped: readonly Segment[]): void {
    const bytes = dropped.reduce((sum, { byteLength }) => sum + byteLength, 0)
    this.#byteLength -= bytes
    this.#budget?.release(bytes)
  }

  #startAt(offset: number): void {
    this.#logStartOffset = offset
    this.#forgetBefore(offset)
    this.#drop(this.#segments.filter((segment) => segment.byteLength > 0 && segment.nextOffset <= offset).length)
  }

  #forgetBefore(offset: number): void {
    this.#epochs.truncate(offset)
    this.#aborted.truncate(offset)
  }

  #wake(): void {
    for (const wake of this.#waiters) wake()
  }
}
