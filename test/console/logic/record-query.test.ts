/** Where records are read from. */
import * as assert from 'uvu/assert'
import { filtersOf, merged, nextOf, readRecordQuery, startOf } from '../../../src/console/logic/record-query.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console record query')

test('without a word, it is the newest of all partitions', () => {
  const query = readRecordQuery({})
  assert.equal(query, { from: 'live', partition: null, offset: 0, timeMs: null, text: '', place: 'anywhere' })
  assert.equal(startOf(query), { last: 200, limit: 200 })
})

test('what makes no sense is as if it were not there', () => {
  const query = readRecordQuery({ from: 'x', partition: '-1', offset: 'a', time: 'soon', in: 'y' })
  assert.equal(query, readRecordQuery({}))
})

test('each beginning is asked for in its own way', () => {
  const start = (query: Record<string, string>) => startOf(readRecordQuery(query))
  assert.equal(start({ from: 'start', partition: '2' }), { partition: 2, offset: 'earliest', limit: 200 })
  assert.equal(start({ from: 'offset', offset: '7' }), { offset: 7, limit: 200 })
  assert.equal(start({ from: 'time', time: '2026-01-01T00:00:00Z' }), { timestamp: 1767225600000, limit: 200 })
})

test('a search anywhere is one in each place', () => {
  assert.equal(filtersOf({ text: '', place: 'anywhere' }), [{}])
  assert.equal(filtersOf({ text: 'a', place: 'headers' }), [{ header: 'a' }])
  assert.equal(filtersOf({ text: 'a', place: 'anywhere' }), [{ key: 'a' }, { value: 'a' }, { header: 'a' }])
})

test('a partition goes on where the page that got least far ended', () => {
  const next = nextOf([{ next: { 0: 10, 1: 5 } }, { next: { 0: 7, 1: 9 } }])
  assert.equal(
    [...next],
    [
      [0, 7],
      [1, 5],
    ],
  )
})

test('what several pages found is there once, in order', () => {
  const record = (partition: number, offset: number, timestamp: number) => ({ partition, offset, timestamp })
  const found = merged([
    [record(0, 1, 30), record(1, 0, 20)],
    [record(0, 0, 40), record(1, 0, 20)],
  ])
  assert.equal(
    found.map(({ partition, offset }) => `${partition}-${offset}`),
    ['1-0', '0-0', '0-1'],
  )
})

test.run()
