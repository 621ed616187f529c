/** What is searched for, and how lists are sorted. */
import * as assert from 'uvu/assert'
import { search, sorted, textIn } from '../../../src/console/logic/filter.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console filter')

test('a search wants every word, in any case', () => {
  const names = ['orders-eu', 'Orders-US', 'payments']
  const found = (query: string) => search(names, query, (name) => name)
  assert.equal(found('ORD'), ['orders-eu', 'Orders-US'])
  assert.equal(found('us orders'), ['Orders-US'])
  assert.is(found('  '), names)
  assert.equal(found('none'), [])
})

test('a record is searched where one says', () => {
  const record = {
    key: 'k1',
    value: '{"id":7}',
    headers: [
      { key: 'trace', value: 'abc' },
      { key: 'empty', value: null },
    ],
  }
  assert.is(textIn(record, 'key'), 'k1')
  assert.is(textIn(record, 'value'), '{"id":7}')
  assert.is(textIn(record, 'headers'), 'trace: abc\nempty: null')
  assert.is(textIn(record, 'anywhere'), 'k1\n{"id":7}\ntrace: abc\nempty: null')
})

test('names are sorted with their numbers by size, numbers as numbers', () => {
  const names = ['topic-10', 'topic-2', 'a']
  assert.equal(
    sorted(names, (name) => name, 'ascending'),
    ['a', 'topic-2', 'topic-10'],
  )
  assert.equal(
    sorted([2, 10, 1], (number) => number, 'descending'),
    [10, 2, 1],
  )
})

test.run()
