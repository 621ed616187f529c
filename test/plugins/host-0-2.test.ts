/** Every hook of a component of 0.2, by way of the host and in its own thread. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import type { PluginCommandError } from '../../src/plugins/host.ts'
import { chaosOfBatches, chaosSchema } from '../support/components-0-2.ts'
import { asked, settled, startFakes } from '../support/fake-threads.ts'
import { batchOf, rejection, settingsOf, startHost, threadCount } from '../support/plugins.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('plugin host with components of 0.2', 15)
const path = await chaosOfBatches()
const get = { method: 'GET', path: '/x', query: '201', headers: [], body: new Uint8Array() } as const
const reader = { id: 'reader', principal: null }

test('all verdicts come through, and the next plugin sees what the first has made of a record', async (cleanup) => {
  const { host } = await startHost(cleanup, [
    { name: 'one', path },
    { name: 'two', path },
  ])
  const told = await asked(host, ['ok', 'nnever', 'd', 'rrtwice', 'rnow no', 't250', 's'])
  const shown = /; 6 refused by one: (\{.*?\}); /.exec(told)![1]!
  assert.equal(told.replace(shown, '…').split('; '), [
    '1 refused by one: never',
    '4 refused by two: ow no',
    '6 refused by one: …',
    '2 dropped',
    '3 now twice',
    '4 now now no',
    'throttled 250',
  ])
  assert.equal(JSON.parse(shown).clientId, 'someone')
})

test('consumers get what it shows them', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path }])
  assert.is(host.wantsFetch('t'), true)
  const { batch, section } = batchOf(['ok', 'd', 'rnew'])
  const { dropped, replacements } = await host.view('t', 0, batch, section, reader)
  const replaced = [...replacements].map(([at, { value }]) => `${at}: ${Buffer.from(value!)}`)
  assert.equal([dropped, replaced], [[1], ['2: new']])
})

test('its timer runs until it asks for no more', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path }])
  while ((host.get('p')!.durations.get('on-timer')?.count ?? 0) < 3) await settled()
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.is(host.get('p')!.durations.get('on-timer')!.count, 3)
})

test('it takes requests; one over which it fails is told from one it answers', async (cleanup) => {
  const { host } = await startHost(cleanup, [{ name: 'p', path, instances: 2 }])
  const answer = await host.handleHttp('p', get)
  assert.equal(
    [answer.status, answer.headers, JSON.parse(`${Buffer.from(answer.body)}`).path],
    [201, [['x-method', 'GET']], '/x'],
  )
  const error = (await rejection(host.handleHttp('p', { ...get, path: '/trap' }))) as PluginCommandError
  assert.equal(error.code, 'hook_failed')
  assert.match(error.message, "plugin 'p' did not answer: handle-http failed (")
  assert.is((await host.handleHttp('p', get)).status, 201)
})

test('a config is taken, or refused for a reason: by the schema, by the plugin, at start', async (cleanup) => {
  const path = await chaosOfBatches(chaosSchema)
  const { host } = await startHost(cleanup, [{ name: 'p', path, config: { a: 1 } }])
  assert.equal((await host.reconfigure('p', { a: 2 })).config, { a: 2 })
  assert.match((await rejection(host.reconfigure('p', { refuse: 'too much' }))).message, /take this config: too much$/)
  assert.match((await rejection(host.reconfigure('p', 'text'))).message, /take this config: .*(object|type)/)
  assert.equal([host.get('p')!.config, host.get('p')!.restarts], [{ a: 2 }, 0])
  const refused = await rejection(startHost(cleanup, [{ name: 'q', path, config: { refuse: 'not me' } }]))
  assert.match(refused.message, /^Plugin 'q' \(.*\) does not start: init refused: not me$/)
  const misfit = await rejection(startHost(cleanup, [{ name: 'q', path, config: 5 }]))
  assert.match(misfit.message, /^Plugin 'q' \(.*\) does not start: .*config/)
})

test('it ends in order when it is unloaded, and nothing of it is left', async (cleanup) => {
  const { host, lines } = await startHost(cleanup, [])
  const before = threadCount()
  const settings = settingsOf({ name: 'p', path })
  const { info, edition, hooks } = await host.load(settings)
  assert.equal([info?.version, edition, hooks.includes('handle-http')], ['1.2.3', '0.2', true])
  await host.unload('p')
  assert.equal(lines().slice(-3), [
    'info: 🔌 Plugin: finalized',
    'info: 🔌 Plugin: cleaned up',
    'info: Unloaded plugin: p',
  ])
  assert.is(threadCount(), before)
})

// What is kept of a config that was put while the broker ran.

function dataPath({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-data-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a config that was put stands before that of the settings at the next start', async (cleanup) => {
  const deps = { dataPath: dataPath(cleanup) }
  const plugins = [{ name: 'p', config: 'settings' }]
  const first = await startFakes(cleanup, plugins, {}, deps)
  assert.equal(readdirSync(deps.dataPath), [])
  await first.host.reconfigure('p', { put: 1 })
  await first.host.close(0)

  const second = await startFakes(cleanup, plugins, {}, deps)
  assert.equal(second.threads.taken(), ['1 init {"put":1}'])
  assert.is(second.lines().at(-1), "info: Plugin 'p' has the config that was put in place of its settings'")
  assert.equal((await second.host.reconfigure('p', undefined)).config, 'settings')
  await second.host.close(0)

  const third = await startFakes(cleanup, plugins, {}, deps)
  assert.equal([third.threads.taken(), third.lines().length], [['1 init "settings"'], 3])
})

test('so it does when the plugin is enabled later, or starts at the second attempt', async (cleanup) => {
  const deps = { dataPath: dataPath(cleanup) }
  const { host, threads } = await startFakes(cleanup, [{ name: 'p', enabled: false }], {}, deps)
  await host.reconfigure('p', 'put')
  await host.close(0)

  const second = await startFakes(cleanup, [{ name: 'p', enabled: false }], { isMissing: true }, deps)
  assert.match((await rejection(second.host.enable('p'))).message, 'was not found')
  second.threads.ways.isMissing = false
  await second.host.enable('p')
  assert.equal([threads.taken(), second.threads.taken()], [[], ['1 end', '2 init "put"']])
})

test('a plugin that keeps things has a folder, or does not start', async (cleanup) => {
  const capabilities = { ...nothingGranted, filesystem: { bytesMax: 1000 } }
  const deps = { dataPath: dataPath(cleanup) }
  await startFakes(cleanup, [{ name: 'p', capabilities }], {}, deps)
  assert.is(readdirSync(deps.dataPath).length, 1)
  const error = await rejection(startFakes(cleanup, [{ name: 'p', capabilities }]))
  assert.is(error.message, "Plugin 'p' (p.wasm) keeps things: say where in plugin_data_path")
})

test('no two brokers have one folder at a time', async (cleanup) => {
  const capabilities = { ...nothingGranted, keyvalue: { bytesMax: 1000 } }
  const deps = { dataPath: dataPath(cleanup) }
  const begin = () => startFakes(cleanup, [{ name: 'p', capabilities }], {}, deps)
  const first = await begin()
  await first.host.reload('p')
  const error = await rejection(begin())
  assert.match(
    error.message,
    /^Plugin 'p' \(p\.wasm\) keeps things, and \/.*p-[0-9a-f]+ is used by another broker, in process/,
  )
  assert.match(error.message, 'stop that one, or give one of them a plugin_data_path of its own')
  await first.host.close(0)
  const second = await begin()
  await second.host.unload('p')
  await begin()
})

test.run()
