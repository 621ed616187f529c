import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { SettableClock } from '../../src/base/settable-clock.ts'
import { suite } from '../support/suite.ts'

const test = suite('settable clock')

function clocks(isFrozen = false) {
  const machine = new ManualClock(1000)
  const clock = new SettableClock(machine, { isFrozen })
  const seen: string[] = []
  const see = (name: string) => () => seen.push(`${name} at ${clock.now()}`)
  return { machine, clock, seen, see }
}

test('untouched, it is the machine’s time', () => {
  const { machine, clock, seen, see } = clocks()
  clock.after(50, see('once'))
  const period = clock.every(40, see('every'))
  machine.advance(100)
  period.cancel()
  machine.advance(100)
  assert.equal(seen, ['every at 1040', 'once at 1050', 'every at 1080'])
  assert.is(clock.now(), 1200)
  assert.is(clock.offsetMs, 0)
})

test('advanced, it runs what falls due at its own time, and stays ahead', () => {
  const { machine, clock, seen, see } = clocks()
  clock.after(30, see('late'))
  clock.after(10, see('early'))
  clock.after(60, see('after the jump'))
  clock.advance(40)
  assert.equal(seen, ['early at 1010', 'late at 1030'])
  assert.is(clock.offsetMs, 40)
  machine.advance(20)
  assert.equal(seen.at(-1), 'after the jump at 1060')
})

test('what runs may ask for more, within the same advance', () => {
  const { clock, seen, see } = clocks(true)
  clock.after(10, () => clock.after(10, see('more')))
  clock.advance(20)
  assert.equal(seen, ['more at 1020'])
})

test('frozen, it stands still, and moves only by hand', () => {
  const { machine, clock, seen, see } = clocks()
  clock.after(100, see('due'))
  machine.advance(60)
  clock.freeze()
  machine.advance(500)
  assert.is(clock.now(), 1060)
  assert.equal(seen, [])
  clock.advance(39)
  assert.equal(seen, [])
  clock.advance(1)
  assert.equal(seen, ['due at 1100'])
})

test('resumed, it goes on from where it stood', () => {
  const { machine, clock, seen, see } = clocks(true)
  clock.after(100, see('due'))
  machine.advance(1000)
  clock.resume()
  assert.is(clock.now(), 1000)
  machine.advance(99)
  assert.equal(seen, [])
  machine.advance(1)
  assert.equal(seen, ['due at 1100'])
})

test('a wait that a client times, too, ends although time stands still, or when time is advanced', () => {
  const { machine, clock, seen, see } = clocks()
  clock.within(50, see('the machine’s'))
  clock.freeze()
  clock.within(80, see('by hand'))
  machine.advance(50)
  assert.equal(seen, ['the machine’s at 1000'])
  clock.advance(80)
  assert.equal(seen.at(-1), 'by hand at 1080')
  machine.advance(100)
  assert.is(seen.length, 2)
})

test('set forward it is advanced; set back, timers wait as long as they would have', () => {
  const { machine, clock, seen, see } = clocks()
  clock.after(50, see('due'))
  clock.set(1030)
  assert.equal(seen, [])
  clock.set(500)
  assert.is(clock.now(), 500)
  machine.advance(20)
  assert.equal(seen, ['due at 520'])
  clock.set(10_000)
  assert.is(clock.now(), 10_000)
})

test('a jump over years rings a period ten thousand times, not millions', () => {
  const { clock } = clocks(true)
  let rings = 0
  const period = clock.every(1000, () => rings++)
  clock.advance(365 * 86_400_000)
  assert.ok(rings > 1000 && rings < 200_000, `${rings} rings`)
  clock.advance(1000)
  period.cancel()
})

test('a cancelled timer does not run, wherever it is cancelled', () => {
  const { machine, clock } = clocks()
  clock.after(10, () => assert.unreachable()).cancel()
  const timer = clock.after(20, () => assert.unreachable())
  clock.freeze()
  timer.cancel()
  clock.advance(30)
  clock.resume()
  machine.advance(100)
})

test.run()
