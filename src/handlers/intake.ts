/**
 * The one way in for records, whoever sends them: what the log would refuse is refused first, then the plugins are
 * asked, then the log appends. A retry that the producer's sequence shows to be one is answered from the log and never
 * reaches a plugin.
 *
 * While a batch waits for its verdicts, later batches of the same partition wait behind it: plugins and log see them in
 * one order.
 */
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Appended, Partition } from '../log/partition.ts'
import type { VerificationGuard } from '../log/verifications.ts'
import type { Client, Judged, Judgement, Refusal, Sender } from '../plugins/judgement.ts'
import { INVALID_RECORD, INVALID_TIMESTAMP, KafkaError, MESSAGE_TOO_LARGE } from '../protocol/errors.ts'
import { isLent } from '../protocol/frames.ts'
import {
  batchHeaderBytes,
  encodeBatch,
  type NewRecord,
  type ProducedBatch,
  type Record as KafkaRecord,
  readBatch,
  type RecordBatch,
  recordsIn,
  withSection,
} from '../protocol/records.ts'
import { replacedSection } from '../protocol/rewriting.ts'
import type { Topic } from '../topics/topics.ts'
import type { Authors } from './authors.ts'
import type { Refusals } from './refusals.ts'
import { type InvalidRecord, withoutKey, withTimestampOutOfRange } from './invalid-records.ts'

/** What became of a batch. Records that plugins took out are among the refusals though the rest was appended. */
export interface Outcome {
  readonly error: KafkaError | null
  readonly appended: Appended | null
  readonly refusals: readonly Refusal[]
  /** The records that the log itself refuses. */
  readonly invalid?: readonly InvalidRecord[]
  /** Refused for the form of what was sent, before the log was asked. */
  readonly isUnasked?: boolean
  /** How long plugins ask the producer to send nothing. */
  readonly throttleMs?: number
}

/** A plugin may ask for weeks; Kafka's quotas, too, ask for no more than their window. */
export const throttleMsMax = 30_000

/** Who is asked about records; the plugin host is one. `section` holds a batch's records, uncompressed. */
export interface Judge {
  wants(topic: string): boolean
  judge(topic: string, partition: number, batch: RecordBatch, section: Buffer, sender: Sender): Promise<Judged>
  /** Whether records of this topic are to be shown on their way to a consumer. */
  wantsFetch(topic: string): boolean
  /** What `client` gets to see: of what is dropped nothing. Refused is what a plugin failed over. */
  view(topic: string, partition: number, batch: RecordBatch, section: Buffer, client: Client): Promise<Judgement>
}

/** The transaction that a batch belongs to, as far as storing it goes. */
export interface InTransaction {
  /** Null where it is under way in this partition. */
  readonly guard: VerificationGuard | null
  /** Makes another partition a part of it, or says why not. */
  readonly enlist: (topic: string, partition: number) => KafkaError | null
}

/** Where a batch goes and who sent it: the same for all that is done with it. */
interface Destination {
  readonly topic: Topic<Partition>
  readonly partition: Partition
  readonly sender: Sender
  readonly transaction: InTransaction | null
}

export interface IntakeOptions {
  readonly judge: Judge
  readonly clock: Clock
  readonly logger: Logger
  /** Batches that plugins are to see are uncompressed; larger ones than this are refused. */
  readonly uncompressedBytesMax: number
  /** Where a topic's dead letters go, made if need be; `name` is what the plugin's settings say, if they do. */
  readonly deadLetterTopic: (topic: Topic<Partition>, name: string | undefined) => Topic<Partition> | KafkaError
  /** Is told which records are the doing of plugins. */
  readonly authors: Authors
  /** Is shown what plugins refuse. */
  readonly refusals?: Refusals
}

export class Intake {
  readonly #options: IntakeOptions
  /** By partition: settles when the last of its waiting batches is done. */
  readonly #lanes = new Map<Partition, Promise<unknown>>()

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  produce(
    topic: Topic<Partition>,
    partition: Partition,
    batch: ProducedBatch,
    sender: Sender,
    transaction: InTransaction | null = null,
  ): Outcome | Promise<Outcome> {
    const keyless = topic.config.isCompacted ? withoutKey(batch) : []
    if (keyless.length > 0) return { ...refused(INVALID_RECORD.because(keyless[0]!.reason)), invalid: keyless }
    const to = { topic, partition, sender, transaction }
    const isJudged = !topic.isInternal && this.#options.judge.wants(topic.name)
    // Plugins may have lost interest while batches still wait for them: these go first.
    if (!isJudged && !this.#lanes.has(partition)) return this.#append(to, batch)
    const kept = own(batch)
    if (isJudged) return this.#inTurn(partition, () => this.#judged(to, kept))
    return this.#inTurn(partition, async () => this.#append(to, kept))
  }

  async #judged(to: Destination, batch: ProducedBatch): Promise<Outcome> {
    const { judge, clock, refusals } = this.#options
    const { topic, partition, sender, transaction } = to
    const known = partition.precheck(batch, clock.now(), transaction?.guard)
    if (known instanceof KafkaError) return this.#refused(known, topic, batch)
    if (known !== null) return { error: null, appended: known, refusals: [] }

    const judged = await judge.judge(topic.name, partition.index, batch, batch.section, sender)
    if (judged.refusals.length > 0) refusals?.note(topic.name, partition.index, batch, judged.refusals, sender)
    const outcome = this.#follow(judged, to, batch)
    return judged.throttleMs === 0 ? outcome : { ...outcome, throttleMs: Math.min(judged.throttleMs, throttleMsMax) }
  }

  #follow(judged: Judged, to: Destination, batch: ProducedBatch): Outcome {
    const { refusals, dropped, section } = judged
    if (refusals.length === 0 && dropped.length === 0 && section === null) return this.#append(to, batch)
    if (refusals.some(({ onReject }) => onReject === 'fail')) return failed(refusals)
    return this.#appendChanged(to, batch, judged)
  }

  #append(to: Destination, batch: ProducedBatch): Outcome {
    const appended = this.#appendBy(to.sender, to.partition, batch, to.transaction?.guard)
    return appended instanceof KafkaError
      ? this.#refused(appended, to.topic, batch)
      : { error: null, appended, refusals: [] }
  }

  #refused(error: KafkaError, { config }: Topic<Partition>, batch: ProducedBatch): Outcome {
    if (!error.is(INVALID_TIMESTAMP)) return refused(error)
    return { ...refused(error), invalid: withTimestampOutOfRange(batch, config, this.#options.clock.now()) }
  }

  /**
   * Takes records out, as log compaction would, so that the offsets told to the producer stay true, and puts in what
   * replaces others. What plugins made of a batch is held to what a producer's is held to.
   */
  #appendChanged(to: Destination, batch: ProducedBatch, { refusals, dropped, section }: Judged): Outcome {
    const { uncompressedBytesMax } = this.#options
    const { topic, partition, sender, transaction } = to
    const gone = new Set([...refusals.map(({ index }) => index), ...dropped])
    const changed = changedBatch(batch, section ?? batch.section, gone)
    if (changed.section.length > uncompressedBytesMax) return refused(tooLarge(changed.section, uncompressedBytesMax))
    const keyless = topic.config.isCompacted && section !== null ? withoutKey(changed) : []
    if (keyless.length > 0) return named(INVALID_RECORD.because(keyless[0]!.reason), keyless, batch, gone)
    const appended = this.#appendBy(sender, partition, changed, transaction?.guard)
    if (appended instanceof KafkaError) {
      const { error, invalid = [] } = this.#refused(appended, topic, changed)
      return named(error!, invalid, batch, gone)
    }
    this.#bury(to, batch, appended, refusals)
    return { error: null, appended, refusals }
  }

  /**
   * Appends dead letters, which no plugin sees again: the records as they were sent, so that they can be sent anew. One
   * that cannot be stored is not lost in silence.
   */
  #bury(to: Destination, batch: ProducedBatch, { baseOffset }: Appended, refusals: readonly Refusal[]): void {
    const records = [...recordsIn(batch.section, { ...batch, baseOffset })]
    const lettersByTopic = new Map<string | undefined, NewRecord[]>()
    for (const refusal of refusals) {
      if (refusal.onReject !== 'dead-letter') continue
      const letter = deadLetter(records[refusal.index]!, refusal, to.topic.name, to.partition.index)
      const letters = lettersByTopic.get(refusal.deadLetterTopic)
      if (letters === undefined) lettersByTopic.set(refusal.deadLetterTopic, [letter])
      else letters.push(letter)
    }
    for (const [name, letters] of lettersByTopic) this.#store(letters, to, batch, name)
  }

  #store(letters: readonly NewRecord[], to: Destination, batch: ProducedBatch, name: string | undefined): void {
    const { logger, deadLetterTopic } = this.#options
    const { topic, partition } = to
    const grave = deadLetterTopic(topic, name)
    const outcome =
      grave instanceof KafkaError
        ? grave
        : this.#storeIn(grave.partitions[partition.index % grave.partitions.length]!, letters, to, batch)
    if (outcome instanceof KafkaError) {
      const where = { topic: topic.name, partition: partition.index, error: outcome.name, because: outcome.message }
      logger.error(`${letters.length} dead letter(s) could not be stored`, where)
    }
  }

  /**
   * Letters of a transaction are a part of it, and gone if it is aborted. As the offsets that Kafka stores in a
   * transaction they have no sequence numbers: those of the partition are for its producer alone.
   */
  #storeIn(
    grave: Partition,
    letters: readonly NewRecord[],
    { sender, transaction }: Destination,
    { producerId, producerEpoch }: ProducedBatch,
  ): Appended | KafkaError {
    if (transaction === null) return this.#appendBy(sender, grave, readBatch(encodeBatch(letters)))
    const refusal = transaction.enlist(grave.topic, grave.index)
    if (refusal !== null) return refusal
    const batch = readBatch(encodeBatch(letters, { producerId, producerEpoch, isTransactional: true }))
    return this.#appendBy(sender, grave, batch, grave.beginVerification(batch, true, this.#options.clock.now()))
  }

  /** Whose doing the records are is noted in the same turn, before whoever the append woke can ask. */
  #appendBy(
    { by }: Sender,
    partition: Partition,
    batch: RecordBatch,
    guard: VerificationGuard | null = null,
  ): Appended | KafkaError {
    const { clock, authors } = this.#options
    const appended = partition.append(batch, clock.now(), guard)
    if (by.length === 0 || appended instanceof KafkaError) return appended
    const { baseOffset } = appended
    authors.note(partition, baseOffset, baseOffset + batch.lastOffsetDelta + 1, by)
    return appended
  }

  #inTurn(partition: Partition, run: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.#lanes.get(partition)
    const turn = before === undefined ? run() : before.then(run)
    const settled = turn.then(
      () => {},
      () => {},
    )
    this.#lanes.set(partition, settled)
    settled.then(() => {
      if (this.#lanes.get(partition) === settled) this.#lanes.delete(partition)
    })
    return turn
  }
}

/** For as long as it is kept, where its bytes are only lent. */
function own(batch: ProducedBatch): ProducedBatch {
  if (!isLent(batch.bytes)) return batch
  const bytes = Buffer.from(batch.bytes)
  return { ...batch, bytes, section: isLent(batch.section) ? bytes.subarray(batchHeaderBytes) : batch.section }
}

function refused(error: KafkaError): Outcome {
  return { error, appended: null, refusals: [] }
}

function changedBatch(batch: ProducedBatch, section: Buffer, gone: ReadonlySet<number>): ProducedBatch {
  const left = gone.size === 0 ? section : replacedSection(batch, section, new Map(), gone)
  return withSection(batch, left, batch.recordCount - gone.size)
}

function tooLarge({ length }: Buffer, bytesMax: number): KafkaError {
  return MESSAGE_TOO_LARGE.because(`plugins made ${length} bytes of the batch, more than the ${bytesMax} there may be`)
}

/** Which of the records that the producer sent are invalid, when these are found among what is left of them. */
function named(
  error: KafkaError,
  invalid: readonly InvalidRecord[],
  { recordCount }: ProducedBatch,
  gone: ReadonlySet<number>,
): Outcome {
  const left = Array.from({ length: recordCount }, (_, index) => index).filter((index) => !gone.has(index))
  return { ...refused(error), invalid: invalid.map(({ index, reason }) => ({ index: left[index]!, reason })) }
}

/** Kafka's rule for an invalid record: nothing of the batch is stored (KIP-467). */
function failed(refusals: readonly Refusal[]): Outcome {
  const guilty = refusals.filter(({ onReject }) => onReject === 'fail')
  const { plugin, reason } = guilty[0]!
  const more = guilty.length === 1 ? '' : ` (and ${guilty.length - 1} more)`
  return {
    error: INVALID_RECORD.because(`refused by plugin '${plugin}': ${reason}${more}`),
    appended: null,
    refusals: guilty,
  }
}

function deadLetter(record: KafkaRecord, { plugin, reason }: Refusal, topic: string, partition: number) {
  const told = {
    plugin,
    reason,
    topic,
    partition: `${partition}`,
    offset: `${record.offset}`,
    timestamp: `${record.timestamp}`,
  }
  const headers = Object.entries(told).map(([key, value]) => ({ key: `blink.${key}`, value: Buffer.from(value) }))
  return { ...record, headers: [...record.headers, ...headers] }
}
