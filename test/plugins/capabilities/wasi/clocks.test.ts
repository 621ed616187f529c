/** The time that plugins are told. */
import * as assert from 'uvu/assert'
import { ManualClock } from '../../../../src/base/clock.ts'
import { clocks } from '../../../../src/plugins/capabilities/wasi/clocks.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('wasi:clocks')

const imports = clocks({ clock: new ManualClock(12_345) })

test('the wall clock is that of the broker', () => {
  const { now } = imports['wasi:clocks/wall-clock'] as { now(): object }
  assert.equal(now(), { seconds: 12n, nanoseconds: 345_000_000 })
})

test('the monotonic clock can be waited for', () => {
  const monotonic = imports['wasi:clocks/monotonic-clock'] as {
    now(): bigint
    subscribeDuration(duration: bigint): { ready(): boolean; block(): void }
    subscribeInstant(instant: bigint): { ready(): boolean }
  }
  const before = monotonic.now()
  const pollable = monotonic.subscribeDuration(5_000_000n)
  assert.not(pollable.ready())
  pollable.block()
  assert.ok(pollable.ready())
  assert.ok(monotonic.now() - before >= 5_000_000n)
  assert.ok(monotonic.subscribeInstant(before).ready())
})

test.run()
