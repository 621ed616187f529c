/**
 * Reads the records of several partitions as one: those of a partition in the order of their offsets, and between
 * partitions in the order of their timestamps.
 *
 * Reading looks at no more than is asked for, and lets others at the event loop meanwhile.
 */
import type { Cluster } from '../handlers/handler.ts'
import type { AbortedTransaction } from '../log/aborted.ts'
import type { Partition } from '../log/partition.ts'
import type { Client } from '../plugins/judgement.ts'
import { KafkaError, OFFSET_OUT_OF_RANGE } from '../protocol/errors.ts'
import {
  type Record as KafkaRecord,
  type RecordBatch,
  batchesIn,
  recordsIn,
  recordsSection,
} from '../protocol/records.ts'
import { fromKafka } from './errors.ts'
import type { Filter } from './record-filter.ts'

/** Whoever reads over HTTP need not say who he is. */
export const httpReader: Client = { id: 'http', principal: null }

export interface Place {
  readonly partition: Partition
  /** The first that is wanted. */
  readonly offset: number
  /** The first that is not; where the log ends for such a reader, if not said. */
  readonly endOffset?: number
  readonly isolation?: Isolation | undefined
}

/** Whether records of transactions count before they are committed, and of aborted ones at all. */
export const isolations = ['read_uncommitted', 'read_committed'] as const
export type Isolation = (typeof isolations)[number]

export interface ReadLimits {
  readonly recordsMax: number
  /** Of keys, values and headers; one record is read all the same. */
  readonly bytesMax: number
}

export interface Found {
  readonly partition: Partition
  readonly record: KafkaRecord
}

export interface Page {
  readonly found: readonly Found[]
  /** Where to go on, by partition. */
  readonly next: ReadonlyMap<Partition, number>
  /** Nothing is left to be read. */
  readonly isComplete: boolean
}

type Reading = Pick<Cluster, 'outlet' | 'uncompressedBytesMax'>

const chunkBytes = 256 * 1024
/** Records that are looked at for one answer, be they asked for or not. */
export const lookedAtMax = 100_000
const lookedAtAtOnce = 2000

export async function readPage(
  places: readonly Place[],
  filter: Filter | null,
  { recordsMax, bytesMax }: ReadLimits,
  cluster: Reading,
): Promise<Page> {
  const readers = places.map((place) => new PartitionReader(place, cluster))
  const found: Found[] = []
  let bytesLeft = bytesMax
  for (let lookedAt = 0; lookedAt < lookedAtMax; lookedAt++) {
    if (lookedAt % lookedAtAtOnce === lookedAtAtOnce - 1) await turn()
    const reader = await earliest(readers)
    if (reader === null) break
    const record = reader.head!
    if (filter?.(record) ?? true) {
      bytesLeft -= bytesOf(record)
      if (found.length === recordsMax || (bytesLeft < 0 && found.length > 0)) break
      found.push({ partition: reader.partition, record })
    }
    reader.step()
  }
  const isComplete = (await earliest(readers)) === null
  return { found, next: new Map(readers.map(({ partition, offset }) => [partition, offset])), isComplete }
}

/** The newest that the filter lets through, oldest first. */
export async function readLast(
  places: readonly Place[],
  filter: Filter | null,
  limits: ReadLimits,
  cluster: Reading,
): Promise<Found[]> {
  const budget = { lookedAt: lookedAtMax }
  const tails: Found[][] = []
  for (const place of places) tails.push(await tailOf(place, filter, limits.recordsMax, cluster, budget))
  return newest(tails, limits)
}

export function endOf(
  { highWatermark, lastStableOffset }: Partition,
  isolation: Isolation = 'read_uncommitted',
): number {
  return isolation === 'read_committed' ? lastStableOffset : highWatermark
}

/** Looks back further and further: offsets may have gaps, and a filter lets few through. */
async function tailOf(
  { partition, isolation }: Place,
  filter: Filter | null,
  recordsMax: number,
  cluster: Reading,
  budget: { lookedAt: number },
): Promise<Found[]> {
  let found: Found[] = []
  let width = recordsMax
  let end = endOf(partition, isolation)
  while (found.length < recordsMax && end > partition.logStartOffset && budget.lookedAt > 0) {
    const start = Math.max(partition.logStartOffset, end - width)
    const reader = new PartitionReader({ partition, offset: start, endOffset: end, isolation }, cluster)
    const earlier: Found[] = []
    for (; await reader.fill(); reader.step()) {
      const record = reader.head!
      if (filter?.(record) ?? true) earlier.push({ partition, record })
      if (budget.lookedAt-- % lookedAtAtOnce === 0) await turn()
    }
    found = [...earlier, ...found]
    end = start
    width = Math.min(width * 2, lookedAtMax)
  }
  return found.slice(-recordsMax)
}

/** Of what stands at the ends of the tails, the latest first, and that turned round. */
function newest(tails: readonly Found[][], { recordsMax, bytesMax }: ReadLimits): Found[] {
  const taken: Found[] = []
  let bytesLeft = bytesMax
  while (taken.length < recordsMax) {
    const left = tails.filter((tail) => tail.length > 0)
    if (left.length === 0) break
    const latest = left.reduce((a, b) => (b.at(-1)!.record.timestamp >= a.at(-1)!.record.timestamp ? b : a))
    const next = latest.at(-1)!
    bytesLeft -= bytesOf(next.record)
    if (bytesLeft < 0 && taken.length > 0) break
    taken.push(next)
    latest.pop()
  }
  return taken.reverse()
}

/** One partition, record by record; `head` is there once `fill` has said that it is. */
export class PartitionReader {
  readonly partition: Partition
  readonly #endOffset: number
  readonly #isCommitted: boolean
  readonly #cluster: Reading
  #records: Iterator<KafkaRecord> = [].values()
  #nextOffset: number
  /** What comes next is not wanted any more, and must not be stepped over. */
  #isAtEnd = false
  head: KafkaRecord | null = null

  constructor({ partition, offset, isolation, endOffset = endOf(partition, isolation) }: Place, cluster: Reading) {
    this.partition = partition
    this.#isCommitted = isolation === 'read_committed'
    this.#nextOffset = offset
    this.#endOffset = endOffset
    this.#cluster = cluster
  }

  /** Of the head, or of what comes next. */
  get offset(): number {
    return this.head?.offset ?? this.#nextOffset
  }

  step(): void {
    this.head = null
  }

  /** Whether there is a head. */
  async fill(): Promise<boolean> {
    while (this.head === null && !this.#isAtEnd) {
      const { value } = this.#records.next()
      if (value !== undefined) {
        // Batches are read whole: some of their records come before what is wanted, or after.
        if (value.offset < this.#nextOffset) continue
        if (value.offset >= this.#endOffset) {
          this.#isAtEnd = true
          break
        }
        this.head = value
        this.#nextOffset = value.offset + 1
      } else if (!(await this.#readOn())) break
    }
    return this.head !== null
  }

  /** False when there is nothing left to read. */
  async #readOn(): Promise<boolean> {
    const { partition } = this
    const { outlet, uncompressedBytesMax } = this.#cluster
    // What was deleted meanwhile is passed over.
    this.#nextOffset = Math.max(this.#nextOffset, partition.logStartOffset)
    if (this.#nextOffset >= this.#endOffset) return false
    const read = partition.read(this.#nextOffset, chunkBytes, { minOneBatch: true })
    if (read instanceof KafkaError) {
      if (read.is(OFFSET_OUT_OF_RANGE)) return false
      throw fromKafka(read)
    }
    if (read.batches.length === 0) return false
    const shown = outlet.wants(partition.topic) ? await outlet.show(partition, read.batches, httpReader) : read.batches
    if (shown instanceof KafkaError) throw fromKafka(shown)
    const aborted = this.#isCommitted ? partition.abortedIn(this.#nextOffset, read) : []
    this.#records = this.#recordsOf(shown, aborted, uncompressedBytesMax)
    return true
  }

  *#recordsOf(
    views: readonly Buffer[],
    aborted: readonly AbortedTransaction[],
    uncompressedBytesMax: number,
  ): Generator<KafkaRecord> {
    for (const batch of batchesIn(views)) {
      if (!batch.isControl && !isOfOne(batch, aborted))
        yield* recordsIn(recordsSection(batch, uncompressedBytesMax), batch)
      this.#nextOffset = Math.max(this.#nextOffset, batch.baseOffset + batch.lastOffsetDelta + 1)
    }
  }
}

function isOfOne(
  { producerId, baseOffset, isTransactional }: RecordBatch,
  aborted: readonly AbortedTransaction[],
): boolean {
  return (
    isTransactional &&
    aborted.some(
      (one) => one.producerId === producerId && one.firstOffset <= baseOffset && baseOffset <= one.lastOffset,
    )
  )
}

async function earliest(readers: readonly PartitionReader[]): Promise<PartitionReader | null> {
  let found: PartitionReader | null = null
  for (const reader of readers) {
    if (reader.head === null && !(await reader.fill())) continue
    if (found === null || reader.head!.timestamp < found.head!.timestamp) found = reader
  }
  return found
}

export function bytesOf({ key, value, headers }: KafkaRecord): number {
  const lengths = headers.map((header) => header.key.length + (header.value?.length ?? 0))
  return (key?.length ?? 0) + (value?.length ?? 0) + lengths.reduce((sum, length) => sum + length, 0)
}

/** Lets others run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
