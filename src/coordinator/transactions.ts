/**
 * All transactional ids of the cluster, and whoever has a transaction under way.
 *
 * One state stands behind all brokers: which of them a request has to go to is for the handlers to check. It changes by
 * records only, which `write` is shown and `apply` replays. A transaction ends in one turn: it is settled, its markers
 * are written, it is complete. So nobody ever sees half of it, and Kafka's CONCURRENT_TRANSACTIONS is answered only
 * where a transaction had to be aborted for a new producer.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import {
  CONCURRENT_TRANSACTIONS,
  INVALID_PRODUCER_ID_MAPPING,
  INVALID_REQUEST,
  INVALID_TRANSACTION_TIMEOUT,
  KafkaError,
  NONE,
  POLICY_VIOLATION,
  PRODUCER_FENCED,
  UNSUPPORTED_VERSION,
} from '../protocol/errors.ts'
import type { TopicPartition } from './offsets.ts'
import type { Decision } from './records.ts'
import type { TransactionSettings } from './settings.ts'
import { Transaction } from './transaction.ts'
import type { ProducerIdentity, TransactionRecord } from './transaction-records.ts'

/** The end of a transaction, as it is written into each partition that the transaction reached. */
export interface EndMarker extends ProducerIdentity {
  readonly isCommitted: boolean
  readonly coordinatorEpoch: number
  /** Of a transaction whose batches have an older epoch (KIP-890). */
  readonly isSecondGeneration: boolean
}

export interface TransactionsOptions {
  readonly clock: Clock
  readonly settings: TransactionSettings
  readonly logger: Logger
  readonly newProducerId: () => number
  /** Ends the transaction in a partition, or in the groups of a partition of __consumer_offsets. */
  readonly writeMarker: (partition: TopicPartition, marker: EndMarker) => void
  /** Is shown each decision before it is acted upon. */
  readonly write?: (record: TransactionRecord) => void
  /** Whether transactions of the second generation (KIP-890) can be kept: transaction.version. Left out: they can. */
  readonly keepsSecondGeneration?: () => boolean
}

/** With an error that is not NONE the rest says nothing. */
export interface ProducerAnswer extends ProducerIdentity {
  readonly error: KafkaError
}

/** There is one coordinator, and it never changes hands. */
const coordinatorEpoch = 0
const noProducer: ProducerIdentity = { producerId: -1, producerEpoch: -1 }

export class Transactions {
  readonly #options: TransactionsOptions
  readonly #byId = new Map<string, Transaction>()
  readonly #startMs: number
  readonly #expiry: Timer
  /** Set while a transaction is under way, so that time can be moved on far and cheaply where none is. */
  #timeoutCheck: Timer | null = null
  #isClosed = false

  constructor(options: TransactionsOptions) {
    const { clock, settings } = options
    this.#options = options
    this.#startMs = clock.now()
    this.#expiry = clock.every(settings.expirationCheckMs, () => this.#expire())
  }

  /** False: no request about transactions is served any more. */
  get isActive(): boolean {
    return !this.#isClosed
  }

  get(transactionalId: string): Transaction | undefined {
    return this.#byId.get(transactionalId)
  }

  /** In the order of their creation. */
  all(): Iterable<Transaction> {
    return this.#byId.values()
  }

  /** Why no producer can be initialized under this id, whichever it is; or null. */
  initializeRefusal(transactionalId: string, timeoutMs: number): KafkaError | null {
    if (transactionalId === '') return INVALID_REQUEST
    return timeoutMs > 0 && timeoutMs <= this.#options.settings.timeoutMaxMs ? null : INVALID_TRANSACTION_TIMEOUT
  }

  /** A producer takes over; whoever had the id before is fenced. */
  initialize(transactionalId: string, timeoutMs: number, expected: ProducerIdentity | null): ProducerAnswer {
    const refusal = this.initializeRefusal(transactionalId, timeoutMs)
    if (refusal !== null) return refused(refusal)
    const { clock, newProducerId } = this.#options
    const nowMs = clock.now()
    const transaction = this.#byId.get(transactionalId) ?? this.#create(transactionalId)
    if (transaction instanceof KafkaError) return refused(transaction)
    if (!transaction.knows(expected)) return refused(PRODUCER_FENCED)
    if (transaction.state === 'Ongoing') {
      this.#decided(transaction.fence(nowMs))
      this.#complete(transaction, true)
      // As in Kafka the producer has to come back, for its epoch is another than that of the abort.
      return refused(CONCURRENT_TRANSACTIONS)
    }
    const error = this.#decided(transaction.initialize({ expected, timeoutMs, nowMs, newProducerId }))
    return error === NONE ? answerOf(this.#byId.get(transactionalId)!) : refused(error)
  }

  addPartitions(
    transactionalId: string,
    producer: ProducerIdentity,
    partitions: readonly TopicPartition[],
    isSecondGeneration = false,
  ): KafkaError {
    const transaction = this.#find(transactionalId)
    if (transaction instanceof KafkaError) return transaction
    const decision = transaction.addPartitions(producer, partitions, this.#options.clock.now())
    return this.#decided(isSecondGeneration ? this.#kept(decision) : decision)
  }

  /** Whether the producer may write to this partition now; TRANSACTION_ABORTABLE where it did not say that it would. */
  verify(transactionalId: string, producer: ProducerIdentity, partition: TopicPartition): KafkaError {
    const transaction = this.#find(transactionalId)
    return transaction instanceof KafkaError ? transaction : transaction.verify(producer, partition)
  }

  /** Commits or aborts; answers who the producer is from now on. */
  end(
    transactionalId: string,
    producer: ProducerIdentity,
    isCommitted: boolean,
    isSecondGeneration: boolean,
  ): ProducerAnswer {
    const transaction = this.#find(transactionalId)
    if (transaction instanceof KafkaError) return refused(transaction)
    const { clock, newProducerId } = this.#options
    const terms = { isCommitted, isSecondGeneration, nowMs: clock.now(), newProducerId }
    const decided = transaction.end(producer, terms)
    const decision = isSecondGeneration ? this.#kept(decided) : decided
    const error = this.#decided(decision)
    if (error !== NONE) return refused(error)
    if (decision[0].length > 0) this.#complete(transaction, isSecondGeneration)
    return answerOf(transaction)
  }

  /** What a record says becomes so. Over all records of a journal, in order, it brings the transactions back. */
  apply(record: TransactionRecord): void {
    const { transactionalId } = record
    if (record.type === 'transactional-id-expired') {
      this.#byId.delete(transactionalId)
      return
    }
    const known = this.#byId.get(transactionalId)
    const transaction = known ?? new Transaction(transactionalId, noProducer.producerId)
    transaction.apply(record)
    if (known === undefined) this.#byId.set(transactionalId, transaction)
    if (transaction.state === 'Ongoing' && this.#timeoutCheck === null) this.#scheduleTimeoutCheck()
  }

  /** What brings them back by `apply`. */
  *records(): Generator<TransactionRecord> {
    for (const transaction of this.#byId.values()) yield* transaction.records()
  }

  /** There is no transactional id any more. */
  clear(): void {
    this.#byId.clear()
  }

  /** From now on nothing is served; what is under way stays so. */
  close(): void {
    this.#isClosed = true
    this.#expiry.cancel()
    this.#timeoutCheck?.cancel()
  }

  /** Kafka fails as it writes: whatever else there is to refuse comes first. */
  #kept(decision: Decision<TransactionRecord>): Decision<TransactionRecord> {
    const { keepsSecondGeneration = () => true } = this.#options
    return decision[0].length === 0 || keepsSecondGeneration() ? decision : [[], UNSUPPORTED_VERSION]
  }

  #find(transactionalId: string): Transaction | KafkaError {
    if (transactionalId === '') return INVALID_REQUEST
    return this.#byId.get(transactionalId) ?? INVALID_PRODUCER_ID_MAPPING
  }

  /** Known from its first record on. */
  #create(transactionalId: string): Transaction | KafkaError {
    const { settings, logger, newProducerId } = this.#options
    if (this.#byId.size < settings.transactionalIdsMax) return new Transaction(transactionalId, newProducerId())
    const limit = `there are ${settings.transactionalIdsMax} transactional ids, the most that there may be`
    logger.warn(`transactional id ${transactionalId} refused: ${limit}`)
    return POLICY_VIOLATION
  }

  #complete(transaction: Transaction, isSecondGeneration: boolean): void {
    const { clock, logger, writeMarker } = this.#options
    const { transactionalId, producerId, producerEpoch, state } = transaction
    const isCommitted = state === 'PrepareCommit'
    const marker = { producerId, producerEpoch, isCommitted, coordinatorEpoch, isSecondGeneration }
    const partitions = [...transaction.partitions]
    for (const partition of partitions) writeMarker(partition, marker)
    this.#decided(transaction.complete(clock.now()))
    const outcome = isCommitted ? 'committed' : 'aborted'
    logger.debug(`transaction of ${transactionalId} is ${outcome}`, { partitions: partitions.length })
  }

  /** As if it were looked at every so often since the start, which is what Kafka does. */
  #scheduleTimeoutCheck(): void {
    const { clock, settings } = this.#options
    const sinceLastMs = (clock.now() - this.#startMs) % settings.timeoutCheckMs
    this.#timeoutCheck = clock.after(settings.timeoutCheckMs - sinceLastMs, () => {
      this.#timeoutCheck = null
      this.#abortTimedOut()
      const isAnyLeft = [...this.#byId.values()].some(({ state }) => state === 'Ongoing')
      if (isAnyLeft && this.#timeoutCheck === null) this.#scheduleTimeoutCheck()
    })
  }

  #abortTimedOut(): void {
    const { clock, logger } = this.#options
    for (const transaction of this.#byId.values()) {
      if (!transaction.isTimedOut(clock.now())) continue
      const { transactionalId, timeoutMs } = transaction
      logger.info(`transaction of ${transactionalId} is aborted: it took longer than its producer said`, { timeoutMs })
      this.#decided(transaction.fence(clock.now()))
      this.#complete(transaction, true)
    }
  }

  #expire(): void {
    const { clock, settings } = this.#options
    for (const transaction of [...this.#byId.values()]) {
      if (!transaction.isExpired(clock.now(), settings.transactionalIdExpirationMs)) continue
      this.#decided([[{ type: 'transactional-id-expired', transactionalId: transaction.transactionalId }], NONE])
    }
  }

  #decided([records, error]: Decision<TransactionRecord>): KafkaError {
    for (const record of records) {
      this.#options.write?.(record)
      this.apply(record)
    }
    return error
  }
}

function refused(error: KafkaError): ProducerAnswer {
  return { error, ...noProducer }
}

function answerOf({ producerId, producerEpoch }: ProducerIdentity): ProducerAnswer {
  return { error: NONE, producerId, producerEpoch }
}
