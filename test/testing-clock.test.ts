import * as assert from 'uvu/assert'
import { ManualClock } from '../src/base/clock.ts'
import { SettableClock } from '../src/base/settable-clock.ts'
import { clockFor } from '../src/testing-clock.ts'
import { suite } from './support/suite.ts'

const test = suite('testing clock')

const clock = () => clockFor(new SettableClock(new ManualClock(1000), { isFrozen: true }))

test('time is moved on by durations as people write them', () => {
  const one = clock()
  one.advance('45s')
  one.advance(500)
  assert.is(one.now(), 46_500)
  assert.ok(one.isFrozen)
})

test('time is set by a date, a text or a number', () => {
  const one = clock()
  one.set('2026-01-01T00:00:00Z')
  assert.is(one.now(), Date.UTC(2026, 0, 1))
  one.set(new Date(5000))
  assert.is(one.now(), 5000)
  one.set(7000)
  assert.is(one.now(), 7000)
})

test('what is no time is refused by name', () => {
  const one = clock()
  assert.throws(() => one.advance('soon'), /advance is soon; use 0ms–36500d/)
  assert.throws(() => one.advance(-1), /advance is -1/)
  assert.throws(() => one.set('soon'), /set is soon; use a Date/)
  assert.throws(() => one.set('9999-01-01'), /use a Date/)
  assert.is(one.now(), 1000)
})

test.run()
