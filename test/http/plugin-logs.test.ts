/** What plugins say, at once and live; the last test through a real server. */
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { followersMax } from '../../src/http/plugin-logs.ts'
import { HttpServer } from '../../src/http/server.ts'
import { startMs } from '../support/broker.ts'
import { testHttp, type TestHttpOptions } from '../support/http.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('logs of plugins over http')

const recentLines = ['one', 'two', 'three'].map((text, at) => ({ timeMs: startMs + at, level: 'info' as const, text }))
const talking = (options: TestHttpOptions = {}) => testHttp({ plugins: [pluginStatus({ recentLines })], ...options })
const lineOf = (text: string, timeMs = 0) =>
  `data: ${JSON.stringify({ timestamp: timeMs, level: 'info', message: text })}`

test('the last lines as JSON', async () => {
  const { get } = talking()
  const { json } = await get('/plugins/guard/logs')
  assert.is(json.plugin, 'guard')
  assert.equal(json.lines[0], { timestamp: startMs, level: 'info', message: 'one' })
  assert.is(json.lines.length, 3)
})

test('as many of the last lines as are asked for', async () => {
  const { get } = talking()
  const texts = async (query: string) =>
    (await get(`/plugins/guard/logs${query}`)).json.lines.map(({ message }: { message: string }) => message)
  assert.equal(await texts('?lines=2'), ['two', 'three'])
  assert.equal(await texts('?lines=0'), [])
  assert.equal(await texts('?lines=50&follow=false'), ['one', 'two', 'three'])
})

test('parameters that mean nothing are refused', async () => {
  const { get } = talking()
  for (const query of ['lines=-1', 'lines=101', 'lines=x', 'follow=yes', 'tail=3']) {
    assert.is((await get(`/plugins/guard/logs?${query}`)).status, 400, query)
  }
})

/** Reads as it comes. */
async function following(http: ReturnType<typeof testHttp>, query = '?follow=true', headers = {}) {
  const response = await http.http.request(`/plugins/guard/logs${query}`, { headers })
  assert.is(response.status, 200)
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/)
  assert.is(response.headers.get('cache-control'), 'no-store')
  const reader = response.body!.getReader()
  const read = async () => {
    const { done, value } = await reader.read()
    return done ? null : Buffer.from(value).toString()
  }
  return { reader, read }
}

for (const [query, headers] of [
  ['?follow=true', {}],
  ['', { accept: 'text/event-stream' }],
] as const) {
  test(`${query} ${JSON.stringify(headers)} follows: the last lines, then each as it comes, then the end`, async () => {
    const http = talking()
    const { read } = await following(http, query, headers)
    const first = recentLines.map(({ text, timeMs }) => `${lineOf(text, timeMs)}\n\n`).join('')
    assert.is(await read(), first)
    const next = read()
    http.admin.say('four', 7)
    assert.is(await next, `${lineOf('four', 7)}\n\n`)
    for (const listener of http.admin.listeners) listener.dropped(5)
    assert.is(await read(), 'event: dropped\ndata: {"dropped":5}\n\n')
    await http.admin.unload('guard')
    assert.is(await read(), 'event: end\ndata: {"plugin":"guard","why":"the plugin was unloaded"}\n\n')
    assert.is(await read(), null)
    assert.is(http.admin.listeners.size, 0)
  })
}

test('when Blink stops, it ends', async () => {
  const stopping = new AbortController()
  const http = talking({ stopping: stopping.signal })
  const { read } = await following(http, '?follow=true&lines=0')
  stopping.abort()
  assert.is(await read(), 'event: end\ndata: {"plugin":"guard","why":"Blink stops"}\n\n')
  assert.is(http.admin.listeners.size, 0)
  const late = await following(http, '?follow=true&lines=0')
  assert.match((await late.read())!, 'Blink stops')
})

test('a reader that leaves is listened for no longer', async () => {
  const http = talking()
  const { reader } = await following(http)
  assert.is(http.admin.listeners.size, 1)
  await reader.cancel()
  assert.is(http.admin.listeners.size, 0)
})

test('HEAD follows nothing', async () => {
  const http = talking()
  const { status, headers } = await http.send('HEAD', '/plugins/guard/logs?follow=true')
  assert.is(status, 200)
  assert.match(headers.get('content-type')!, /^text\/event-stream/)
  assert.is(http.admin.listeners.size, 0)
})

test('readers that follow are bounded', async () => {
  const http = talking()
  const readers = []
  for (let i = 0; i < followersMax; i++) readers.push(await following(http))
  const { status, json } = await http.get('/plugins/guard/logs?follow=true')
  assert.is(status, 503)
  assert.is(json.error.code, 'too_many_followers')
  await readers[0]!.reader.cancel()
  await following(http)
})

test('over a socket: lines as they come, a client that leaves, and a stop that waits for nobody', async ({ after }) => {
  const stopping = new AbortController()
  const http = talking({ stopping: stopping.signal })
  const options = { host: '127.0.0.1', port: 0, connectionsMax: 10, clock: systemClock, logger: silent }
  const server = await HttpServer.open(http.http, options)
  after(() => server.close(0))
  const url = `http://127.0.0.1:${server.port}/plugins/guard/logs?follow=true`

  const client = new AbortController()
  const leaving = await fetch(url, { signal: client.signal })
  await leaving.body!.getReader().read()
  assert.is(http.admin.listeners.size, 1)
  client.abort()
  await until(() => http.admin.listeners.size === 0)

  const response = await fetch(url, { headers: { connection: 'close' } })
  let text = ''
  const read = (async () => {
    const utf8 = new TextDecoder()
    for await (const chunk of response.body!) text += utf8.decode(chunk, { stream: true })
  })()
  await until(() => text.includes('three'))
  http.admin.say('four')
  await until(() => text.includes('four'))
  const begunMs = performance.now()
  const closed = server.close(4000)
  stopping.abort()
  await Promise.all([closed, read])
  assert.ok(performance.now() - begunMs < 1000, 'the stream held the server open')
  assert.match(text, /event: end\ndata: .*Blink stops"\}\n\n$/)
})

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test.run()
