import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { LogEvent } from '../../src/base/logger.ts'
import { startBroker } from '../../src/start.ts'
import type { PluginEntry } from '../../src/settings/plugins.ts'
import { component, noop, pluginModule } from '../support/components.ts'
import { asked, dataPath } from '../support/doing.ts'
import { kafkajs, producing, readAll } from '../support/kafkajs.ts'
import { testLogger } from '../support/plugins.ts'
import { demoPath, plugin, settingsFor, start } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugins at start', 10)

/** Fails to start, and says why. */
async function startFailure(plugins: readonly PluginEntry[]): Promise<string> {
  try {
    const broker = await startBroker(settingsFor({ plugins }), { logger: testLogger([]) })
    await broker.close()
  } catch (error) {
    return (error as Error).message
  }
  return 'it started'
}

/** A plugin whose `init` does as these instructions say. */
const initDoing = (instructions: string) => component(pluginModule({ init: instructions }))
const initReturning = (port: number) =>
  initDoing(`(i32.store8 (i32.const 0) (i32.const 1)) (i32.store16 (i32.const 2) (i32.const ${port}))`)

async function noComponent(): Promise<string> {
  const path = join(tmpdir(), `blink-test-${process.pid}.wasm`)
  writeFileSync(path, 'this is no WebAssembly')
  process.on('exit', () => rmSync(path, { force: true }))
  return path
}

test('the start is logged line by line, with levels and targets', async (cleanup) => {
  const { events } = await start(cleanup, { pluginPaths: [demoPath], level: 'info' })
  const lines = events.map(({ level, target, message }) => `${level.toUpperCase()} ${target}: ${message}`)
  const first = lines.findIndex((line) => line.includes('blink::server: Initializing'))
  assert.equal(lines.slice(first, first + 6), [
    'INFO blink::server: Initializing plugin system with 1 plugins',
    'INFO blink::plugins: Loading 1 WASM plugins',
    'INFO blink::plugins: Registered plugin: demo-plugin.wasm at demo-plugin/demo-plugin.wasm',
    "INFO blink::plugins: Plugin 'demo-plugin.wasm' initialized successfully",
    'INFO blink::plugins: 🔌 Plugin: Hello world from TypeScript WASM plugin!',
    'INFO blink::server: Plugin system initialized successfully',
  ])
  assert.ok(lines.slice(first + 6).some((line) => /^INFO blink::server: Kafka on 127\.0\.0\.1:\d+$/.test(line)))
})

test('at debug, the demo plugin tells of each record', async (cleanup) => {
  const { brokers, lines } = await start(cleanup, { pluginPaths: [demoPath], level: 'debug' })
  const producer = await producing(cleanup, kafkajs(brokers))
  await producer.send({ topic: 'orders', messages: [{ key: 'k', value: 'five!' }] })
  assert.ok(lines().includes('debug: 🔌 Plugin: topic=orders partition=0 key=k value of 5 characters'), lines().join())
})

test('a plugin whose init traps keeps the broker from starting, and is named', async () => {
  const said = await startFailure([plugin(await initDoing('unreachable'), { name: 'broken' })])
  assert.match(said, /^Plugin 'broken' \(.*\.wasm\) does not start: init failed \(trap\): /)
})

test('a plugin whose init never returns keeps the broker from starting, and is named', async () => {
  const endless = plugin(await initDoing('(loop $forever (br $forever))'), { name: 'endless', initTimeoutMs: 50 })
  assert.match(
    await startFailure([endless]),
    /^Plugin 'endless' \(.*\.wasm\) does not start: init failed \(timeout\): /,
  )
})

test('a plugin that is not there keeps the broker from starting; the message names the file', async () => {
  const said = await startFailure([plugin('nowhere/missing.wasm')])
  assert.match(said, /^Plugin 'missing\.wasm' \(nowhere\/missing\.wasm\) was not found: there is no file \/.*missing/)
})

test('a file that is no component keeps the broker from starting; the message names the file', async () => {
  const path = await noComponent()
  const said = await startFailure([plugin(path, { name: 'text' })])
  assert.match(said, new RegExp(`^Plugin 'text' \\(${path}\\) `))
})

test('one plugin that does not start takes the others and the ports with it', async () => {
  const said = await startFailure([plugin(demoPath), plugin('missing.wasm'), plugin(await noop())])
  assert.match(said, /missing\.wasm/)
})

test('Blink serves without optional plugins that do not start, and says so', async (cleanup) => {
  const optional = true
  const { brokers, broker, events } = await start(cleanup, {
    plugins: [
      plugin('missing.wasm', { optional }),
      plugin(await initDoing('unreachable'), { name: 'broken', optional }),
      plugin(await noComponent(), { name: 'text', optional }),
      plugin(await noop(), { name: 'sound' }),
    ],
  })
  const leftOut = events.filter(({ level, message }) => level === 'warn' && message.startsWith('Left out: '))
  assert.equal(
    leftOut.map(({ fields }: LogEvent) => fields.plugin),
    ['missing.wasm', 'broken', 'text'],
  )
  assert.equal(
    broker.plugins.map(({ state }) => state),
    ['failed', 'failed', 'failed', 'running'],
  )
  const kafka = kafkajs(brokers)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic: 't', messages: [{ value: 'a' }] })
  assert.is((await readAll(cleanup, kafka, 't', 1)).length, 1)
  assert.is(broker.plugins[3]!.records.accepted, 1)
})

test('the port that init returns serves a page about the plugin', async (cleanup) => {
  const { lines, post } = await start(cleanup, { plugins: [plugin(await initReturning(0), { name: 'paged' })] })
  await post('/produce', { topic: 't', value: 'a' })
  const address = lines()
    .join('\n')
    .match(/Status page of plugin 'paged' on (127\.0\.0\.1:\d+)/)?.[1]
  const page = await (await fetch(`http://${address}/`, { headers: { connection: 'close' } })).text()
  for (const part of ['paged', 'running', 'Records accepted', '1']) assert.ok(page.includes(part), part)
})

test('an uploaded plugin is there until the broker stops, and says so', async (cleanup) => {
  const pluginDataPath = dataPath(cleanup)
  const { broker, get } = await start(cleanup, {
    pluginDataPath,
    acceptsPluginUploads: true,
    plugins: [plugin(await noop(), { name: 'named' })],
  })
  const body = readFileSync(await noop())
  const { status, json } = await asked(`http://127.0.0.1:${broker.httpPort}/plugins?name=sent`, {
    method: 'POST',
    headers: { 'content-type': 'application/wasm' },
    body,
  })
  assert.equal([status, json.is_in_settings, existsSync(json.path)], [201, false, true])
  assert.is((await get('/plugins/named')).json.is_in_settings, true)
  await broker.close()
  assert.is(existsSync(json.path), false)
})

test('a port of init that is in use keeps the broker from starting, and is named', async ({ after }) => {
  const port = 38_417
  const server = createServer()
  // Whoever listens there already serves the test as well.
  await new Promise((resolve) => server.once('error', resolve).listen(port, '127.0.0.1', () => resolve(null)))
  after(() => server.close())
  const said = await startFailure([plugin(await initReturning(port), { name: 'paged' })])
  assert.is(
    said,
    `plugin 'paged': port ${port} on 127.0.0.1 is in use; ` +
      'stop what listens there, or choose another port (0: any free one)',
  )
})

test.run()
