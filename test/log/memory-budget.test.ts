import * as assert from 'uvu/assert'
import { type Eviction, MemoryBudget } from '../../src/log/memory-budget.ts'
import { accepted, counted, newPartition } from '../support/partitions.ts'
import { suite } from '../support/suite.ts'

const test = suite('memory budget')
const batch = counted(1, 1000)
const batchBytes = batch.bytes.length
const oneEach = { segmentBytes: batchBytes }

/** Two partitions that share room for so many batches. */
function shared(batchesMax: number) {
  const evictions: Eviction[] = []
  const budget = new MemoryBudget(batchesMax * batchBytes, (eviction) => evictions.push(eviction))
  const first = newPartition(oneEach, { budget, topic: 'first' })
  const second = newPartition(oneEach, { budget, topic: 'second' })
  return { budget, first, second, evictions }
}

test('the oldest closed segment goes first, whosever it is', () => {
  const { budget, first, second, evictions } = shared(4)
  for (const [partition, now] of [
    [first, 1],
    [second, 2],
    [first, 3],
    [second, 4],
    [first, 5],
    [second, 6],
  ] as const) {
    accepted(partition.append(batch, now))
    assert.ok(budget.storedBytes <= budget.bytesMax)
  }
  assert.equal(
    evictions.map(({ topic, logStartOffset, byteLength }) => [topic, logStartOffset, byteLength]),
    [
      ['first', 1, batchBytes],
      ['second', 1, batchBytes],
    ],
  )
  assert.is(first.byteLength, 2 * batchBytes)
})

test('where no segment is closed, the one longest unused is closed and goes', () => {
  const { first, second, evictions } = shared(2)
  accepted(first.append(batch, 1))
  accepted(second.append(batch, 2))
  accepted(second.append(batch, 3))
  assert.equal(
    evictions.map(({ topic }) => topic),
    ['first'],
  )
  assert.is(first.logStartOffset, 1)
  assert.is(accepted(first.append(batch, 4)).baseOffset, 1)
})

test('an append larger than all there is stays alone', () => {
  const { budget, first, second } = shared(1)
  accepted(first.append(batch, 1))
  const large = counted(1, 5000)
  assert.is(accepted(newPartition({}, { budget }).append(large, 2)).baseOffset, 0)
  assert.is(budget.storedBytes, large.bytes.length)
  accepted(second.append(batch, 3))
  assert.is(budget.storedBytes, batchBytes)
})

test('a deleted partition gives its bytes back, once', () => {
  const { budget, first, second } = shared(10)
  accepted(first.append(batch, 1))
  accepted(second.append(batch, 1))
  first.delete()
  first.delete()
  assert.is(budget.storedBytes, batchBytes)
})

test('what retention and DeleteRecords take is given back', () => {
  const { budget, first } = shared(10)
  for (let now = 0; now < 5; now++) accepted(first.append(batch, now))
  first.deleteRecordsBefore(2)
  assert.is(budget.storedBytes, 3 * batchBytes)
  first.deleteRecordsBefore(-1)
  assert.is(budget.storedBytes, 0)
})

test('segments are small enough that an eviction takes a small part', () => {
  const budget = new MemoryBudget(64 * 1024 * 1024)
  const partition = newPartition({}, { budget })
  for (let now = 0; now < 500; now++) accepted(partition.append(counted(1, 300_000), now))
  assert.ok(budget.storedBytes <= budget.bytesMax)
  assert.ok(budget.storedBytes > 0.96 * budget.bytesMax)
})

test.run()
