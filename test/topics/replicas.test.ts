import * as assert from 'uvu/assert'
import {
  changedReplicas,
  firstReplicas,
  isImbalanced,
  type Replicas,
  type Rules,
  reassigned,
  withBroker,
  withoutBroker,
} from '../../src/topics/replicas.ts'
import { suite } from '../support/suite.ts'

const test = suite('replicas')

interface World {
  readonly isrMin?: number
  readonly election?: Rules['election']
}

/** Brokers 1, 2 and 3, of which some stop (−) and start (+); after each step who leads, and who keeps up. */
function play(replicas: readonly number[], steps: readonly number[], world: World = {}): string[] {
  const there = new Set([1, 2, 3])
  let state = firstReplicas(replicas, (id) => there.has(id))
  return steps.map((step) => {
    const id = Math.abs(step)
    if (step > 0) there.add(id)
    else there.delete(id)
    state = (step > 0 ? withBroker : withoutBroker)(state, id, rules(there, world))
    return told(state)
  })
}

function rules(there: ReadonlySet<number>, { isrMin = 1, election = 'any' }: World = {}): Rules {
  return { isThere: (id) => there.has(id), isrMin, election }
}

function told({ leader, isr, elr, lastKnownElr }: Replicas): string {
  return `${leader} of ${isr.join() || '-'} elr ${elr.join() || '-'} last ${lastKnownElr.join() || '-'}`
}

// What Kafka 4.4 with three brokers told of the same: broker 2 killed, broker 3 stopped, 3 started, 2 started.
for (const [title, replicas, world, expected] of [
  ['a leader that stays', [1, 2, 3], {}, ['1 of 1,3', '1 of 1', '1 of 1,3', '1 of 1,2,3']],
  ['a leader that goes', [2, 3, 1], {}, ['3 of 3,1', '1 of 1', '1 of 1,3', '1 of 1,2,3']],
  ['too few in sync', [3, 1, 2], { isrMin: 2 }, ['3 of 3,1', '1 of 1 elr 3 last -', '1 of 1,3', '1 of 1,2,3']],
  [
    'nobody left but who was in sync',
    [2, 3],
    { isrMin: 2 },
    ['3 of 3 elr 2 last -', '-1 of - elr 2,3 last 3', '3 of 3 elr 2 last -', '3 of 2,3'],
  ],
  ['the only replica', [2], {}, ['-1 of - elr 2 last 2', '-1 of - elr 2 last 2', '-1 of - elr 2 last 2', '2 of 2']],
  [
    'unclean elections with nobody to elect',
    [2, 3],
    { election: 'unclean' },
    ['3 of 3', '-1 of - elr 3 last 3', '3 of 3', '3 of 2,3'],
  ],
] as const) {
  test(`as brokers stop and start: ${title}`, () => {
    const full = expected.map((one) => (one.includes('elr') ? one : `${one} elr - last -`))
    assert.equal(play(replicas, [-2, -3, 3, 2], world), full)
  })
}

test('a replica that lacks records leads only where elections may be unclean', () => {
  const steps = [-1, -2, 1]
  assert.is(play([1, 2], steps)[2], '-1 of - elr 2 last 2')
  assert.is(play([1, 2], steps, { election: 'unclean' })[2], '1 of 1 elr - last -')
})

test('the leader goes back to where it is preferred when that is asked for', () => {
  const there = new Set([1, 2, 3])
  const moved: Replicas = { ...firstReplicas([1, 2], () => true), leader: 2 }
  assert.ok(isImbalanced(moved))
  assert.is(changedReplicas(moved, {}, rules(there)).leader, 2)
  assert.is(changedReplicas(moved, {}, rules(there, { election: 'preferred' })).leader, 1)
  there.delete(1)
  assert.is(changedReplicas({ ...moved, isr: [2] }, {}, rules(there, { election: 'preferred' })).leader, 2)
})

test('a reassignment is done once all that are to come in are there', () => {
  const before = firstReplicas([1, 2], () => true)
  const done = reassigned(before, [3, 2], rules(new Set([1, 2, 3])))
  assert.equal(done, { ...before, replicas: [3, 2], leader: 3, isr: [2, 3] })
  const waiting = reassigned(before, [3, 2], rules(new Set([1, 2])))
  assert.equal(waiting, { ...before, replicas: [3, 2, 1], adding: [3], removing: [1] })
  assert.equal(withBroker(waiting, 3, rules(new Set([1, 2, 3]))), done)
})

test.run()
