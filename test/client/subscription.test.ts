import * as assert from 'uvu/assert'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../src/client/subscription.ts'
import { suite } from '../support/suite.ts'

const test = suite('subscription')

const owned = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 2 },
  { topic: 'ü', partition: 1 },
]

test('a subscription is read as it was written', () => {
  const subscription = { topics: ['a', 'ü'], owned, generation: 7 }
  assert.equal(decodeSubscription(encodeSubscription(subscription)), subscription)
})

test('an assignment is read as it was written; an empty one is none', () => {
  assert.equal(decodeAssignment(encodeAssignment(owned)), owned)
  assert.equal(decodeAssignment(Buffer.alloc(0)), [])
})

test('a subscription of an older client names topics alone', () => {
  const version0 = Buffer.from('0000' + '00000001' + '000161' + '00000000', 'hex')
  assert.equal(decodeSubscription(version0), { topics: ['a'], owned: [], generation: -1 })
})

test('a subscription of a newer client may say more', () => {
  const more = Buffer.concat([encodeSubscription({ topics: ['a'], owned, generation: 1 }), Buffer.from('more')])
  assert.is(decodeSubscription(more).generation, 1)
})

test('one that is cut short is a RangeError', () => {
  const whole = encodeSubscription({ topics: ['a'], owned, generation: 1 })
  assert.throws(
    () => decodeSubscription(whole.subarray(0, 9)),
    (error: unknown) => error instanceof RangeError,
  )
})

test.run()
