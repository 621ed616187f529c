/** The two plugins that come with Blink, as built. */
import { existsSync, statSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { judged, startHost } from '../support/plugins.ts'
import { suite } from '../support/suite.ts'

const test = suite('demo plugins', 10)
const demo = 'demo-plugin/demo-plugin.wasm'
const guard = 'demo-plugin/guard/guard.wasm'

test('they are as large as their toolchains make them, and no larger', () => {
  assert.ok(existsSync(demo) && existsSync(guard), 'npm run build makes them')
  assert.ok(statSync(demo).size < 2_000_000)
  assert.ok(statSync(guard).size < 10_000)
})

test('the demo plugin greets, logs what it sees and accepts everything', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path: demo }])
  assert.equal(lines(), [
    'info: Loading 1 WASM plugins',
    'info: Registered plugin: demo-plugin.wasm at demo-plugin/demo-plugin.wasm',
    "info: Plugin 'demo-plugin.wasm' initialized successfully",
    'info: 🔌 Plugin: Hello world from TypeScript WASM plugin!',
  ])
  assert.equal(await judged(host, [{ key: 'k', value: 'välue' }, { value: null }], 'greetings'), [])
  assert.equal(lines().slice(4), [
    'trace: 🔌 Plugin: .',
    'debug: 🔌 Plugin: topic=greetings partition=0 key=k value of 5 characters',
    'trace: 🔌 Plugin: .',
    'debug: 🔌 Plugin: topic=greetings partition=0 key=none value of 0 characters',
  ])
  const { isDirect, port, memoryBytes } = host.status()[0]!
  assert.equal([isDirect, port], [true, null])
  assert.ok(memoryBytes < 4_000_000)
})

test('lines below the level of the log are not even copied', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path: demo }], { level: 'info' })
  await judged(host, ['a', 'b'])
  assert.is(lines().length, 4)
  assert.is(host.status()[0]!.recentLines.length, 1)
})

test('with a log_level of its own, a plugin is heard from that level on', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path: guard, logLevel: 'warn' }])
  await judged(host, [{ value: '' }])
  assert.equal(
    lines().filter((line) => line.includes('🔌')),
    ['warn: 🔌 Plugin: Refusing an empty value on t'],
  )
})

test('the guard refuses empty values, and records without a key on sensitive topics', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [{ path: guard }])
  const records = [{ value: 'no key' }, { key: 'k', value: '' }, { key: 'k', value: 'ok' }]
  assert.equal(await judged(host, records), ['1: Refusing an empty value on t'])
  assert.equal(await judged(host, records, 'sensitive-payments'), [
    '0: Refusing a record without a key on sensitive-payments',
    '1: Refusing an empty value on sensitive-payments',
  ])
  assert.is(lines().filter((line) => line.startsWith('warn: 🔌 Plugin: Refusing')).length, 3)
  assert.is(host.status()[0]!.isDirect, true)
})

test('a hundred thousand records leave their memory as it was', async (cleanup) => {
  const plugins = [{ path: demo }, { path: guard }]
  const { host } = await startHost(cleanup, plugins, { level: 'info' })
  const records = Array.from({ length: 1000 }, (_, index) => ({
    key: `key ${index}`,
    value: 'x'.repeat(index % 500 || 1),
  }))
  const memoryBytes = async (batches: number) => {
    for (let batch = 0; batch < batches; batch++) assert.equal(await judged(host, records), [])
    return host.status().map((status) => status.memoryBytes)
  }
  const before = await memoryBytes(10)
  assert.equal(await memoryBytes(90), before)
})

test.run()
