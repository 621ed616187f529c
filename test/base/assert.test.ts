import * as assert from 'uvu/assert'
import { AssertionError, assert as mustHold, unreachable } from '../../src/base/assert.ts'
import { suite } from '../support/suite.ts'

const test = suite('assert')

test('what holds passes in silence', () => {
  mustHold(true, 'never said')
})

test('what does not hold throws an AssertionError that says why', () => {
  assert.throws(
    () => mustHold(1 > 2, 'one is not above two'),
    (thrown: unknown) => thrown instanceof AssertionError && thrown.message === 'one is not above two',
  )
})

test('a case that cannot be names the value that was', () => {
  assert.throws(() => unreachable('sideways' as never), /unexpected "sideways"/)
})

test.run()
