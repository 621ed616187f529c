/** The status page of a plugin. */
import * as assert from 'uvu/assert'
import { createPluginPage } from '../../src/http/plugin-page.ts'
import type { PluginStatus } from '../../src/plugins/host.ts'
import { startMs } from '../support/broker.ts'
import { reply } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('plugin page')

async function get(status: PluginStatus, headers: Record<string, string> = {}, path = '/') {
  const settings = { listenAddress: '127.0.0.1', kafkaHostname: null, httpHosts: [] }
  const page = createPluginPage(() => status, settings)
  return reply(await page.request(path, { headers }))
}

test('the page shows name, state, counts and the last lines', async () => {
  const { status, headers, text } = await get(pluginStatus())
  assert.is(status, 200)
  assert.match(headers.get('content-type')!, /^text\/html/)
  assert.match(text, '<title>Plugin guard</title>')
  assert.match(text, 'running since 2026-01-01T00:00:00.000Z')
  assert.match(text, '<td>Records refused</td><td class="number">2</td>')
  assert.match(text, '<td>Failed: on-record timeout</td><td class="number">1</td>')
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
  assert.equal([json.records.accepted, json.records.refused, json.records.failed], [5, 2, 1])
})

test('other paths and foreign hosts are refused', async () => {
  assert.is((await get(pluginStatus(), {}, '/x')).status, 404)
  assert.is((await get(pluginStatus(), { host: 'evil.test' })).status, 421)
})

test.run()
