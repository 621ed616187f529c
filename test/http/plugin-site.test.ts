/** What is on a plugin's own port: its status page, or whatever it answers itself. */
import * as assert from 'uvu/assert'
import { createPluginSite } from '../../src/http/plugin-site.ts'
import { pluginDefaults } from '../../src/plugins/plugin-settings.ts'
import type { PluginStatus } from '../../src/plugins/plugin-status.ts'
import { startMs } from '../support/broker.ts'
import { reply } from '../support/http.ts'
import { FakeAdmin } from '../support/plugin-admin.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('site of a plugin')

const settings = {
  listenAddress: '127.0.0.1',
  kafkaHostname: null,
  httpHosts: [],
  httpBodyBytesMax: 1000,
  adminToken: null,
}

function site(status: PluginStatus) {
  const admin = new FakeAdmin([status])
  return { admin, app: createPluginSite({ name: status.name, pluginAdmin: admin, settings }) }
}

async function get(status: PluginStatus, headers: Record<string, string> = {}, path = '/') {
  return reply(await site(status).app.request(path, { headers }))
}

test('the page shows name, state, counts and the last lines', async () => {
  const { status, headers, text } = await get(pluginStatus())
  assert.is(status, 200)
  assert.match(headers.get('content-type')!, /^text\/html/)
  assert.match(text, '<title>Plugin guard</title>')
  assert.match(text, 'running since 2026-01-01T00:00:00.000Z')
  assert.match(text, '<td>Records refused</td><td class="number">2</td>')
  assert.match(text, '<td>Failed: on-records timeout</td><td class="number">1</td>')
  assert.match(text, '2026-01-01T00:00:00.000Z WARN guard: careful')
  assert.match(text, '<meta http-equiv="refresh" content="2">')
})

test('what a plugin says cannot become markup', async () => {
  const text = '</pre><script>alert(1)</script>'
  const hostile = pluginStatus({
    name: '<img src=x>',
    lastFailure: '<i>',
    recentLines: [{ timeMs: startMs, level: 'info', text }],
  })
  const page = await get(hostile)
  assert.not.match(page.text, '<script')
  assert.not.match(page.text, '<img')
  assert.not.match(page.text, '<i>')
  assert.match(page.headers.get('content-security-policy')!, "default-src 'none'")
})

test('a plugin that has said nothing has a page, too', async () => {
  const { text } = await get(pluginStatus({ recentLines: [], failures: {}, lastFailure: null, hash: null }))
  assert.match(text, '<pre>none yet</pre>')
  assert.match(text, 'not read yet')
})

test('programs get the same as JSON', async () => {
  const { json } = await get(pluginStatus(), { accept: 'application/json' })
  assert.is(json.name, 'guard')
  assert.is(json.records.refused, 2)
})

test('other paths and foreign hosts are refused', async () => {
  assert.is((await get(pluginStatus(), {}, '/x')).status, 404)
  assert.is((await get(pluginStatus(), { host: 'evil.test' })).status, 421)
})

test('a script is said to be one', async () => {
  const { text } = await get(pluginStatus({ isSandboxed: false, mode: 'shadow' }))
  assert.match(text, '<td>no: it is a script, and may do whatever Blink may</td>')
  assert.match(text, '<td>counted, not applied</td>')
})

test('a plugin that answers HTTP has every path and method of its port', async () => {
  const { app, admin } = site(pluginStatus({ hooks: ['handle-http'] }))
  admin.response = { status: 418, headers: [['x-own', '1']], body: Buffer.from('short') }
  for (const [method, path] of [
    ['GET', '/'],
    ['POST', '/a%20b/c?d=e'],
    ['DELETE', '/plugins/guard'],
  ] as const) {
    const { status, headers, text } = await reply(await app.request(path, { method }))
    assert.equal([status, headers.get('x-own'), text], [418, '1', 'short'])
    assert.is(headers.get('content-security-policy'), null, 'an origin of its own')
  }
  assert.equal(
    admin.requests.map(({ method, path, query }) => [method, path, query]),
    [
      ['GET', '/', null],
      ['POST', '/a%20b/c', 'd=e'],
      ['DELETE', '/plugins/guard', null],
    ],
  )
})

test('whether it does is asked at each request', async () => {
  const { app, admin } = site(pluginStatus({ hooks: [] }))
  assert.match((await reply(await app.request('/'))).text, 'Plugin guard')
  await admin.unload('guard')
  await admin.load({ ...pluginDefaults, name: 'guard', path: 'g.wasm' })
  assert.is((await app.request('/')).status, 200)
  await admin.unload('guard')
  const gone = await reply(await app.request('/'))
  assert.is(gone.status, 404)
  assert.is(gone.json.error.code, 'unknown_plugin')
})

test('foreign hosts and pages reach no plugin', async () => {
  const { app, admin } = site(pluginStatus({ hooks: ['handle-http'] }))
  assert.is((await app.request('/', { headers: { host: 'evil.test' } })).status, 421)
  assert.is((await app.request('/', { method: 'POST', headers: { origin: 'http://evil.test' } })).status, 403)
  assert.equal(admin.requests, [])
})

test.run()
