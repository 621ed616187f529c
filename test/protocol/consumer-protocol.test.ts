import * as assert from 'uvu/assert'
import {
  assignmentIn,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  newSubscription,
  placesOf,
  subscriptionIn,
  topicsIn,
} from '../../src/protocol/consumer-protocol.ts'
import { suite } from '../support/suite.ts'

const test = suite('the protocol of consumers')

const owned = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 2 },
  { topic: 'ü', partition: 1 },
]

test('a subscription is read as it was written', () => {
  const subscription = { topics: ['a', 'ü'], owned, generation: 7, rackId: 'r' }
  assert.equal(decodeSubscription(encodeSubscription(subscription, 3)), { ...subscription, version: 3 })
  assert.equal(decodeSubscription(encodeSubscription(subscription)), { ...subscription, version: 2, rackId: null })
})

test('an assignment is read as it was written; an empty one is none', () => {
  const { topics, hasUserData } = decodeAssignment(encodeAssignment(owned))
  assert.equal([placesOf(topics), hasUserData], [owned, false])
  assert.equal(decodeAssignment(Buffer.alloc(0)), { topics: [], hasUserData: false })
})

test('an assignment may carry what only its members understand', () => {
  const plain = encodeAssignment(owned)
  const bytes = Buffer.concat([plain.subarray(0, -4), Buffer.from('0000000161', 'hex')])
  assert.ok(decodeAssignment(bytes).hasUserData)
})

test('a subscription of an older client names topics alone', () => {
  const version0 = Buffer.from('0000' + '00000001' + '000161' + '00000000', 'hex')
  assert.equal(decodeSubscription(version0), { ...newSubscription(['a']), version: 0 })
})

test('a subscription of a newer client may say more', () => {
  const more = Buffer.concat([
    encodeSubscription({ topics: ['a'], owned, generation: 1, rackId: null }),
    Buffer.from('more'),
  ])
  assert.is(decodeSubscription(more).generation, 1)
})

test('one that is cut short is a RangeError', () => {
  const whole = encodeSubscription({ topics: ['a'], owned, generation: 1, rackId: null })
  assert.throws(
    () => decodeSubscription(whole.subarray(0, 9)),
    (error: unknown) => error instanceof RangeError,
  )
})

test('what is none of these is null, whatever stands there', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from([0]), Buffer.from('no subscription'), Buffer.alloc(9, 0xff)]) {
    assert.is(subscriptionIn(bytes), null)
    assert.is(topicsIn(bytes), null)
    if (bytes.length > 0) assert.is(assignmentIn(bytes), null)
  }
})

test.run()
