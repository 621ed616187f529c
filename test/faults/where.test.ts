import * as assert from 'uvu/assert'
import type { Asked, Where } from '../../src/faults/fault.ts'
import { Target } from '../../src/faults/where.ts'
import { suite } from '../support/suite.ts'

const test = suite('where faults strike')

const anywhere: Where = { api: null, topic: null, partition: null, broker: null, client: null, group: null }
const asked: Asked = {
  api: 'OffsetCommit',
  broker: 2,
  client: 'billing-7',
  groups: ['g1'],
  spots: [
    { topic: 'orders', partition: 0 },
    { topic: 'payments', partition: 3 },
  ],
}
const finds = (where: Partial<Where>, other: Partial<Asked> = {}) =>
  new Target({ ...anywhere, ...where }).find({ ...asked, ...other })

const cases: readonly [title: string, where: Partial<Where>, isHit: boolean][] = [
  ['nothing given holds for everything', {}, true],
  ['an API by its name', { api: ['Fetch', 'OffsetCommit'] }, true],
  ['another API', { api: ['Fetch'] }, false],
  ['a topic by a pattern', { topic: ['pay*'] }, true],
  ['a topic that is not asked for', { topic: ['refunds'] }, false],
  ['a partition of a topic', { topic: ['payments'], partition: [3] }, true],
  ['that partition, of another topic', { topic: ['orders'], partition: [3] }, false],
  ['a broker', { broker: [2] }, true],
  ['another broker', { broker: [1] }, false],
  ['a client by a pattern', { client: ['billing-*'] }, true],
  ['another client', { client: ['billing'] }, false],
  ['a group', { group: ['g*'] }, true],
  ['another group', { group: ['h'] }, false],
  ['all of them must hold', { api: ['OffsetCommit'], group: ['g1'], topic: ['refunds'] }, false],
]

for (const [title, where, isHit] of cases) {
  test(`${title}: ${isHit ? 'hit' : 'spared'}`, () => assert.is(finds(where) !== null, isHit))
}

test('it tells which of the topics and groups is meant', () => {
  assert.equal(finds({ partition: [3], group: ['g1'] }), { spot: { topic: 'payments', partition: 3 }, group: 'g1' })
})

test('a request for all topics is one for any of them', () => {
  assert.equal(finds({ topic: ['orders'] }, { spots: null }), { spot: null, group: 'g1' })
})

test('who does not say his client id is nobody in particular', () => {
  assert.is(finds({ client: ['*'] }, { client: null }), null)
  assert.ok(finds({}, { client: null }))
})

test('a request for a topic as a whole is hit whatever partition is meant', () => {
  assert.ok(finds({ partition: [9] }, { spots: [{ topic: 'orders', partition: null }] }))
})

test.run()
