/**
 * Producers as they are in the world of `eos-world.ts`: plain ones, idempotent ones, and those with transactions of
 * either generation. They lose answers and send again, crash, come back, and go on as zombies.
 */
import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { errorOf } from '../../src/protocol/errors.ts'
import { addOffsetsToTxn } from '../../src/protocol/messages/add-offsets-to-txn.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { txnOffsetCommit } from '../../src/protocol/messages/txn-offset-commit.ts'
import { groupId, type Promised, type World } from './eos-world.ts'
import { batchOf, produceRequest } from './produced.ts'

export interface Membership {
  readonly memberId: string
  readonly generation: number
}

/** Numbers that a transactional id counts on through all who have it. */
export interface Count {
  next: number
}

export class Sender {
  readonly world: World
  readonly name: string
  readonly transactionalId: string | null
  readonly #isSecond: boolean
  readonly #count: Count
  readonly #sequences = new Map<string, number>()
  readonly #added = new Set<string>()
  #producerId = -1
  #producerEpoch = -1
  #open: Promised | null = null
  isReady = false

  constructor(world: World, name: string, transactionalId: string | null, count: Count = { next: 0 }) {
    this.world = world
    this.name = name
    this.transactionalId = transactionalId
    this.#isSecond = world.oneOf(true, false)
    this.#count = count
  }

  /** One value of its own. */
  nextValue(): string {
    return `${this.transactionalId ?? this.name}:${this.#count.next++}`
  }

  get isInTransaction(): boolean {
    return this.#open !== null
  }

  async init(): Promise<void> {
    const transactionTimeoutMs = this.world.oneOf(5_000, 20_000, 60_000)
    const request = { transactionalId: this.transactionalId, transactionTimeoutMs }
    const answer = await this.world.broker.request(initProducerId, 5, request)
    if (errorOf(answer.errorCode).name === 'CONCURRENT_TRANSACTIONS') return
    assert.is(answer.errorCode, 0)
    this.#become(answer)
    this.isReady = true
    this.#open = null
  }

  /** False: it is fenced, or must abort what it has begun. */
  async send(topic: string, index: number, values: readonly string[]): Promise<boolean> {
    if (this.transactionalId !== null && !(await this.#begin(topic, index))) return false
    const place = `${topic}-${index}`
    const baseSequence = this.#sequences.get(place) ?? 0
    const records = batchOf(values, {
      producerId: this.#producerId,
      producerEpoch: this.#producerEpoch,
      baseSequence,
      isTransactional: this.transactionalId !== null,
    })
    const request = () => {
      const options = { index, transactionalId: this.transactionalId }
      return this.world.broker.request(produce, this.#isSecond ? 12 : 9, produceRequest(topic, records, options))
    }
    const first = (await request()).responses[0]!.partitionResponses[0]!
    const isStored = first.errorCode === 0
    if (isStored) (this.#open ?? this.world.promise(true)).values.push(...values)
    if (isStored && this.world.isRare(4)) {
      const again = (await request()).responses[0]!.partitionResponses[0]!
      assert.equal([again.errorCode, again.baseOffset], [0, first.baseOffset], 'a retry is answered as the first time')
    }
    if (isStored) this.#sequences.set(place, baseSequence + values.length)
    else this.#expectRefusal(first.errorCode)
    return isStored
  }

  async offer(member: Membership, partition: number, committedOffset: number): Promise<boolean> {
    const identity = this.#identity()
    if (!this.#isSecond) {
      const { errorCode } = await this.world.broker.request(addOffsetsToTxn, 3, { ...identity, groupId })
      if (errorCode !== 0) return this.#expectRefusal(errorCode)
    }
    const committed = { committedOffset, committedLeaderEpoch: -1, committedMetadata: null }
    const { topics } = await this.world.broker.request(txnOffsetCommit, this.#isSecond ? 5 : 3, {
      ...identity,
      groupId,
      memberId: member.memberId,
      generationIdOrMemberEpoch: member.generation,
      topics: [{ name: 'in', topicId: ZERO_UUID, partitions: [{ partitionIndex: partition, ...committed }] }],
    })
    const { errorCode } = topics[0]!.partitions[0]!
    return errorCode === 0 ? true : this.#expectRefusal(errorCode)
  }

  /** Whether it was committed. Sent again when the answer is lost, which must change nothing. */
  async end(committed: boolean): Promise<boolean> {
    const promised = this.#open
    const request = { ...this.#identity(), committed }
    const ask = () => this.world.broker.request(endTxn, this.#isSecond ? 5 : 3, request)
    const answer = await ask()
    this.#open = null
    this.#added.clear()
    if (answer.errorCode !== 0) return this.#expectRefusal(answer.errorCode)
    if (promised !== null) promised.isKept = committed
    if (this.world.isRare(4)) assert.equal(await ask(), answer, 'a retry is answered as the first time')
    if (this.#isSecond) this.#become(answer)
    return committed
  }

  async #begin(topic: string, index: number): Promise<boolean> {
    const place = `${topic}-${index}`
    if (this.#isSecond || this.#added.has(place)) {
      this.#open ??= this.world.promise(false)
      return true
    }
    const { transactionalId, producerId, producerEpoch } = this.#identity()
    const { resultsByTopicV3AndBelow } = await this.world.broker.request(addPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [index] }],
    })
    const { partitionErrorCode } = resultsByTopicV3AndBelow[0]!.resultsByPartition[0]!
    if (partitionErrorCode !== 0) return this.#expectRefusal(partitionErrorCode)
    this.#open ??= this.world.promise(false)
    this.#added.add(place)
    return true
  }

  #identity() {
    const { transactionalId } = this
    assert.ok(transactionalId !== null)
    return { transactionalId: transactionalId!, producerId: this.#producerId, producerEpoch: this.#producerEpoch }
  }

  #become({ producerId, producerEpoch }: { producerId: number; producerEpoch: number }): void {
    if (producerId !== this.#producerId || producerEpoch !== this.#producerEpoch) this.#sequences.clear()
    this.#producerId = producerId
    this.#producerEpoch = producerEpoch
    this.#added.clear()
  }

  /** Only for reasons that a transactional producer must reckon with; it has to begin anew. */
  #expectRefusal(errorCode: number): false {
    const { name } = errorOf(errorCode)
    assert.ok(this.transactionalId !== null, `${this.name} is refused: ${name}`)
    assert.ok(reasons.has(name), `${this.name} is refused: ${name}`)
    this.isReady = false
    return false
  }
}

const reasons = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_TXN_STATE',
  'TRANSACTION_ABORTABLE',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
])
