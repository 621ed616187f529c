import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { SeededRandom } from '../../src/base/random.ts'
import type { Asked, Fault } from '../../src/faults/fault.ts'
import { Faults } from '../../src/faults/faults.ts'
import { suite } from '../support/suite.ts'

const test = suite('faults')

const nothing: Fault = {
  name: null,
  api: null,
  topic: null,
  partition: null,
  broker: null,
  client: null,
  group: null,
  error: null,
  delay: null,
  jitter: null,
  disconnect: null,
  silence: null,
  truncate: null,
  throttle: null,
  move: null,
  down: false,
  refuse: false,
  corrupt: false,
  times: null,
  every: null,
  probability: null,
  seed: null,
  for: null,
}
const failing: Fault = { ...nothing, error: 'NOT_LEADER_OR_FOLLOWER' }
const asked: Asked = { api: 'Produce', broker: 1, client: 'app', groups: [], spots: [{ topic: 'a', partition: 0 }] }

function some(...faults: Partial<Fault>[]) {
  const clock = new ManualClock(1000)
  const made = new Faults({ clock, random: new SeededRandom(1) })
  for (const one of faults) made.add({ ...failing, ...one })
  const strikes = (count: number) => Array.from({ length: count }, () => made.strike(asked) !== null)
  return { clock, faults: made, strikes }
}

test('without a fault nothing has to be looked at', () => {
  const { faults } = some()
  assert.is(faults.strikesRequests, false)
  faults.add({ ...nothing, refuse: true })
  assert.is(faults.strikesRequests, false)
  assert.is(faults.strikesConnections, true)
})

test('the next n are struck, and then no more', () => {
  const { faults, strikes } = some({ times: 2 })
  assert.equal(strikes(4), [true, true, false, false])
  const [status] = faults.list()
  assert.equal([status!.state, status!.hits, status!.left], ['spent', 2, 0])
  assert.is(faults.strikesRequests, false)
})

test('every nth that matches is struck', () => {
  const { faults, strikes } = some({ every: 3 })
  assert.equal(strikes(7), [false, false, true, false, false, true, false])
  assert.equal([faults.list()[0]!.matched, faults.list()[0]!.hits], [7, 2])
})

test('the same seed gives the same chances', () => {
  const chances = (seed: number) => some({ probability: 0.5, seed }).strikes(50)
  assert.equal(chances(7), chances(7))
  assert.not.equal(chances(7), chances(8))
  const hits = chances(7).filter(Boolean).length
  assert.ok(hits > 10 && hits < 40, `${hits} of 50`)
})

test('a fault for a time ends when the clock says so', () => {
  const { faults, clock, strikes } = some({ for: 500 })
  assert.is(faults.list()[0]!.expiresAtMs, 1500)
  clock.advance(499)
  assert.equal(strikes(1), [true])
  clock.advance(1)
  assert.equal(strikes(1), [false])
  assert.is(faults.list()[0]!.state, 'spent')
})

test('the first that hits decides; delays before it add up', () => {
  const { faults } = some({ error: null, delay: 5 }, { error: null, delay: 7, topic: ['b'] }, {}, { error: 'UNKNOWN' })
  const strike = faults.strike(asked)!
  assert.is(strike.delayMs, 5)
  assert.is(strike.fault?.error, 'NOT_LEADER_OR_FOLLOWER')
  assert.equal(strike.names, ['fault-1', 'fault-3'])
})

test('jitter is added by chance, up to its length', () => {
  const { faults } = some({ error: null, delay: 100, jitter: 50, seed: 3 })
  const delays = Array.from({ length: 20 }, () => faults.strike(asked)!.delayMs)
  assert.ok(delays.every((delay) => delay >= 100 && delay < 150))
  assert.ok(new Set(delays).size > 10)
})

test('a hit tells what was hit, the newest first', () => {
  const { faults, clock } = some({ topic: ['a'], times: 30 })
  for (let at = 0; at < 25; at++) {
    clock.advance(1)
    faults.strike(asked)
  }
  const { lastHits } = faults.list()[0]!
  assert.is(lastHits.length, 20)
  assert.equal(lastHits[0], {
    atMs: 1025,
    api: 'Produce',
    broker: 1,
    client: 'app',
    group: null,
    spot: { topic: 'a', partition: 0 },
  })
})

test('connections are refused at the brokers that are meant', () => {
  const { faults } = some({ error: null, refuse: true, broker: [2], times: 1 })
  assert.equal([faults.refuses(1), faults.refuses(2), faults.refuses(2)], [false, true, false])
})

test('brokers are down until the fault is removed, or its time is up', () => {
  const { faults, clock } = some(
    { error: null, down: true, broker: [2], for: 100 },
    { error: null, down: true, broker: [3] },
  )
  const told: number[][] = []
  faults.watch(() => told.push([...faults.down]))
  assert.equal([...faults.down], [2, 3])
  clock.advance(100)
  faults.remove('fault-2')
  assert.equal(told, [[3], []])
})

test('a name is taken once, and free again when its fault is removed', () => {
  const { faults } = some({ name: 'slow' })
  assert.match(faults.refusal({ ...failing, name: 'slow' })!, 'already')
  assert.is(faults.remove('slow'), true)
  assert.is(faults.remove('slow'), false)
  assert.is(faults.refusal({ ...failing, name: 'slow' }), null)
})

test('cleared, nothing is left, not even a timer', () => {
  const { faults, clock } = some({ for: 100 }, {})
  faults.clear()
  let told = 0
  faults.watch(() => told++)
  clock.advance(200)
  assert.is(told, 0)
  assert.equal(faults.list(), [])
  assert.is(faults.strikesRequests, false)
})

test.run()
