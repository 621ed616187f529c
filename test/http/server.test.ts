/** The HTTP port, with real sockets: what only a server can get wrong. */
import { once } from 'node:events'
import { connect } from 'node:net'
import * as assert from 'uvu/assert'
import { ManualClock, systemClock } from '../../src/base/clock.ts'
import { type LogEvent, Logger, silent } from '../../src/base/logger.ts'
import { bodyMsMax, HttpServer, lazily, type Served } from '../../src/http/server.ts'
import { testHttp } from '../support/http.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('http server')

async function open(app: Served, { after }: Cleanup, logger = silent): Promise<HttpServer> {
  const options = { host: '127.0.0.1', port: 0, connectionsMax: 10, clock: systemClock, logger }
  const server = await HttpServer.open(app, options)
  after(() => server.close(0))
  return server
}

test('an app is served, and the globals of the process are left alone', async (cleanup) => {
  const { Request: before } = globalThis
  const { http } = testHttp()
  const { port } = await open(http, cleanup)
  const response = await fetch(`http://127.0.0.1:${port}/produce`, {
    method: 'POST',
    body: JSON.stringify({ topic: 't', value: 'x' }),
    headers: { 'content-type': 'application/json' },
  })
  assert.is(response.status, 200)
  assert.is(globalThis.Request, before)
})

test('every method is answered, with a body and without', async (cleanup) => {
  const { port } = await open(testHttp().http, cleanup)
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const response = await fetch(`http://127.0.0.1:${port}/produce`, { method })
    assert.is(response.status, 405, method)
    await response.text()
  }
  const empty = await fetch(`http://127.0.0.1:${port}/purge`, { method: 'POST' })
  assert.is(empty.status, 200)
  await empty.text()
})

test('a body beyond the limit answers 413, whether its length was told or not', async (cleanup) => {
  const { http } = testHttp({ settings: { httpBodyBytesMax: 1000 } })
  const { port } = await open(http, cleanup)
  const url = `http://127.0.0.1:${port}/produce`
  const told = await fetch(url, { method: 'POST', body: 'x'.repeat(1001) })
  assert.is(told.status, 413)
  const chunks = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(Buffer.alloc(100, 'x'))
      controller.close()
    },
  })
  const streamed = await fetch(url, { method: 'POST', body: chunks, duplex: 'half' } as RequestInit)
  assert.is(streamed.status, 413)
})

test('a body that does not come is not waited for, but a stream of records is', async ({ after }) => {
  const clock = new ManualClock()
  const { http } = testHttp()
  const options = { host: '127.0.0.1', port: 0, connectionsMax: 10, clock, logger: silent }
  const server = await HttpServer.open(http, options)
  after(() => server.close(0))
  const send = (path: string) => {
    const socket = connect(server.port, '127.0.0.1')
    after(() => socket.destroy())
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n`)
    socket.write('Content-Type: application/x-ndjson\r\n\r\n{}\n')
    return once(socket, 'data')
  }
  const [late, stream] = [send('/produce'), send('/topics/t/records')]
  assert.match(`${(await stream)[0]}`, /^HTTP\/1\.1 200 OK/)
  clock.advance(bodyMsMax)
  assert.match(`${(await late)[0]}`, /^HTTP\/1\.1 408 .*"code":"request_timeout","message":"the body did not come/s)
})

test('a client that goes away is waited for no longer', async (cleanup) => {
  const { http, post, cluster } = testHttp()
  await post('/produce', { topic: 't', value: 'x' })
  const { port } = await open(http, cleanup)
  const abort = new AbortController()
  const url = `http://127.0.0.1:${port}/fetch?topic=t&offset=latest&wait_ms=60000`
  const waiting = fetch(url, { signal: abort.signal }).catch(() => 'gone')
  await until(() => cluster.parking.count === 1)
  abort.abort()
  assert.is(await waiting, 'gone')
  await until(() => cluster.parking.count === 0)
})

test('closing answers who waits for records', async (cleanup) => {
  const { http, post, close, cluster } = testHttp()
  await post('/produce', { topic: 't', value: 'x' })
  const server = await open(http, cleanup)
  const waiting = fetch(`http://127.0.0.1:${server.port}/fetch?topic=t&offset=latest&wait_ms=60000`)
  await until(() => cluster.parking.count === 1)
  const closed = server.close(4000)
  close()
  const answer = (await (await waiting).json()) as { records: unknown[] }
  assert.equal(answer.records, [])
  const begunMs = performance.now()
  await closed
  assert.ok(performance.now() - begunMs < 1000, 'an idle connection held the server open')
})

test('closing cuts off who does not finish in time', async (cleanup) => {
  const never: Served = { fetch: () => new Promise<Response>(() => {}) }
  const server = await open(never, cleanup)
  const waiting = fetch(`http://127.0.0.1:${server.port}/`).catch(() => 'cut off')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await server.close(10)
  assert.is(await waiting, 'cut off')
})

test('what is no HTTP is turned away with a line in the log', async (cleanup) => {
  const events: LogEvent[] = []
  const logger = new Logger('test', { level: 'warn', now: () => 0, write: (event) => events.push(event) })
  const { port } = await open(testHttp().http, cleanup, logger)
  const socket = connect(port, '127.0.0.1')
  socket.end(Buffer.from('0000001400120003000000010004746573740000', 'hex'))
  let answer = ''
  for await (const chunk of socket) answer += chunk
  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(events[0]!.message, /Kafka clients belong on a broker port/)
})

test('a port in use is an error', async (cleanup) => {
  const { port } = await open(testHttp().http, cleanup)
  const options = { host: '127.0.0.1', port, connectionsMax: 10, clock: systemClock, logger: silent }
  const problem = await HttpServer.open(testHttp().http, options).catch((error) => error.code)
  assert.is(problem, 'EADDRINUSE')
})

test('a lazy app is made once, when it is first asked', async () => {
  let made = 0
  const app = lazily(async () => {
    made++
    return { fetch: () => new Response('hi') }
  })
  assert.is(made, 0)
  const request = new Request('http://localhost/')
  const answers = await Promise.all([app.fetch(request), app.fetch(request)])
  assert.equal(await Promise.all(answers.map((answer) => answer.text())), ['hi', 'hi'])
  assert.is(made, 1)
})

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test.run()
