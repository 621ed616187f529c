/** A plugin's config over HTTP. */
import * as assert from 'uvu/assert'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { testHttp, type TestHttpOptions } from '../support/http.ts'
import { refusal } from '../support/plugin-admin.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('config of a plugin over http')

const path = '/plugins/guard/config'
const guarded = (options: TestHttpOptions = {}) => testHttp({ plugins: [pluginStatus()], ...options })

test('the config in force is shown', async () => {
  assert.equal((await guarded().get(path)).json, { plugin: 'guard', config: { limit: 3 } })
  const none = testHttp({ plugins: [pluginStatus({ config: null })] })
  assert.equal((await none.get(path)).json, { plugin: 'guard', config: null })
})

for (const config of [{ limit: 4, deep: [{ a: null }] }, [1], 'text', 7, false, null]) {
  test(`${JSON.stringify(config)} is put and shown`, async () => {
    const { send, admin, get } = guarded()
    const { status, json } = await send('PUT', path, JSON.stringify(config), { 'content-type': 'application/json' })
    assert.is(status, 200)
    assert.equal(admin.asked, [`reconfigure ${JSON.stringify(config)} guard`])
    assert.equal(json, { plugin: 'guard', config })
    assert.equal((await get(path)).json, json)
  })
}

test('curl, which calls every body a form, is understood', async () => {
  const { send, admin } = guarded()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.is((await send('PUT', path, '{"a":1}', headers)).status, 200)
  assert.equal(admin.asked, ['reconfigure {"a":1} guard'])
})

test('without a config of its own it has that of settings.yaml', async () => {
  const { send, admin } = guarded()
  assert.equal((await send('DELETE', path)).json, { plugin: 'guard', config: { of: 'settings.yaml' } })
  assert.equal(admin.asked, ['reconfigure undefined guard'])
})

test('a config that schema or plugin refuse answers 422 with why, and the old one stays', async () => {
  const { send, admin, get } = guarded()
  admin.failure = refusal('config_refused', 'limit must be a number')
  const { status, json } = await send('PUT', path, { limit: 'x' })
  assert.is(status, 422)
  assert.equal(json.error, { code: 'config_refused', message: 'limit must be a number' })
  assert.equal((await get(path)).json.config, { limit: 3 })
})

test('what is no JSON, or too much, never reaches the plugin', async () => {
  const { send, admin } = guarded({ settings: { httpBodyBytesMax: 50 } })
  assert.is((await send('PUT', path, '{"a"')).json.error.code, 'invalid_json')
  assert.is((await send('PUT', path)).json.error.code, 'invalid_json')
  assert.is((await send('PUT', path, 'a: 1', { 'content-type': 'application/yaml' })).status, 415)
  assert.is((await send('PUT', path, JSON.stringify('x'.repeat(50)))).status, 413)
  assert.equal(admin.asked, [])
})

test('the log tells of the change, not of its contents', async () => {
  const events: LogEvent[] = []
  const logger = new Logger('t', { level: 'trace', now: () => 0, write: (event) => events.push(event) })
  await guarded({ logger }).send('PUT', path, { password: 'hunter2' })
  assert.is(events.length, 1)
  assert.not.match(JSON.stringify(events), 'hunter2')
})

test.run()
