import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { type Assignment, type AssignorName, assignors, type Subscriber } from '../../src/client/assignors.ts'
import type { TopicPartition } from '../../src/protocol/consumer-protocol.ts'
import { suite } from '../support/suite.ts'

const test = suite('assignors')

type Owned = Readonly<Record<string, string>>

/** `t0` is partition 0 of topic t. */
function named(text: string): TopicPartition[] {
  return text === '' ? [] : text.split(' ').map((one) => ({ topic: one[0]!, partition: Number(one.slice(1)) }))
}

function members(topics: Owned, owned: Owned = {}): Map<string, Subscriber> {
  return new Map(
    Object.entries(topics).map(([id, all]) => [id, { topics: [...all], owned: named(owned[id] ?? ''), generation: 1 }]),
  )
}

function shown(assignment: Assignment): Owned {
  return Object.fromEntries(
    [...assignment].map(([id, all]) => [id, all.map(({ topic, partition }) => `${topic}${partition}`).join(' ')]),
  )
}

function assigned(name: AssignorName, all: Map<string, Subscriber>, counts: Readonly<Record<string, number>>) {
  return shown(assignors[name].assign(all, new Map(Object.entries(counts))))
}

test('static members come first in ranges, in the order of their instance ids', () => {
  const all = members({ a: 't', y: 't', z: 't' })
  for (const [id, instanceId] of [
    ['z', '1'],
    ['y', '2'],
  ] as const)
    all.set(id, { ...all.get(id)!, instanceId })
  assert.equal(assigned('range', all, { t: 3 }), { a: 't2', y: 't1', z: 't0' })
})

test('range: neighbours of each topic, and one more for the first', () => {
  const both = members({ B: 'tu', A: 'tu' })
  assert.equal(assigned('range', both, { t: 3, u: 3 }), { A: 't0 t1 u0 u1', B: 't2 u2' })
})

test('range: only who reads a topic gets of it, and a topic that is not there gives nothing', () => {
  assert.equal(assigned('range', members({ A: 't', B: 'tux' }), { t: 2, u: 1 }), { A: 't0', B: 't1 u0' })
})

test('roundrobin: partitions of all topics in turn', () => {
  assert.equal(assigned('roundrobin', members({ A: 'tu', B: 'tu' }), { t: 3, u: 3 }), {
    A: 't0 t2 u1',
    B: 't1 u0 u2',
  })
  assert.equal(assigned('roundrobin', members({ A: 't', B: 'tu' }), { t: 1, u: 2 }), { A: 't0', B: 'u0 u1' })
})

test('cooperative-sticky: what has an owner stays with it', () => {
  const all = members({ A: 't', B: 't' }, { A: 't2 t3', B: 't0 t1' })
  assert.equal(assigned('cooperative-sticky', all, { t: 4 }), { A: 't2 t3', B: 't0 t1' })
})

test('cooperative-sticky: what changes hands is given to nobody before it was given back', () => {
  const first = members({ A: 't', B: 't' }, { A: 't0 t1 t2 t3' })
  assert.equal(assigned('cooperative-sticky', first, { t: 4 }), { A: 't0 t1', B: '' })
  const second = members({ A: 't', B: 't' }, { A: 't0 t1' })
  assert.equal(assigned('cooperative-sticky', second, { t: 4 }), { A: 't0 t1', B: 't2 t3' })
})

test('cooperative-sticky: of two who claim a partition, the one of the later generation has it', () => {
  const all = members({ A: 't', B: 't' }, { A: 't0', B: 't0' })
  all.set('B', { ...all.get('B')!, generation: 5 })
  assert.equal(assigned('cooperative-sticky', all, { t: 2 }), { A: 't1', B: 't0' })
})

test('all of them, for any members and topics: each partition at most once, and evenly', () => {
  const random = new SeededRandom(20)
  for (let round = 0; round < 200; round++) {
    const memberCount = 1 + random.below(6)
    const counts = { t: random.below(9), u: random.below(5) }
    const total = counts.t + counts.u
    const ids = Array.from({ length: memberCount }, (_, at) => `m${at}`)
    const owned = Object.fromEntries(
      ids.map((id, at) => [id, at % 2 === 0 ? `t${random.below(9)} u${random.below(5)}` : '']),
    )
    const all = members(Object.fromEntries(ids.map((id) => [id, 'tu'])), owned)
    for (const name of ['range', 'roundrobin', 'cooperative-sticky'] as const) {
      const shares = Object.values(assigned(name, all, counts)).map((one) => (one === '' ? [] : one.split(' ')))
      const given = shares.flat()
      assert.is(new Set(given).size, given.length, `${name}, round ${round}: a partition given twice`)
      if (name !== 'cooperative-sticky') assert.is(given.length, total, `${name}, round ${round}`)
      const most = name === 'range' ? Math.ceil(counts.t / memberCount) + Math.ceil(counts.u / memberCount) : undefined
      const allowed = most ?? Math.ceil(total / memberCount)
      assert.ok(Math.max(...shares.map(({ length }) => length)) <= allowed, `${name}, round ${round}: uneven`)
    }
  }
})

test.run()
