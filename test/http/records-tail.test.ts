/** `GET /topics/{topic}/records/tail`. */
import * as assert from 'uvu/assert'
import { heartbeatMs } from '../../src/http/live-stream.ts'
import { lag } from '../../src/http/records-tail.ts'
import { encodeBatch, readBatch } from '../../src/protocol/records.ts'
import { startMs } from '../support/broker.ts'
import { type TestHttp, testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('records tail')

const sse = { accept: 'text/event-stream' }

async function following(http: TestHttp, query = '', headers: Record<string, string> = {}) {
  const response = await http.http.request(`/topics/t/records/tail${query}`, { headers })
  assert.is(response.status, 200)
  const reader = response.body!.getReader()
  const read = async () => {
    const { done, value } = await reader.read()
    return done ? null : Buffer.from(value).toString()
  }
  return { response, reader, read }
}

function withTopic(options: Parameters<typeof testHttp>[0] = {}) {
  const http = testHttp({ settings: { partitionCount: 2 }, ...options })
  http.cluster.topics.create({ name: 't', partitionCount: 2 })
  const say = (value: string, partition = 0, key = 'k') => http.post('/topics/t/records', { key, value, partition })
  return { ...http, say }
}

const keyed = (text: string | null) =>
  text!
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).record.value)

test('as lines, records come as they are stored, of every partition', async () => {
  const http = withTopic()
  await http.say('old')
  const { response, read } = await following(http)
  assert.match(response.headers.get('content-type')!, /^application\/x-ndjson/)
  const first = read()
  await http.say('a', 1)
  assert.equal(keyed(await first), ['a'])
  await http.say('b')
  await http.say('c', 1)
  assert.equal(keyed(await read()), ['b', 'c'])
})

test('as events, with an id from which to go on', async () => {
  const http = withTopic()
  await http.say('a')
  const { response, read, reader } = await following(http, '?offset=earliest', sse)
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/)
  const text = await read()
  assert.match(text!, /^id: 0:1,1:0\ndata: \{"partition":0,"offset":0,.*\}\n\n$/)
  await reader.cancel()
  await http.say('missed')
  const again = await following(http, '', { ...sse, 'last-event-id': '0:1,1:0' })
  assert.match((await again.read())!, '"value":"missed"')
})

test('a filter and a format hold here, too', async () => {
  const http = withTopic()
  const { read } = await following(http, '?key=yes&format=hex')
  const next = read()
  await http.say('a', 0, 'no')
  await http.say('b', 0, 'yes')
  assert.equal(keyed(await next), ['62'])
})

for (const [query, values] of [
  ['?offset=earliest', ['a', 'b']],
  ['?offset=-1', ['b']],
  [`?timestamp=${startMs}`, ['a', 'b']],
] as const) {
  test(`${query} begins earlier`, async () => {
    const http = withTopic()
    await http.say('a')
    await http.say('b')
    assert.equal(keyed(await (await following(http, query)).read()), values)
  })
}

test('who falls too far behind is moved on and told what he missed', async () => {
  const http = withTopic()
  const { read } = await following(http, '?partition=0', sse)
  const first = read()
  await http.say('a')
  await first
  const [partition] = http.cluster.topics.get('t')!.partitions
  const many = Array.from({ length: lag.most + 1 }, (_, i) => ({
    timestamp: startMs,
    key: null,
    value: Buffer.from(`${i}`),
  }))
  partition!.append(readBatch(encodeBatch(many)), startMs)
  const text = await read()
  assert.match(text!, `event: dropped\ndata: {"dropped":${lag.most + 1 - lag.left}}\n\n`)
  assert.is(text!.match(/^data: \{"partition"/gm)?.length, lag.left)
})

test('a sign of life comes when nothing else does', async () => {
  for (const [headers, sign] of [
    [{}, '{}\n'],
    [sse, ': still here\n\n'],
  ] as const) {
    const http = withTopic()
    const { read } = await following(http, '', headers)
    const next = read()
    await new Promise((resolve) => setImmediate(resolve))
    http.clock.advance(heartbeatMs)
    assert.is(await next, sign)
  }
})

test('it ends when the topic goes, and when Blink stops', async () => {
  const gone = withTopic()
  const first = await following(gone)
  const last = first.read()
  await new Promise((resolve) => setImmediate(resolve))
  await gone.send('DELETE', '/topics/t')
  assert.equal([await last, await first.read()], ['{"end":"the topic was deleted"}\n', null])

  const stopping = new AbortController()
  const second = await following(withTopic({ stopping: stopping.signal }), '', sse)
  const end = second.read()
  stopping.abort()
  assert.equal([await end, await second.read()], ['event: end\ndata: {"end":"Blink stops"}\n\n', null])
})

for (const [query, headers, status, message] of [
  ['?offset=x', {}, 400, /^offset is "x"; /],
  ['?partition=2', {}, 404, /no partition 2/],
  ['?limit=2', {}, 400, /^limit is no parameter; /],
  ['', { 'last-event-id': 'x' }, 400, /^Last-Event-ID is "x"; use the id of an event/],
] as const) {
  test(`${query} ${JSON.stringify(headers)} is refused`, async () => {
    const { status: told, json } = await withTopic().get(`/topics/t/records/tail${query}`, headers)
    assert.is(told, status)
    assert.match(json.error.message, message)
  })
}

test.run()
