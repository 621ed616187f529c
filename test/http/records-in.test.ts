/** `POST /topics/{topic}/records`; the last tests through a real server. */
import { request } from 'node:http'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/logger.ts'
import { HttpServer } from '../../src/http/server.ts'
import { startMs } from '../support/broker.ts'
import { type TestHttp, testHttp } from '../support/http.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('records in over HTTP')

const values = async ({ get }: TestHttp) =>
  (await get('/topics/t/records')).json.records.map(({ value }: { value: string }) => value)

test('one record, and many', async () => {
  const http = testHttp()
  const one = await http.post('/topics/t/records', { key: 'k', value: 'a', headers: { h: '1' } })
  assert.equal([one.status, one.json], [200, { topic: 't', partition: 0, offset: 0, timestamp: startMs }])
  const many = await http.post('/topics/t/records', { records: [{ value: 'b' }, { value: null }] })
  assert.equal([many.status, many.json.records.length], [200, 2])
  assert.equal(await values(http), ['a', 'b', null])
})

const ndjson = { 'content-type': 'application/x-ndjson' }
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('a stream has a result for each line, and goes on after what is wrong with one', async () => {
  const judge = new ScriptedJudge()
  const http = testHttp({ judge, settings: { partitionCount: 2, httpBodyBytesMax: 2_000_000 } })
  const sent = [
    '{"value":"a","partition":1}',
    '',
    '{"value":',
    '{"valu":1}',
    '{"value":"refuse","partition":0}',
    '{"value":"b","partition":1}',
  ]
  const tooLong = `{"value":"${'x'.repeat(2_000_000)}"}`
  const { status, headers, text } = await http.post(
    '/topics/t/records',
    [...sent, tooLong, '{"value":"c","partition":7}', ''].join('\n'),
    ndjson,
  )
  assert.is(status, 200)
  assert.match(headers.get('content-type')!, /^application\/x-ndjson/)
  const told = lines(text)
  assert.equal(
    told.map(({ line, offset, error }) => [line, offset ?? error.code]),
    [
      [1, 0],
      [3, 'invalid_json'],
      [4, 'invalid_request'],
      [5, 'record_refused'],
      [6, 1],
      [7, 'body_too_large'],
      [8, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ],
  )
  assert.match(told[2].error.message, /^valu is no field; use partition, key, value, headers, timestamp$/)
  assert.is(told[3].error.plugin, 'p')
  assert.equal(await values(http), ['a', 'b'])
})

test('an empty stream is answered with nothing', async () => {
  const { post } = testHttp()
  const { status, text } = await post('/topics/t/records', '', ndjson)
  assert.equal([status, text], [200, ''])
})

for (const [body, type, status, message] of [
  [{ valu: 1 }, undefined, 400, /^valu is no field; /],
  [{ records: [] }, undefined, 400, /^records is \[\]; use a list of at least one record$/],
  [{ topic: 't', value: 'x' }, undefined, 400, /^topic is no field; /],
  ['{"value":1}', 'text/xml', 415, /^the body is text\/xml; use application\/json$/],
] as const) {
  test(`${JSON.stringify(body)} as ${type} is refused, and no topic made`, async () => {
    const { post, cluster } = testHttp()
    const reply = await post('/topics/t/records', body, type === undefined ? {} : { 'content-type': type })
    assert.is(reply.status, status)
    assert.match(reply.json.error.message, message)
    assert.is(cluster.topics.count, 0)
  })
}

test('a stream to a topic that there is not to be is refused as a whole', async () => {
  const { post } = testHttp({ settings: { createsTopics: false } })
  const { status, json } = await post('/topics/t/records', '{"value":1}\n', ndjson)
  assert.is(status, 404)
  assert.match(json.error.message, /auto_create_topics/)
})

/** A request whose body is written, and whose answer is read, as one likes. */
async function streaming(http: TestHttp, after: Cleanup['after']) {
  const options = { host: '127.0.0.1', port: 0, connectionsMax: 10, clock: systemClock, logger: silent }
  const server = await HttpServer.open(http.http, options)
  after(() => server.close(0))
  const client = request({
    port: server.port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/topics/t/records',
    headers: ndjson,
  })
  const answered = new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    client.on('response', resolve)
    client.on('error', reject)
  })
  return { client, answered }
}

test('over a socket, results come while records are still sent', async ({ after }) => {
  const http = testHttp()
  const { client, answered } = await streaming(http, after)
  client.write('{"value":"a"}\n{"val')
  const response = await answered
  assert.is(response.headers['transfer-encoding'], 'chunked')
  const chunks = response[Symbol.asyncIterator]()
  const next = async () => JSON.parse(`${(await chunks.next()).value}`)
  assert.is((await next()).offset, 0)
  client.write('ue":"b"}\n')
  assert.is((await next()).offset, 1)
  client.end()
  assert.is((await chunks.next()).done, true)
})

test('over a socket, a client that does not read its results is read no further', async ({ after }) => {
  const http = testHttp()
  const { client, answered } = await streaming(http, after)
  const line = `${JSON.stringify({ value: 'x'.repeat(20), nope: 1 })}\n`.repeat(10_000)
  client.write(line)
  const response = await answered
  response.pause()
  let sent = 0
  const write = () => {
    while (sent < 200 && client.write(line)) sent++
  }
  client.on('drain', write)
  write()
  await new Promise((resolve) => setTimeout(resolve, 150))
  const stalled = sent
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.is(sent, stalled, 'it is still being read')
  assert.ok(sent < 200)
  client.destroy()
})

test('when Blink stops, a stream ends and says so', async () => {
  const stopping = new AbortController()
  const http = testHttp({ stopping: stopping.signal })
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(Buffer.from('{"value":"a"}\n'))
      return new Promise(() => {}) // No more comes.
    },
  })
  const init = { method: 'POST', body, headers: ndjson, duplex: 'half' } as RequestInit
  const response = await http.http.request('/topics/t/records', init)
  const reader = response.body!.getReader()
  assert.match(Buffer.from((await reader.read()).value!).toString(), /"offset":0/)
  const last = reader.read()
  stopping.abort()
  assert.is(JSON.parse(Buffer.from((await last).value!).toString()).error.code, 'stopping')
  assert.is((await reader.read()).done, true)
})

test.run()
