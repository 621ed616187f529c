import * as assert from 'uvu/assert'
import { SeededRandom } from '../../../src/base/random.ts'
import { type Assignment, assign } from '../../../src/coordinator/share/simple-assignor.ts'
import { suite } from '../../support/suite.ts'

const test = suite('simple assignor')

/** `t:3 u:1`: topics with so many partitions. */
function partitionsOf(text: string): Assignment {
  return new Map(
    text.split(' ').map((part) => {
      const [id = '', count] = part.split(':')
      return [id, new Set(Array.from({ length: Number(count) }, (_, index) => index))]
    }),
  )
}

function play(members: Readonly<Record<string, string>>, topics: string, before?: ReadonlyMap<string, Assignment>) {
  const subscribers = Object.entries(members).map(([id, names]) => ({
    id,
    topicIds: new Set(names.split(' ').filter((name) => name !== '')),
    assigned: before?.get(id) ?? new Map(),
  }))
  return assign(subscribers, partitionsOf(topics))
}

function told(assigned: ReadonlyMap<string, Assignment>): string {
  return [...assigned]
    .map(([id, topics]) => {
      const all = [...topics].flatMap(([topic, partitions]) => [...partitions].map((each) => `${topic}${each}`))
      return `${id}=${all.sort().join(',')}`
    })
    .join(' ')
}

test('all get about as many partitions, and each partition as few members as that takes', () => {
  assert.is(told(play({ a: 't' }, 't:3')), 'a=t0,t1,t2')
  assert.is(told(play({ a: 't', b: 't' }, 't:3')), 'a=t0,t2 b=t1')
  assert.is(told(play({ a: 't', b: 't', c: 't' }, 't:2')), 'a=t0,t1 b=t0 c=t1')
  assert.is(told(play({ a: 't u', b: 't u' }, 't:1 u:1')), 'a=t0 b=u0', 'over all topics at once')
  assert.is(told(play({ a: 't u', b: 'u' }, 't:1 u:2')), 'a=t0,u0 b=u1', 'topic by topic')
  assert.is(told(play({ a: '' }, 't:1')), 'a=')
})

test('members keep what they have as far as that leaves it fair', () => {
  const first = play({ a: 't' }, 't:4')
  const second = play({ a: 't', b: 't' }, 't:4', first)
  assert.is(told(second), 'a=t0,t1 b=t2,t3')
  assert.is(told(play({ b: 't' }, 't:4', second)), 'b=t0,t1,t2,t3')
})

test('whoever comes and goes, everything is assigned, and nobody has much more than others', () => {
  const random = new SeededRandom(5)
  let assigned: ReadonlyMap<string, Assignment> = new Map()
  for (let round = 0; round < 200; round++) {
    const members = Object.fromEntries(Array.from({ length: 1 + random.below(7) }, (_, index) => [`m${index}`, 't u']))
    const topics = `t:${1 + random.below(4)} u:${1 + random.below(4)}`
    assigned = play(members, topics, assigned)
    const counts = [...assigned.values()].map((each) => [...each.values()].reduce((sum, { size }) => sum + size, 0))
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `round ${round}: ${told(assigned)}`)
    const all = new Set(
      [...assigned.values()].flatMap((each) =>
        told(new Map([['', each]]))
          .slice(1)
          .split(','),
      ),
    )
    const partitionCount = [...partitionsOf(topics).values()].reduce((sum, { size }) => sum + size, 0)
    assert.is(all.size, partitionCount, `round ${round}, ${topics}: ${told(assigned)}`)
  }
})

test.run()
