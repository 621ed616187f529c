import * as assert from 'uvu/assert'
import { ManualClock, systemClock } from '../../src/base/clock.ts'
import { suite } from '../support/suite.ts'

const test = suite('clock')

test('time stands still until it is advanced', () => {
  const clock = new ManualClock(1000)
  assert.is(clock.now(), 1000)
  clock.advance(250)
  assert.is(clock.now(), 1250)
})

test('what falls due runs at its own time, the earlier first', () => {
  const clock = new ManualClock()
  const seen: string[] = []
  const see = (name: string) => () => seen.push(`${name} at ${clock.now()}`)
  clock.after(30, see('late'))
  clock.after(10, see('early'))
  clock.after(10, see('early, but asked for second'))
  clock.after(41, see('never'))
  clock.advance(40)
  assert.equal(seen, ['early at 10', 'early, but asked for second at 10', 'late at 30'])
})

test('what runs may ask for more, within the same advance', () => {
  const clock = new ManualClock()
  const seen: number[] = []
  clock.after(10, () => clock.after(10, () => seen.push(clock.now())))
  clock.advance(20)
  assert.equal(seen, [20])
})

test('a delay below zero is due at once, but not before time is advanced', () => {
  const clock = new ManualClock(5)
  let ran = 0
  clock.after(-1, () => ran++)
  assert.is(ran, 0)
  clock.advance(0)
  assert.is(ran, 1)
  assert.is(clock.now(), 5)
})

test('a cancelled timer does not run, and cancelling twice is harmless', () => {
  const clock = new ManualClock()
  const timer = clock.after(10, () => assert.unreachable())
  timer.cancel()
  timer.cancel()
  clock.advance(10)
})

test('every runs once a period until it is cancelled, from within, too', () => {
  const clock = new ManualClock()
  const seen: number[] = []
  const timer = clock.every(10, () => {
    seen.push(clock.now())
    if (seen.length === 3) timer.cancel()
  })
  clock.advance(25)
  assert.equal(seen, [10, 20])
  clock.advance(100)
  assert.equal(seen, [10, 20, 30])
})

test('time neither runs backwards nor in periods of no length', () => {
  const clock = new ManualClock()
  assert.throws(() => clock.advance(-1), /backwards/)
  assert.throws(() => clock.every(0, () => {}), /no length/)
})

test('the machine: a timer runs, and a cancelled one does not', async () => {
  const cancelled = systemClock.after(1, () => assert.unreachable())
  const repeated = systemClock.every(1, () => assert.unreachable())
  cancelled.cancel()
  repeated.cancel()
  const startMs = systemClock.now()
  await new Promise<void>((resolve) => systemClock.after(5, resolve))
  assert.ok(systemClock.now() >= startMs)
})

test('the machine: a delay beyond what Node can count does not run at once', async () => {
  const timer = systemClock.after(Number.MAX_SAFE_INTEGER, () => assert.unreachable())
  await new Promise<void>((resolve) => systemClock.after(5, resolve))
  timer.cancel()
})

test.run()
