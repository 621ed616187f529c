import * as assert from 'uvu/assert'
import { coordinatorPartition } from '../../src/coordinator/coordinators.ts'
import { suite } from '../support/suite.ts'

const test = suite('coordinators')

test('the partition of a group is its hash in Java, without sign, modulo 50', () => {
  assert.is(coordinatorPartition(''), 0)
  assert.is(coordinatorPartition('a'), 97 % 50)
  assert.is(coordinatorPartition('hello'), 99162322 % 50)
  assert.is(coordinatorPartition('my-consumer-group'), 13)
  assert.is(coordinatorPartition('grüße-€-𝄞'), 29)
})

test('the smallest int has no positive twin, and counts as 0', () => {
  assert.is(coordinatorPartition('polygenelubricants'), 0)
})

test.run()
