/** `GET /`, for terminals and for browsers. */
import * as assert from 'uvu/assert'
import { testHttp } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('http overview')

async function overview(headers: Record<string, string> = {}) {
  const http = testHttp({ plugins: [pluginStatus({ name: '<b>guard</b>' })] })
  await http.post('/produce', { topic: 'orders', records: [{ value: 'a' }, { value: 'b' }] })
  return http.get('/', headers)
}

test('a program gets JSON', async () => {
  const { status, json } = await overview({ accept: '*/*' })
  assert.is(status, 200)
  const { name, version, topics, groups, plugins, endpoints } = json
  assert.equal([name, version, topics, groups], ['blink', '1.2.3', 1, 0])
  assert.equal([plugins[0].name, plugins[0].state, plugins[0].records.refused], ['<b>guard</b>', 'running', 2])
  assert.ok(endpoints.some(({ method, path }: Record<string, string>) => method === 'GET' && path === '/fetch'))
})

test('who asks for text gets text', async () => {
  const { status, headers, text } = await overview({ accept: 'text/plain' })
  assert.is(status, 200)
  assert.match(headers.get('content-type')!, /^text\/plain/)
  assert.match(text, /^Blink 1\.2\.3\n/)
  assert.match(text, /Topics\n {2}name {4}partitions {2}records {2}bytes\n {2}orders {11}1 {8}2 /)
  assert.match(text, /max_memory {7}1024\.0 MB\n/)
  assert.match(text, /POST +\/produce\n/)
  assert.match(text, /DELETE +\/plugins\/\{name\}\n/)
  assert.match(text, /<b>guard<\/b> +running +5 +2 +1\n/)
  assert.match(text, /Consumer groups\n {2}none/)
})

test('a browser gets the console', async () => {
  const { headers, text } = await overview({ accept: 'text/html,*/*' })
  assert.match(headers.get('content-type')!, /^text\/html/)
  assert.match(text, '<script type="module" src="/console/main-')
})

test('a plugin that is unsandboxed or a shadow is labelled so', async () => {
  const plugins = [
    pluginStatus({ name: 'a', isSandboxed: false }),
    pluginStatus({ name: 'b', isSandboxed: false, mode: 'shadow' }),
  ]
  const { text } = await testHttp({ plugins }).get('/', { accept: 'text/plain' })
  assert.match(text, /a +running \(unsandboxed\) +5/)
  assert.match(text, /b +running \(unsandboxed, shadow\) /)
})

test('a list of many topics is cut', async () => {
  const http = testHttp()
  for (let i = 0; i < 150; i++) http.cluster.topics.create({ name: `topic-${i}`, partitionCount: 1 })
  const { text } = await http.get('/', { accept: 'text/plain' })
  assert.is(text.match(/topic-\d+/g)?.length, 100)
})

test.run()
