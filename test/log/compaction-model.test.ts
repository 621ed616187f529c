/**
 * Compaction against the simplest model of it: whoever reads a compacted log from its beginning ends with the same last
 * value of each key as who read all of it. Random producers, transactions and times, by a seed that is printed when
 * they differ.
 */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { AbortedTransactions } from '../../src/client/aborted-transactions.ts'
import { MemoryBudget } from '../../src/log/memory-budget.ts'
import type { Partition } from '../../src/log/partition.ts'
import {
  encodeBatch,
  type Record as KafkaRecord,
  recordsIn,
  recordsSection,
  validate,
} from '../../src/protocol/records.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { accepted, newPartition, sound, storedBatches } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('compaction, against a model', 30)
const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
const producerIds = [1, 2, 3]

interface Written {
  readonly offset: number
  readonly timestamp: number
  readonly key: string
  readonly value: string | null
  /** Undecided: null. */
  isCommitted: boolean | null
}

class World {
  readonly random: SeededRandom
  readonly budget = new MemoryBudget(100_000_000)
  readonly partition: Partition
  readonly written: Written[] = []
  readonly #open = new Map<number, Written[]>()
  readonly #sequences = new Map<number, number>()
  now = 1000

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.partition = newPartition(
      {
        isCompacted: true,
        segmentMs: 20,
        deleteRetentionMs: 40,
        dirtyRatioMin: 0.2,
        compactionLagMinMs: seed % 2 === 0 ? 15 : 0,
        timestampAfterMaxMs: Number.MAX_SAFE_INTEGER,
      },
      { budget: this.budget },
    )
  }

  step(): void {
    this.now += this.random.below(12)
    const chance = this.random.below(20)
    if (chance < 10) this.#append(null)
    else if (chance < 16) this.#append(this.#pick(producerIds))
    else if (chance < 18) this.#end(this.#pick(producerIds))
    else this.#compact()
  }

  /** Every transaction decided, everything closed and compacted. */
  finish(): void {
    for (const id of producerIds) this.#end(id)
    this.now += 1000
    this.#append(null)
    for (let round = 0; round < 3; round++) {
      this.now += 1000
      this.#append(null)
      this.#compact()
    }
  }

  #append(producerId: number | null): void {
    const isTransactional = producerId !== null && (this.#open.has(producerId) || this.random.below(3) > 0)
    const records = Array.from({ length: 1 + this.random.below(4) }, () => ({
      timestamp: this.now - this.random.below(3),
      key: Buffer.from(this.#pick(keys)),
      value: this.random.below(4) === 0 ? null : Buffer.from(`${this.written.length}-${this.random.below(1000)}`),
    }))
    const baseSequence = producerId === null ? -1 : (this.#sequences.get(producerId) ?? 0)
    const producer = producerId === null ? {} : { producerId, producerEpoch: 0, baseSequence, isTransactional }
    const batch = sound(encodeBatch(records, { ...producer, compression: this.#pick(codecs) }))
    const { partition, now } = this
    const guard = isTransactional ? partition.beginVerification(batch, false, now) : null
    const { baseOffset } = accepted(partition.append(batch, now, guard))
    const written = records.map(({ timestamp, key, value }, index): Written => {
      const text = value === null ? null : `${value}`
      return {
        offset: baseOffset + index,
        timestamp,
        key: `${key}`,
        value: text,
        isCommitted: !isTransactional || null,
      }
    })
    this.written.push(...written)
    if (producerId === null) return
    this.#sequences.set(producerId, baseSequence + records.length)
    if (isTransactional) this.#open.set(producerId, [...(this.#open.get(producerId) ?? []), ...written])
  }

  #end(producerId: number): void {
    const isCommitted = this.random.below(2) === 0
    const marker = { producerId, producerEpoch: 0, coordinatorEpoch: 0, isSecondGeneration: false, isCommitted }
    assert.is(this.partition.endTransaction(marker, this.now), null)
    for (const one of this.#open.get(producerId) ?? []) one.isCommitted = isCommitted
    this.#open.delete(producerId)
  }

  #compact(): void {
    for (const _ of this.partition.compact(this.now)) this.now += this.random.below(2)
    this.check()
  }

  check(): void {
    const { partition, written, budget } = this
    const batches = storedBatches(partition)
    for (const { bytes } of batches) assert.not.ok(isCorrupt(bytes))
    assert.is(
      batches.reduce((sum, { bytes }) => sum + bytes.length, 0),
      partition.byteLength,
    )
    assert.is(budget.storedBytes, partition.byteLength)

    const stored = batches.filter((one) => !one.isControl).flatMap((one) => [...recordsIn(recordsSection(one), one)])
    let before = -1
    for (const { offset, timestamp, key, value } of stored) {
      assert.ok(offset > before, 'in order, and none twice')
      before = offset
      const one = written.find((each) => each.offset === offset)!
      assert.equal([timestamp, `${key}`, value === null ? null : `${value}`], [one.timestamp, one.key, one.value])
    }
    const visible = written.filter((one) => one.isCommitted && one.offset < partition.lastStableOffset)
    assert.equal(view(committed(partition)), view(visible.map(asRecord)))
  }

  #pick<T>(all: readonly T[]): T {
    return all[this.random.below(all.length)]!
  }
}

function isCorrupt(bytes: Buffer): boolean {
  // Its offset is the log's, and what compaction empties no producer may send: only the checksum is looked at.
  const copy = Buffer.from(bytes)
  copy.fill(0, 0, 8)
  const outcome = validate(copy, { uncompressedBytesMax: 1_000_000 })
  return outcome instanceof KafkaError && outcome.name === 'CORRUPT_MESSAGE'
}

/** As a consumer with read_committed reads, up to the first open transaction. */
function committed(partition: Partition): KafkaRecord[] {
  const aborted = new AbortedTransactions()
  const endOffset = partition.lastStableOffset
  const read = { batches: [], byteLength: 0, untilOffset: endOffset }
  aborted.learn(partition.abortedIn(partition.logStartOffset, read))
  return storedBatches(partition)
    .filter(({ baseOffset }) => baseOffset < endOffset)
    .flatMap((batch) => {
      if (batch.isControl) aborted.end(batch)
      return batch.isControl || aborted.contain(batch) ? [] : [...recordsIn(recordsSection(batch), batch)]
    })
}

function asRecord({ offset, timestamp, key, value }: Written): KafkaRecord {
  return { offset, timestamp, key: Buffer.from(key), value: value === null ? null : Buffer.from(value), headers: [] }
}

/** The last value of each key; of a key that was deleted nothing. */
function view(records: readonly KafkaRecord[]): Record<string, string> {
  const last = new Map<string, string>()
  for (const { key, value } of records) {
    if (value === null) last.delete(`${key}`)
    else last.set(`${key}`, `${value}`)
  }
  return Object.fromEntries([...last].sort())
}

for (let seed = 1; seed <= 6; seed++) {
  test(`the last value of each key survives, and nothing aborted does (seed ${seed})`, () => {
    const world = new World(seed)
    for (let step = 0; step < 150; step++) world.step()
    world.finish()
    world.check()
    const left = storedBatches(world.partition).reduce((sum, { recordCount }) => sum + recordCount, 0)
    assert.ok(left < world.written.length / 4, `${left} of ${world.written.length} records are left`)
  })
}

test.run()
