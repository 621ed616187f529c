/** What a plugin hears of memory: its own, and the broker's. */
import * as assert from 'uvu/assert'
import { memoryImports } from '../../../src/plugins/capabilities/memory-import.ts'
import { fakeEnvironment } from '../../support/fake-calls.ts'
import { startGuest } from '../../support/guest.ts'
import { suite } from '../../support/suite.ts'

const test = suite('plugins/memory-import', 60)

test('used and limit are what the instance has and may have, at that moment', () => {
  let bytes = 65_536
  const { environment, calls } = fakeEnvironment({}, undefined, { memoryBytes: () => bytes, memoryBytesMax: 2 ** 20 })
  const { used, limit } = memoryImports(environment)['blink:plugin/memory'] as Record<string, () => bigint>
  assert.is(used!(), 65_536n)
  bytes *= 2
  assert.is(used!(), 131_072n)
  assert.is(limit!(), 1_048_576n)
  assert.equal(calls, [], 'without asking anybody')
})

test('a component hears of the pressure as the broker writes it', async (cleanup) => {
  const pressure = new SharedArrayBuffer(4)
  const { run } = await startGuest(cleanup, { memory: {} }, { host: { pressure } })
  const seen: unknown[] = []
  for (const thousandths of [0, 500, 700, 850, 950]) {
    Atomics.store(new Int32Array(pressure), 0, thousandths)
    seen.push((await run('return pressure()')).value)
  }
  assert.equal(seen, ['none', 'low', 'medium', 'high', 'emergency'])
  const { value } = await run('return [used() > 1000000, limit()]')
  assert.equal(value, [true, 64 * 1024 * 1024])
})

test.run()
