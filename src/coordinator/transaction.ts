/**
 * The transactions of one transactional id, one after another.
 *
 *   Empty ─ partitions ─► Ongoing ─ end ─► PrepareCommit ─ markers written ─► CompleteCommit ─┐
 *                            ▲      └────► PrepareAbort ──────────────────► CompleteAbort ──┤
 *                            └────────────────────── partitions ────────────────────────────┘
 *
 * A producer that initializes again makes it Empty, from wherever but Ongoing: that is aborted first, and the producer
 * comes back. Clients of the second generation (KIP-890) get a new epoch with each end, so that nothing of one
 * transaction can slip into the next.
 */
import {
  CONCURRENT_TRANSACTIONS,
  INVALID_PRODUCER_ID_MAPPING,
  INVALID_TXN_STATE,
  type KafkaError,
  NONE,
  PRODUCER_FENCED,
  TRANSACTION_ABORTABLE,
} from '../protocol/errors.ts'
import type { TopicPartition } from './offsets.ts'
import type { Decision } from './records.ts'
import type {
  ProducerIdentity,
  TransactionPrepared,
  TransactionRecord,
  TransactionState,
} from './transaction-records.ts'

/** From this one on an id has no epochs left for its producer; the very last is for fencing it. */
const exhaustedEpoch = 32_766
const none = -1

export interface InitializeTerms {
  /** Whom the producer takes itself for; null: it has just started. */
  readonly expected: ProducerIdentity | null
  readonly timeoutMs: number
  readonly nowMs: number
  readonly newProducerId: () => number
}

export interface EndTerms {
  readonly isCommitted: boolean
  /** Whether the client expects a new epoch for its next transaction (EndTxn from version 5 on). */
  readonly isSecondGeneration: boolean
  readonly nowMs: number
  readonly newProducerId: () => number
}

export class Transaction implements ProducerIdentity {
  readonly transactionalId: string
  producerId: number
  /** −1 until the first producer is initialized. */
  producerEpoch = none
  timeoutMs = 0
  state: TransactionState = 'Empty'
  /** When the last transaction began; −1 when the producer has not begun any. */
  startedAtMs = none
  updatedAtMs = 0
  #previousProducerId = none
  #lastProducerEpoch = none
  #nextProducerId = none
  readonly #partitions = new Map<string, TopicPartition>()

  constructor(transactionalId: string, producerId: number) {
    this.transactionalId = transactionalId
    this.producerId = producerId
  }

  /** What the transaction under way has reached. */
  get partitions(): Iterable<TopicPartition> {
    return this.#partitions.values()
  }

  isTimedOut(nowMs: number): boolean {
    return this.state === 'Ongoing' && this.startedAtMs + this.timeoutMs < nowMs
  }

  isExpired(nowMs: number, expirationMs: number): boolean {
    return !this.#isUnderWay && this.updatedAtMs <= nowMs - expirationMs
  }

  /** Not to be asked while Ongoing. */
  initialize({ expected, timeoutMs, nowMs, newProducerId }: InitializeTerms): Decision<TransactionRecord> {
    if (!this.knows(expected)) return [[], PRODUCER_FENCED]
    if (this.#isUnderWay) return [[], CONCURRENT_TRANSACTIONS]
    const { transactionalId, producerId, producerEpoch } = this
    const isTheSame = expected === null || expected.producerEpoch === producerEpoch || producerEpoch === none
    const base = { type: 'producer-initialized', transactionalId, timeoutMs, atMs: nowMs } as const
    const lastProducerEpoch = expected === null ? none : producerEpoch
    if (this.#isExhausted && isTheSame) {
      const fresh = { producerId: newProducerId(), producerEpoch: 0 }
      return [[{ ...base, ...fresh, previousProducerId: producerId, lastProducerEpoch }], NONE]
    }
    if (isTheSame) {
      const next = { producerId, producerEpoch: producerEpoch + 1 }
      return [[{ ...base, ...next, previousProducerId: producerId, lastProducerEpoch }], NONE]
    }
    // The answer was lost and the producer asks again: it gets the epoch that it got.
    if (expected.producerEpoch !== this.#lastProducerEpoch) return [[], PRODUCER_FENCED]
    const same = { producerId, producerEpoch, lastProducerEpoch: this.#lastProducerEpoch }
    return [[{ ...base, ...same, previousProducerId: this.#previousProducerId }], NONE]
  }

  /** Whether a producer that takes itself for this one may initialize; its epoch is looked at later. */
  knows(expected: ProducerIdentity | null): boolean {
    if (expected === null || this.producerEpoch === none) return true
    const isBefore = expected.producerId === this.#previousProducerId && expected.producerEpoch >= exhaustedEpoch
    return expected.producerId === this.producerId || isBefore
  }

  addPartitions(
    producer: ProducerIdentity,
    partitions: readonly TopicPartition[],
    nowMs: number,
  ): Decision<TransactionRecord> {
    const refusal = this.#refusalOf(producer)
    if (refusal !== null) return [[], refusal]
    const isKnown = (partition: TopicPartition) => this.#partitions.has(keyOf(partition))
    if (this.state === 'Ongoing' && partitions.every(isKnown)) return [[], NONE]
    const { transactionalId } = this
    return [[{ type: 'partitions-added', transactionalId, partitions, atMs: nowMs }], NONE]
  }

  /** Whether the producer may write to this partition now. */
  verify(producer: ProducerIdentity, partition: TopicPartition): KafkaError {
    const refusal = this.#refusalOf(producer)
    if (refusal !== null) return refusal
    return this.#partitions.has(keyOf(partition)) ? NONE : TRANSACTION_ABORTABLE
  }

  /** NONE without a record: a retry, to be answered as the first time. */
  end(producer: ProducerIdentity, terms: EndTerms): Decision<TransactionRecord> {
    return terms.isSecondGeneration ? this.#endAndBump(producer, terms) : this.#end(producer, terms)
  }

  /** Whoever began the transaction shall not go on with it: aborted under a newer epoch. Only while Ongoing. */
  fence(nowMs: number): Decision<TransactionRecord> {
    return [[this.#prepared({ isCommitted: false, isBumped: true, nextProducerId: none, nowMs })], NONE]
  }

  /** Once all markers are written. */
  complete(nowMs: number): Decision<TransactionRecord> {
    return [[{ type: 'transaction-completed', transactionalId: this.transactionalId, atMs: nowMs }], NONE]
  }

  /** What brings it back. */
  *records(): Generator<TransactionRecord> {
    const { transactionalId, producerId, producerEpoch, timeoutMs, startedAtMs, updatedAtMs, state } = this
    const [previousProducerId, lastProducerEpoch] = [this.#previousProducerId, this.#lastProducerEpoch]
    const named = { transactionalId, atMs: updatedAtMs }
    const epochs = { producerEpoch, lastProducerEpoch }
    yield { ...named, type: 'producer-initialized', producerId, previousProducerId, timeoutMs, ...epochs }
    const partitions = [...this.partitions]
    if (state === 'Ongoing') yield { ...named, type: 'partitions-added', partitions, atMs: startedAtMs }
    if (state !== 'CompleteCommit' && state !== 'CompleteAbort') return
    const isCommitted = state === 'CompleteCommit'
    yield { ...named, type: 'transaction-prepared', isCommitted, nextProducerId: none, startedAtMs, ...epochs }
    yield { ...named, type: 'transaction-completed' }
  }

  apply(record: Exclude<TransactionRecord, { type: 'transactional-id-expired' }>): void {
    this.updatedAtMs = record.atMs
    switch (record.type) {
      case 'producer-initialized':
        this.state = 'Empty'
        this.producerId = record.producerId
        this.producerEpoch = record.producerEpoch
        this.#previousProducerId = record.previousProducerId
        this.#lastProducerEpoch = record.lastProducerEpoch
        this.timeoutMs = record.timeoutMs
        this.startedAtMs = none
        break
      case 'partitions-added':
        if (this.state !== 'Ongoing') this.startedAtMs = record.atMs
        this.state = 'Ongoing'
        for (const partition of record.partitions) this.#partitions.set(keyOf(partition), partition)
        break
      case 'transaction-prepared':
        this.state = record.isCommitted ? 'PrepareCommit' : 'PrepareAbort'
        this.producerEpoch = record.producerEpoch
        this.#lastProducerEpoch = record.lastProducerEpoch
        this.#nextProducerId = record.nextProducerId
        this.startedAtMs = record.startedAtMs
        break
      case 'transaction-completed':
        this.#becomeComplete()
        break
      default:
        record satisfies never
    }
  }

  #becomeComplete(): void {
    this.state = this.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
    this.#partitions.clear()
    if (this.#nextProducerId === none) return
    this.#previousProducerId = this.producerId
    this.producerId = this.#nextProducerId
    this.producerEpoch = 0
    this.#nextProducerId = none
  }

  get #isUnderWay(): boolean {
    return this.state === 'Ongoing' || this.state === 'PrepareCommit' || this.state === 'PrepareAbort'
  }
  get #isExhausted(): boolean {
    return this.producerEpoch >= exhaustedEpoch
  }

  #refusalOf({ producerId, producerEpoch }: ProducerIdentity): KafkaError | null {
    if (producerId !== this.producerId) return INVALID_PRODUCER_ID_MAPPING
    if (producerEpoch !== this.producerEpoch) return PRODUCER_FENCED
    return this.state === 'PrepareCommit' || this.state === 'PrepareAbort' ? CONCURRENT_TRANSACTIONS : null
  }

  #end({ producerId, producerEpoch }: ProducerIdentity, terms: EndTerms): Decision<TransactionRecord> {
    if (producerId !== this.producerId) return [[], INVALID_PRODUCER_ID_MAPPING]
    if (producerEpoch !== this.producerEpoch) return [[], PRODUCER_FENCED]
    if (this.state === 'Ongoing') return [[this.#prepared({ ...terms, isBumped: false, nextProducerId: none })], NONE]
    return [[], this.#repeated(terms.isCommitted)]
  }

  #endAndBump({ producerId, producerEpoch }: ProducerIdentity, terms: EndTerms): Decision<TransactionRecord> {
    const isBumped = producerId === this.producerId && producerEpoch + 1 === this.producerEpoch
    const isReplaced =
      producerId === this.#previousProducerId && producerEpoch === exhaustedEpoch && this.producerEpoch === 0
    if (producerId !== this.producerId && !isReplaced) return [[], INVALID_PRODUCER_ID_MAPPING]
    // With each end the epoch is another, so an old one can only be that of a retry.
    const isRetry = this.state !== 'Empty' && this.state !== 'Ongoing' && (isBumped || isReplaced)
    if (isRetry) return [[], this.#repeated(terms.isCommitted)]
    if (producerEpoch !== this.producerEpoch) return [[], PRODUCER_FENCED]
    // Nothing was begun: there is nothing to commit, but an abort is granted, for the new epoch that comes with it.
    if (this.state !== 'Ongoing' && terms.isCommitted) return [[], INVALID_TXN_STATE]
    const nextProducerId = this.#isExhausted ? terms.newProducerId() : none
    return [[this.#prepared({ ...terms, isBumped: true, nextProducerId })], NONE]
  }

  /** What is said to who ends what is no longer, or not yet, under way. */
  #repeated(isCommitted: boolean): KafkaError {
    switch (this.state) {
      case 'CompleteCommit':
      case 'CompleteAbort':
        return isCommitted === (this.state === 'CompleteCommit') ? NONE : INVALID_TXN_STATE
      case 'PrepareCommit':
      case 'PrepareAbort':
        return isCommitted === (this.state === 'PrepareCommit') ? CONCURRENT_TRANSACTIONS : INVALID_TXN_STATE
      default:
        return INVALID_TXN_STATE
    }
  }

  #prepared({ isCommitted, isBumped, nextProducerId, nowMs }: Ending): TransactionPrepared {
    return {
      type: 'transaction-prepared',
      transactionalId: this.transactionalId,
      isCommitted,
      producerEpoch: this.producerEpoch + (isBumped ? 1 : 0),
      lastProducerEpoch: isBumped ? this.producerEpoch : this.#lastProducerEpoch,
      nextProducerId,
      startedAtMs: this.state === 'Ongoing' ? this.startedAtMs : nowMs,
      atMs: nowMs,
    }
  }
}

interface Ending {
  readonly isCommitted: boolean
  readonly isBumped: boolean
  readonly nextProducerId: number
  readonly nowMs: number
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
