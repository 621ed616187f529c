import * as assert from 'uvu/assert'
import { SparseIndex } from '../../src/log/sparse-index.ts'
import { suite } from '../support/suite.ts'

const test = suite('sparse index')

function index(): SparseIndex {
  const made = new SparseIndex()
  made.add(4096, 10, 100)
  made.add(9000, 25, 100)
  made.add(14_000, 26, 300)
  return made
}

test('without an entry before it, a search begins at the start', () => {
  assert.is(new SparseIndex().beforeOffset(5), 0)
  assert.is(index().beforeOffset(9), 0)
  assert.is(index().beforePosition(4095), 0)
  assert.is(index().beforeTimestamp(100), 0)
})

test('an offset is looked for from the last entry that does not lie after it', () => {
  assert.is(index().beforeOffset(10), 4096)
  assert.is(index().beforeOffset(24), 4096)
  assert.is(index().beforeOffset(25), 9000)
  assert.is(index().beforeOffset(1000), 14_000)
})

test('a position is looked for from the last entry that does not lie after it', () => {
  assert.is(index().beforePosition(4096), 4096)
  assert.is(index().beforePosition(13_999), 9000)
})

test('a timestamp is looked for from where all before are smaller', () => {
  assert.is(index().beforeTimestamp(101), 9000)
  assert.is(index().beforeTimestamp(300), 9000)
  assert.is(index().beforeTimestamp(301), 14_000)
})

test('it grows', () => {
  const large = new SparseIndex()
  for (let entry = 1; entry <= 1000; entry++) large.add(4096 * entry, entry, entry)
  for (let entry = 1; entry <= 1000; entry++) assert.is(large.beforeOffset(entry), 4096 * entry)
})

test.run()
