/** Each way in which a plugin's file can be wrong: when the broker starts, and when the plugin is to be reloaded. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { startBroker } from '../../src/start.ts'
import { badFiles, clear, initTimeoutMs, maxMemoryBytes } from '../support/bad-files.ts'
import { chaos, chaosLetters } from '../support/components.ts'
import { threadCount, testLogger } from '../support/plugins.ts'
import { plugin, settingsFor, type Running, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('files that are no plugin', 30)

function folderFor({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-files-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

const limits = { initTimeoutMs, maxMemoryBytes } as const

test('a broker does not start with one, says why, and leaves no thread', async (cleanup) => {
  const folder = folderFor(cleanup)
  let before = 0
  for (const [at, { what, put, why }] of badFiles.entries()) {
    const path = join(folder, `${at}.wasm`)
    await put(path)
    // Node starts threads of its own when they are first needed; by the second file all of them are there.
    if (at === 1) before = threadCount()
    const settings = settingsFor({ plugins: [plugin(path, { name: 'p', ...limits })] })
    const error = await startBroker(settings, { logger: testLogger([]) }).then(
      async (broker) => {
        await broker.close()
        return new Error('it started')
      },
      (thrown) => thrown,
    )
    assert.ok(error.message.startsWith(`Plugin 'p' (${path}) `), `${what}: ${error.message}`)
    assert.match(error.message, why, what)
  }
  assert.ok(threadCount() <= before, `${threadCount()} threads, where there were ${before}`)
})

test('one that is optional is left out: its topics are open, and the others go on', async (cleanup) => {
  const folder = folderFor(cleanup)
  const entries = await Promise.all(
    badFiles.map(async ({ put }, at) => {
      const path = join(folder, `${at}.wasm`)
      await put(path)
      return plugin(path, { name: `bad-${at}`, topics: [`t${at}`], optional: true, ...limits })
    }),
  )
  const plugins = [...entries, plugin(await chaos(), { name: 'sound' })]
  const running = await start(cleanup, { plugins })
  for (const [at, { what, why }] of badFiles.entries()) {
    const line = running.lines().find((line) => line.startsWith(`warn: Left out: Plugin 'bad-${at}' `)) ?? ''
    assert.match(line, why, what)
    const { json } = await running.get(`/plugins/bad-${at}`)
    assert.is(json.state, 'failed', what)
    assert.match(json.last_failure ?? json.last_error?.message ?? '', why, what)
    assert.is((await running.post('/produce', { topic: `t${at}`, value: 'a' })).status, 200, what)
  }
  assert.is(await count(running), badFiles.length + 1, 'the other plugin saw each of the records')
})

test('a plugin whose file is none any more goes on when it is reloaded', async (cleanup) => {
  const path = join(folderFor(cleanup), 'p.wasm')
  copyFileSync(await chaos(), path)
  const running = await start(cleanup, { plugins: [plugin(path, { name: 'p', ...limits })] })
  for (const [at, { what, put, why }] of badFiles.entries()) {
    clear(path)
    await put(path)
    const { status, json } = await running.post('/plugins/p/reload', {})
    assert.equal([status, json.error.code], [422, 'plugin_not_started'], what)
    assert.match(json.error.message, why, what)
    assert.is(await count(running), at + 1, `${what}: it is the same instance`)
    const { state, restarts } = (await running.get('/plugins/p')).json
    assert.equal([state, restarts], ['running', 0], what)
  }
  clear(path)
  copyFileSync(await chaos(), path)
  assert.is((await running.post('/plugins/p/reload', {})).status, 200)
  assert.is(await count(running), 1)
})

/** How many records the plugin's only instance has seen, this one among them. */
async function count(running: Running): Promise<number> {
  const { json } = await running.post('/produce', { topic: 'any', value: chaosLetters.count })
  return json.error.reason.charCodeAt(0) - '0'.charCodeAt(0)
}

test.run()
