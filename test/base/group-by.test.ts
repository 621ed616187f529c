import * as assert from 'uvu/assert'
import { groupBy } from '../../src/base/group-by.ts'
import { suite } from '../support/suite.ts'

const test = suite('groupBy')

test('what has the same key stands together, in the order in which it came', () => {
  const groups = groupBy(['ant', 'bee', 'ape', 'cat'], (word) => word[0])
  assert.equal(
    [...groups],
    [
      ['a', ['ant', 'ape']],
      ['b', ['bee']],
      ['c', ['cat']],
    ],
  )
  assert.is(groupBy([], String).size, 0)
})

test.run()
