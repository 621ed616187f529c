/**
 * A broker on a clock turned by hand, and a small model of what it has promised: which records must be read in the end,
 * and which must never be. Clients in the world are told their answers, or lose them; the model always hears them.
 */
import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { NONE } from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { type TestBroker, testBroker } from './broker.ts'
import { fetchRequest, topicOf } from './produced.ts'

/** Records of one transaction, or of none; it counts from when its end was answered. */
export interface Promised {
  readonly values: string[]
  isKept: boolean
}

export interface ReadRecord {
  readonly offset: number
  readonly value: string
}

export const partitionCount = 3
export const groupId = 'transformers'

export class World {
  readonly random: SeededRandom
  readonly broker: TestBroker
  readonly promises: Promised[] = []
  /** By group generation and partition: its one owner. */
  readonly #owners = new Map<string, string>()
  /** What a reader who is always there has read of each partition so far. */
  readonly #followed = new Map<string, ReadRecord[]>()

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.broker = testBroker()
    for (const name of ['in', 'out']) topicOf(this.broker, name, { partitions: partitionCount })
  }

  below(bound: number): number {
    return this.random.below(bound)
  }
  oneOf<T>(...choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }
  /** One time in so many. */
  isRare(oneIn: number): boolean {
    return this.below(oneIn) === 0
  }

  promise(isKept: boolean, values: string[] = []): Promised {
    const promise = { values, isKept }
    this.promises.push(promise)
    return promise
  }

  own(generation: number, partition: number, memberId: string): void {
    const place = `${generation} ${partition}`
    const owner = this.#owners.get(place) ?? memberId
    assert.is(owner, memberId, `partition ${partition} has two owners in generation ${generation}`)
    this.#owners.set(place, memberId)
  }

  /** What a consumer reads: committed records in full batches from this offset on, and where it goes on. */
  async read(name: string, partition: number, fetchOffset: number, isCommitted = true) {
    const topic = this.broker.cluster.topics.get(name)!
    const isolationLevel = isCommitted ? 1 : 0
    const request = fetchRequest(topic, [{ partition, fetchOffset, partitionMaxBytes: 300 }], { isolationLevel })
    const { responses } = await this.broker.request(fetch, 12, request)
    const { errorCode, records, abortedTransactions } = responses[0]!.partitions[0]!
    assert.is(errorCode, NONE.code)
    return readable(Buffer.concat(records!), abortedTransactions ?? [], fetchOffset)
  }

  /** All of it, a little at a time. */
  async readAll(name: string, partition: number, isCommitted = true): Promise<ReadRecord[]> {
    const all: ReadRecord[] = []
    for (let offset = 0; ; ) {
      const { records, nextOffset } = await this.read(name, partition, offset, isCommitted)
      all.push(...records)
      if (nextOffset === offset) return all
      offset = nextOffset
    }
  }

  /** What was read once stays as it was: nothing appears before it, and nothing of it goes. */
  async follow(name: string, partition: number): Promise<void> {
    const place = `${name}-${partition}`
    const before = this.#followed.get(place) ?? []
    const now = await this.readAll(name, partition)
    assert.equal(now.slice(0, before.length), before, `${place} was read otherwise before`)
    this.#followed.set(place, now)
  }

  async committedOffset(partition: number): Promise<number> {
    const topics = [{ name: 'in', topicId: ZERO_UUID, partitionIndexes: [partition] }]
    const groups = [{ groupId, memberId: null, memberEpoch: -1, topics }]
    const answer = await this.broker.request(offsetFetch, 8, { groups, requireStable: true })
    const { errorCode, committedOffset } = answer.groups[0]!.topics[0]!.partitions[0]!
    assert.is(errorCode, NONE.code)
    return Math.max(0, committedOffset)
  }

  /** Once nobody does anything any more: whatever was under way has timed out. */
  async check(): Promise<void> {
    this.broker.clock.advance(120_000)
    const read: string[] = []
    for (let partition = 0; partition < partitionCount; partition++) {
      for (const name of ['in', 'out']) await this.follow(name, partition)
      const input = await this.readAll('in', partition)
      const output = (await this.readAll('out', partition)).map(({ value }) => value)
      read.push(...input.map(({ value }) => value), ...output)
      checkOrder(input.map(({ value }) => value))
      const done = await this.committedOffset(partition)
      const transformed = input.filter(({ offset }) => offset < done).map(({ value }) => `${value}!`)
      assert.equal(output, transformed, `partition ${partition}: each input once, in order, as far as it is committed`)
    }
    assert.is(new Set(read).size, read.length, 'a record is read twice')
    const kept = this.promises.filter(({ isKept }) => isKept).flatMap(({ values }) => values)
    assert.equal(new Set(read), new Set(kept), 'what is read is what was promised')
  }
}

/** Values are `producer:number`; those of one producer ascend. */
function checkOrder(values: readonly string[]): void {
  const last = new Map<string, number>()
  for (const value of values) {
    const [producer = '', number] = value.split(':')
    assert.ok(Number(number) > (last.get(producer) ?? -1), `${value} comes after ${producer}:${last.get(producer)}`)
    last.set(producer, Number(number))
  }
}

interface Aborted {
  readonly producerId: number
  readonly firstOffset: number
}

/** As in `committed.ts`, but with offsets, and from an offset within a batch on. */
function readable(bytes: Buffer, aborted: readonly Aborted[], fromOffset: number) {
  const waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  const skipped = new Set<number>()
  const records: ReadRecord[] = []
  let nextOffset = fromOffset
  for (let start = 0; start < bytes.length; ) {
    const batch = readBatch(bytes, start)
    start += batch.bytes.length
    nextOffset = batch.baseOffset + batch.lastOffsetDelta + 1
    while (waiting.length > 0 && waiting[0]!.firstOffset < nextOffset) skipped.add(waiting.shift()!.producerId)
    if (batch.isControl) skipped.delete(batch.producerId)
    if (batch.isControl || (batch.isTransactional && skipped.has(batch.producerId))) continue
    for (const { offset, value } of recordsIn(recordsSection(batch), batch)) {
      if (offset >= fromOffset) records.push({ offset, value: `${value}` })
    }
  }
  return { records, nextOffset }
}
