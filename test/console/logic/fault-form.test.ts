/** Faults as a form has them, and in words. */
import * as assert from 'uvu/assert'
import { emptyFault, faultOf, whatOf, whenOf, whereOf } from '../../../src/console/logic/fault-form.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console fault form')

test('a form becomes a fault with what was filled in, and nothing else', () => {
  assert.equal(faultOf({ ...emptyFault, detail: 'NOT_LEADER_OR_FOLLOWER' }), { error: 'NOT_LEADER_OR_FOLLOWER' })
  const draft = {
    ...emptyFault,
    kind: 'delay',
    detail: '1s',
    jitter: '50ms',
    api: 'Produce, Fetch',
    partition: '0,2',
  } as const
  assert.equal(faultOf({ ...draft, when: 'times', whenDetail: '3', name: 'slow' }), {
    delay: '1s',
    jitter: '50ms',
    api: ['Produce', 'Fetch'],
    partition: [0, 2],
    times: 3,
    name: 'slow',
  })
})

test('what has no more to say is true, bytes are a number, a time stays a text', () => {
  assert.equal(faultOf({ ...emptyFault, kind: 'corrupt', detail: 'x' }), { corrupt: true })
  assert.equal(faultOf({ ...emptyFault, kind: 'truncate', detail: '10', when: 'for', whenDetail: '30s' }), {
    truncate: 10,
    for: '30s',
  })
})

test('a fault is told in words', () => {
  const fault = { delay: 500, jitter: 20, api: ['Produce', 'Fetch'], topic: ['a'], times: 3, left: 1, down: null }
  assert.is(whatOf(fault), 'delay 500 ms, jitter 20 ms')
  assert.is(whereOf(fault), 'api Produce or Fetch, topic a')
  assert.is(whenOf(fault), 'times 3')
  assert.equal([whatOf({ down: true }), whereOf({}), whenOf({})], ['down', 'everywhere', 'until cleared'])
})

test.run()
