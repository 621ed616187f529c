/**
 * What a plugin subscribed to: the partitions of the topics it named, each followed from where it ended then, its
 * batches handed to the plugin one after another, each once. Where it stands in each is kept while instances come and
 * go.
 */
import type { Logger } from '../../base/logger.ts'
import { KafkaError, OFFSET_OUT_OF_RANGE } from '../../protocol/errors.ts'
import { RecordCursor } from '../../protocol/record-cursor.ts'
import type { RecordBatch } from '../../protocol/records.ts'
import type { Batch } from '../crossing/batch-memory.ts'
import { NamePatterns } from '../../base/name-patterns.ts'

/** What the broker lends, to read what is stored. */
export interface RecordSource {
  /** Every topic there is. */
  topics(): Iterable<SourceTopic>
  /** The plugins whose doing the records of a batch are, by any of its offsets. */
  madeBy(partition: SourcePartition, offset: number): readonly string[]
  /**
   * Calls `wake` when there are partitions that were not there before, or are no more, until the returned function is
   * called. They may be missing from `topics` until the end of the turn.
   */
  onChange(wake: () => void): () => void
}

export interface SourceTopic {
  readonly name: string
  /** Kafka's own: nobody may follow them. */
  readonly isInternal: boolean
  readonly partitions: readonly SourcePartition[]
}

/** As `log/partition.ts` has it. */
export interface SourcePartition {
  readonly topic: string
  readonly index: number
  readonly logStartOffset: number
  /** Up to where it may be read. */
  readonly lastStableOffset: number
  read(
    offset: number,
    bytesMax: number,
    options: { readonly endOffset: number; readonly minOneBatch: boolean },
  ): { readonly batches: readonly Buffer[] } | KafkaError
  /** Calls `wake` after each append until the returned function is called. */
  onAppend(wake: () => void): () => void
}

export interface SubscriptionsOptions {
  /** Shows the plugin these records but those passed over; resolves when it has seen each, or will see none. */
  readonly deliver: (batch: Batch, passedOver: readonly number[]) => Promise<void>
  readonly plugin: string
  readonly log: Logger
}

/** Of one plugin, in the plugin's hands or waiting for it; one batch more may be read when there is less. */
const inFlightBytesMax = 16 * 1024 * 1024
/** A batch that is larger once it is uncompressed is passed over. */
const sectionBytesMax = 256 * 1024 * 1024

type Records = typeof import('../../protocol/records.ts')

const nobody = { id: null, principal: null } as const

export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #followers = new Map<SourcePartition, Follower>()
  readonly #room = new Room()
  #topics: readonly string[] = []
  #patterns = new NamePatterns([])
  #source: RecordSource | null = null
  #unwatch: () => void = () => {}

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  /** From here on there is something to follow. */
  follow(source: RecordSource): void {
    this.#source = source
    this.#renew()
  }

  /** From now on it follows the topics of these patterns, and no others. */
  set(topics: readonly string[]): void {
    if (topics.length === this.#topics.length && topics.every((one, at) => one === this.#topics[at])) return
    this.#topics = topics
    this.#patterns = new NamePatterns(topics)
    this.#renew()
  }

  /** Partitions that are followed. */
  get count(): number {
    return this.#followers.size
  }

  close(): void {
    this.set([])
    this.#source = null
  }

  #renew(): void {
    this.#unwatch()
    this.#unwatch = () => {}
    const source = this.#source
    if (source !== null && this.#topics.length > 0) {
      const topics = this.#topics
      // What is new then has been stored since, from its first record on.
      const scan = () => this.#topics === topics && this.#scan(source, 'start')
      this.#unwatch = source.onChange(() => queueMicrotask(scan))
      this.#scan(source, 'end')
    } else {
      this.#keep(new Set())
    }
  }

  #scan(source: RecordSource, from: 'start' | 'end'): void {
    const wanted = new Set<SourcePartition>()
    for (const { name, isInternal, partitions } of source.topics()) {
      if (!isInternal && this.#patterns.match(name)) for (const partition of partitions) wanted.add(partition)
    }
    this.#keep(wanted)
    for (const partition of wanted) {
      if (this.#followers.has(partition)) continue
      const position = from === 'end' ? partition.lastStableOffset : partition.logStartOffset
      const madeBy = (offset: number) => source.madeBy(partition, offset)
      this.#followers.set(partition, new Follower(partition, position, this.#room, { ...this.#options, madeBy }))
    }
  }

  #keep(wanted: ReadonlySet<SourcePartition>): void {
    for (const [partition, follower] of this.#followers) {
      if (wanted.has(partition)) continue
      follower.close()
      this.#followers.delete(partition)
    }
  }
}

interface FollowerOptions extends SubscriptionsOptions {
  readonly madeBy: (offset: number) => readonly string[]
}

/** One partition, read batch by batch. */
class Follower {
  readonly #partition: SourcePartition
  readonly #options: FollowerOptions
  readonly #room: Room
  readonly #unwatch: () => void
  /** The next offset to be shown. */
  #position: number
  #isBusy = false
  #isClosed = false

  constructor(partition: SourcePartition, position: number, room: Room, options: FollowerOptions) {
    this.#partition = partition
    this.#position = position
    this.#room = room
    this.#options = options
    this.#unwatch = partition.onAppend(() => this.#wake())
    this.#wake()
  }

  close(): void {
    this.#isClosed = true
    this.#unwatch()
  }

  #wake(): void {
    if (this.#isBusy || this.#isClosed || this.#position >= this.#partition.lastStableOffset) return
    this.#isBusy = true
    this.#run()
      .catch((error) => {
        this.close()
        this.#complain('a subscription ended', error)
      })
      .finally(() => {
        this.#isBusy = false
        this.#wake() // There may have been an append since it looked.
      })
  }

  async #run(): Promise<void> {
    // A start is not to wait for what this takes; and whoever appended goes first.
    const records = await import('../../protocol/records.ts')
    while (!this.#isClosed) {
      if (!this.#room.isFree) {
        await this.#room.freed()
        continue
      }
      const batch = this.#next(records)
      if (batch === null) return
      await this.#show(batch, records)
      this.#position = Math.max(this.#position, batch.baseOffset + batch.lastOffsetDelta + 1)
    }
  }

  /** Null when there is none yet. What the broker has deleted meanwhile is lost to the plugin, too. */
  #next({ readBatch }: Records): RecordBatch | null {
    const { lastStableOffset: endOffset, logStartOffset } = this.#partition
    this.#position = Math.max(this.#position, logStartOffset)
    if (this.#position >= endOffset) return null
    const read = this.#partition.read(this.#position, 1, { endOffset, minOneBatch: true })
    if (!(read instanceof KafkaError)) return read.batches.length === 0 ? null : readBatch(read.batches[0]!)
    if (!read.is(OFFSET_OUT_OF_RANGE)) this.close() // Its topic is gone.
    return null
  }

  async #show(batch: RecordBatch, { recordsSection }: Records): Promise<void> {
    if (batch.isControl || batch.recordCount === 0) return
    const by = this.#options.madeBy(batch.baseOffset)
    // Neither what it produced itself nor what others did because of it: it would never come to rest.
    if (by.includes(this.#options.plugin)) return
    const { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount } = batch
    const { topic, index: partition } = this.#partition
    let section: Buffer
    try {
      section = recordsSection(batch, sectionBytesMax)
    } catch (error) {
      this.#complain(`records from offset ${baseOffset} on cannot be read, and are passed over`, error)
      return
    }
    const context = { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount }
    const passedOver = before(this.#position, section, batch)
    if (passedOver.length === recordCount) return
    this.#room.take(section.length)
    try {
      const shown = { topic, partition, section, ...context, way: 'subscribed', client: nobody, by } as const
      await this.#options.deliver(shown, passedOver)
    } finally {
      this.#room.give(section.length)
    }
  }

  #complain(what: string, error: unknown): void {
    const { topic, index: partition } = this.#partition
    this.#options.log.error(what, { plugin: this.#options.plugin, topic, partition, error })
  }
}

/** The indexes of records with a smaller offset: a batch is read as a whole. */
function before(position: number, section: Buffer, batch: RecordBatch): readonly number[] {
  if (position <= batch.baseOffset) return []
  const passedOver: number[] = []
  const cursor = new RecordCursor(section, batch)
  for (let index = 0; cursor.next(); index++) if (cursor.offset < position) passedOver.push(index)
  return passedOver
}

/** Bounds what is read and not yet seen. */
class Room {
  #takenBytes = 0
  #waiting: (() => void)[] = []

  get isFree(): boolean {
    return this.#takenBytes < inFlightBytesMax
  }

  /** Resolves when there may be room: whoever waits looks anew, in turn. */
  freed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  take(bytes: number): void {
    this.#takenBytes += bytes
  }

  give(bytes: number): void {
    this.#takenBytes -= bytes
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }
}
