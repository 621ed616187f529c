/** The range assignor gives what Kafka's gives, and reads what others write. */
import * as assert from 'uvu/assert'
import {
  assignRanges,
  decodeAssignment,
  encodeAssignment,
  encodeSubscription,
  type Subscriber,
} from '../../../src/http/rest-proxy/range.ts'
import { suite } from '../../support/suite.ts'

const test = suite('the range assignor')

function subscriber(memberId: string, topics: readonly string[], instanceId: string | null = null): Subscriber {
  return { memberId, instanceId, metadata: encodeSubscription(topics) }
}

/** `t0 t1`, by member. */
function shares(members: readonly Subscriber[], counts: Readonly<Record<string, number>>) {
  const shares = assignRanges(members, (topic) => counts[topic] ?? 0)
  return Object.fromEntries(
    [...shares].map(([id, share]) => [id, share.map(({ topic, partition }) => `${topic}${partition}`).join(' ')]),
  )
}

test('each gets consecutive partitions of each topic, the first ones one more', () => {
  const members = [subscriber('b', ['t', 'u']), subscriber('a', ['t', 'u']), subscriber('c', ['t', 'u'])]
  assert.equal(shares(members, { t: 7, u: 2 }), { a: 't0 t1 t2 u0', b: 't3 t4 u1', c: 't5 t6' })
})

test('a topic is for those who read it', () => {
  const members = [subscriber('a', ['t']), subscriber('b', ['t', 'u'])]
  assert.equal(shares(members, { t: 2, u: 2 }), { a: 't0', b: 't1 u0 u1' })
})

test('static members come first, in the order of their instance ids', () => {
  const members = [subscriber('a', ['t']), subscriber('z', ['t'], '1'), subscriber('y', ['t'], '2')]
  assert.equal(shares(members, { t: 3 }), { z: 't0', y: 't1', a: 't2' })
})

test('a topic that is not there, and a member whose subscription cannot be read, get nothing', () => {
  const unreadable = { memberId: 'x', instanceId: null, metadata: Buffer.from([0]) }
  assert.equal(shares([subscriber('a', ['gone']), unreadable], {}), { a: '', x: '' })
})

test('an assignment is read as it was written', () => {
  const partitions = [
    { topic: 't', partition: 0 },
    { topic: 't', partition: 5 },
    { topic: 'é', partition: 1 },
  ]
  assert.equal(decodeAssignment(encodeAssignment(partitions)), partitions)
})

test('an assignment that is none is empty', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from([0]), Buffer.from('not an assignment'), Buffer.alloc(9, 0xff)]) {
    assert.equal(decodeAssignment(bytes), [])
  }
})

test.run()
