/** The server's assignors: what each gives in plain cases, and what holds of every assignment that they make. */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../../src/base/random.ts'
import { type Assignable, serverAssignors, type Shares } from '../../../src/coordinator/consumer/assignors.ts'
import { suite } from '../../support/suite.ts'

const test = suite('assignors of the broker')

type Texts = Readonly<Record<string, string>>

/** `reads` names topics of one letter, `had` places as `t0`. Members are static whose id begins with `s`. */
function group(counts: Readonly<Record<string, number>>, reads: Texts, had: Texts = {}): Assignable {
  const members = Object.entries(reads).map(([id, topics]) => {
    const target = new Map<string, Set<number>>()
    for (const place of (had[id] ?? '').split(' ').filter((one) => one !== '')) {
      target.set(place[0]!, (target.get(place[0]!) ?? new Set<number>()).add(Number(place.slice(1))))
    }
    const instanceId = id.startsWith('s') ? id : null
    return { id, instanceId, topicIds: new Set([...topics].filter((topic) => topic in counts)), target }
  })
  const isHomogeneous = new Set(Object.values(reads)).size === 1
  return { members, isHomogeneous, partitionCount: (topic) => counts[topic] ?? 0 }
}

function shown(shares: Shares, ids: readonly string[]): Texts {
  const text = (id: string) =>
    [...(shares.get(id) ?? [])].flatMap(([topic, all]) => [...all].map((one) => `${topic}${one}`)).sort()
  return Object.fromEntries(ids.map((id) => [id, text(id).join(' ')]))
}

function assigned(name: string, of: Assignable): Texts {
  return shown(
    serverAssignors.get(name)!(of),
    of.members.map(({ id }) => id),
  )
}

test('range gives neighbours of each topic, the first members one more, static ones first', () => {
  const all = { b: 'tu', a: 'tu', s: 'tu' }
  assert.equal(assigned('range', group({ t: 4, u: 2 }, all)), { s: 't0 t1 u0', a: 't2 u1', b: 't3' })
})

test('range counts only those who read a topic', () => {
  assert.equal(assigned('range', group({ t: 2, u: 3 }, { a: 't', b: 'tu' })), { a: 't0', b: 't1 u0 u1 u2' })
})

test('uniform spreads all partitions of all topics as evenly as can be', () => {
  assert.equal(assigned('uniform', group({ t: 3, u: 2 }, { a: 'tu', b: 'tu' })), { a: 't0 t1', b: 't2 u0 u1' })
})

test('uniform leaves with members what they have, as far as that is even', () => {
  const had = { a: 't0 t1 t2 t3', b: '' }
  assert.equal(assigned('uniform', group({ t: 4 }, { a: 't', b: 't' }, had)), { a: 't0 t1', b: 't2 t3' })
  const odd = { a: 't0', b: 't1 t2' }
  assert.equal(assigned('uniform', group({ t: 3 }, { a: 't', b: 't' }, odd)), odd)
})

test('uniform balances members who read different topics', () => {
  assert.equal(assigned('uniform', group({ t: 2, u: 2 }, { a: 't', b: 'tu' })), { a: 't0 t1', b: 'u0 u1' })
  const had = { a: 't0 t1 t2', b: '' }
  assert.equal(assigned('uniform', group({ t: 3, u: 1 }, { a: 'tu', b: 't' }, had)), { a: 't0 u0', b: 't1 t2' })
})

test('who reads nothing that is there gets nothing', () => {
  for (const name of serverAssignors.keys()) {
    assert.equal(assigned(name, group({}, { a: 't', b: 't' })), { a: '', b: '' }, name)
    assert.equal(assigned(name, group({ t: 1 }, { a: 't', b: 'v' })), { a: 't0', b: '' }, name)
  }
})

test('whatever members read and had: every partition is one reader’s, and loads differ as little as they must', () => {
  const random = new SeededRandom(7)
  for (let round = 0; round < 200; round++) {
    const counts = { t: random.below(6), u: random.below(9), v: 1 + random.below(3) }
    const ids = ['a', 'b', 'c', 's1', 's2'].slice(0, 1 + random.below(5))
    const isAlike = random.below(2) === 0
    const reads = Object.fromEntries(ids.map((id) => [id, isAlike ? 'tu' : ['t', 'tu', 'uv', 'v'][random.below(4)]!]))
    for (const name of serverAssignors.keys()) {
      const first = serverAssignors.get(name)!(group(counts, reads))
      const before = shown(first, ids)
      // Someone came or went since.
      const later = ids.length > 1 && random.below(2) === 0 ? ids.slice(1) : [...ids, 'z']
      const now = Object.fromEntries(later.map((id) => [id, reads[id] ?? 'tu']))
      check(assigned(name, group(counts, now, before)), now, counts, isAlike && name === 'uniform')
    }
  }
})

function check(shares: Texts, reads: Texts, counts: Readonly<Record<string, number>>, isEven: boolean): void {
  const places = Object.values(shares).flatMap((share) => (share === '' ? [] : share.split(' ')))
  assert.is(new Set(places).size, places.length, 'a partition has one owner')
  for (const [id, share] of Object.entries(shares)) {
    for (const place of share.split(' ')) if (place !== '') assert.ok(reads[id]!.includes(place[0]!), `${id} ${place}`)
  }
  const read = Object.entries(counts).filter(([topic]) => Object.values(reads).some((topics) => topics.includes(topic)))
  assert.is(
    places.length,
    read.reduce((sum, [, count]) => sum + count, 0),
    'everything is assigned',
  )
  const loads = Object.values(shares).map((share) => (share === '' ? 0 : share.split(' ').length))
  if (isEven) assert.ok(Math.max(...loads) - Math.min(...loads) <= 1, `loads ${loads}`)
}

test.run()
