/** Requests over real sockets, and servers that misbehave. */
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { ManualClock, systemClock } from '../../../src/base/clock.ts'
import type { HttpCall, HttpHeaders } from '../../../src/plugins/capabilities/http-call.ts'
import { type ExchangeLimits, exchange, HttpFailure } from '../../../src/plugins/capabilities/http-exchange.ts'
import { serve } from '../../support/http-servers.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('plugins/http-exchange')

const plain: HttpCall = {
  method: 'GET',
  scheme: 'http',
  authority: 'api.test',
  path: '/',
  headers: [],
  body: new Uint8Array(),
  connectTimeoutMs: null,
  firstByteTimeoutMs: null,
  betweenBytesTimeoutMs: null,
}

/** Of api.test, signed by itself until 2126; it protects nothing. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcGwfMxfRcqul/Oq4
4Qq1zHljDbAGBqLZpZaQ9mmjXtShRANCAAS8JGnQ62jmO47HwBDnSMWOHB4PyxFD
NDjswGCAhuGQ23ft/1u5jDWqc69uNNpZJO2xfPrSNfSYGB16OKhIytH6
-----END PRIVATE KEY-----`
const cert = `-----BEGIN CERTIFICATE-----
MIIBkzCCATigAwIBAgIUDJ0sMW1L5Dc7p9U+0yaa+Fji6wQwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIYXBpLnRlc3QwIBcNMjYxMTIxMDk0NjIxWhgPMjEyNjEwMjgw
OTQ2MjFaMBMxETAPBgNVBAMMCGFwaS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEvCRp0Oto5juOx8AQ50jFjhweD8sRQzQ47MBggIbhkNt37f9buYw1qnOv
bjTaWSTtsXz60jX0mBgdejioSMrR+qNoMGYwHQYDVR0OBBYEFExEIoxwSoTEQrzK
sb4I3Yd427N2MB8GA1UdIwQYMBaAFExEIoxwSoTEQrzKsb4I3Yd427N2MA8GA1Ud
EwEB/wQFMAMBAf8wEwYDVR0RBAwwCoIIYXBpLnRlc3QwCgYIKoZIzj0EAwIDSQAw
RgIhAJ0qwq1++TrBGS1koh4ajReOzwI2IJPu6KNQW6GN3u/8AiEAo91/hWLID2sQ
W9wTSDfI07dDNCGEYZ8QV9Mr8nxP6dc=
-----END CERTIFICATE-----`

const header = (name: string, value: string) => [name, Buffer.from(value, 'latin1')] as const

function ask(port: number, call: Partial<HttpCall> = {}, limits: Partial<ExchangeLimits> = {}) {
  const to = { host: 'api.test', port, addresses: ['127.0.0.1'] }
  const signal = new AbortController().signal
  return exchange({ ...plain, ...call }, to, { clock: systemClock, responseBytesMax: 1000, signal, ...limits })
}

/** The tag of the error. */
async function failure(asked: Promise<unknown>): Promise<unknown> {
  const error = await asked.then(
    () => assert.unreachable('there was an answer'),
    (thrown) => thrown,
  )
  assert.instance(error, HttpFailure)
  return error.error
}

/** A server that writes these very bytes when it has read something. */
async function serveBytes(cleanup: Cleanup, onRequest: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', () => onRequest(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.after(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

const lines = (headers: HttpHeaders) =>
  headers.map(([name, value]) => `${name}: ${Buffer.from(value).toString('latin1')}`)

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

test('the request arrives as it was meant, with the host that was asked for', async (cleanup) => {
  let seen: unknown
  const port = await serve(cleanup, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers, rawHeaders } = request
      seen = {
        method,
        url,
        host: headers.host,
        length: headers['content-length'],
        rawHeaders,
        body: String(Buffer.concat(chunks)),
      }
      response.end()
    })
  })
  const headers = [header('X-A', 'é'), header('x-b', '1'), header('X-B', '2'), header('content-length', '4')]
  await ask(port, { method: 'PUT', path: '/a/../b?c=%20', headers, body: Buffer.from('body') })
  const { rawHeaders, ...rest } = seen as { rawHeaders: string[] }
  assert.equal(rest, { method: 'PUT', url: '/a/../b?c=%20', host: `api.test:${port}`, length: '4', body: 'body' })
  assert.is(rawHeaders.join(' '), `x-a é x-b 1 x-b 2 content-length 4 Host api.test:${port} Connection close`)
})

test('the body of a GET says how long it is, so that nobody takes it for the next request', async (cleanup) => {
  const port = await serve(cleanup, (request, response) => response.end(request.headers['content-length']))
  assert.is(text((await ask(port, { body: Buffer.from('12345') })).body), '5')
})

test('the answer is given as it is, but for what belongs to the connection', async (cleanup) => {
  const port = await serve(cleanup, (_request, response) => {
    response.writeHead(
      418,
      [
        ['Set-Cookie', 'a'],
        ['Set-Cookie', 'b'],
        ['X-C', 'é'],
        ['Date', 'now'],
      ].flat(),
    )
    response.write('he')
    response.end('llo')
  })
  const { status, headers, body } = await ask(port)
  assert.is(status, 418)
  assert.equal(lines(headers), ['set-cookie: a', 'set-cookie: b', 'x-c: é', 'date: now'])
  assert.is(text(body), 'hello')
})

test('a redirect is an answer, not followed', async (cleanup) => {
  let requests = 0
  const port = await serve(cleanup, (_request, response) => {
    requests++
    response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
  })
  assert.is((await ask(port)).status, 302)
  assert.is(requests, 1)
})

test('what is not a sound request is not sent', async (cleanup) => {
  let requests = 0
  const port = await serve(cleanup, (_request, response) => {
    requests++
    response.end()
  })
  const many = Array.from({ length: 129 }, (_, index) => header(`x-${index}`, '1'))
  const table: readonly (readonly [what: string, call: Partial<HttpCall>, tag: string])[] = [
    ['another host', { headers: [header('Host', 'x')] }, 'HTTP-protocol-error'],
    ['another framing', { headers: [header('Transfer-Encoding', 'chunked')] }, 'HTTP-protocol-error'],
    ['a second header in a value', { headers: [header('x-a', '1\r\nx-b: 2')] }, 'HTTP-protocol-error'],
    ['a name that is none', { headers: [header('x a', '1')] }, 'HTTP-protocol-error'],
    ['a length that lies', { headers: [header('content-length', '3')] }, 'HTTP-request-body-size'],
    ['many headers', { headers: many }, 'HTTP-request-header-section-size'],
    ['long headers', { headers: [header('x', 'x'.repeat(40_000))] }, 'HTTP-request-header-section-size'],
  ]
  for (const [what, call, tag] of table) {
    assert.is(((await failure(ask(port, call))) as { tag: string }).tag, tag, what)
  }
  assert.is(requests, 0)
})

test('an answer that is too large ends early, whether it says how large it is or not', async (cleanup) => {
  for (const headers of [{ 'content-length': '2000' }, {}]) {
    const port = await serve(cleanup, (_request, response) => {
      response.writeHead(200, headers)
      response.write('x'.repeat(1001))
    })
    assert.equal(await failure(ask(port)), { tag: 'HTTP-response-body-size', val: 1000n })
  }
})

test('as many bytes as are allowed are not too many', async (cleanup) => {
  const port = await serve(cleanup, (_request, response) => response.end('x'.repeat(1000)))
  assert.is((await ask(port)).body.length, 1000)
})

test('an answer with too many, or too long, headers is refused', async (cleanup) => {
  const many = await serve(cleanup, (_request, response) => {
    for (let index = 0; index < 200; index++) response.setHeader(`x-${index}`, '1')
    response.end()
  })
  const long = await serve(cleanup, (_request, response) => response.setHeader('x', 'x'.repeat(40_000)).end())
  for (const port of [many, long]) assert.equal(await failure(ask(port)), { tag: 'HTTP-response-header-section-size' })
})

test('servers that do not speak HTTP, or stop in the middle', async (cleanup) => {
  const table: readonly (readonly [said: string, tag: string])[] = [
    ['', 'connection-terminated'],
    ['SSH-2.0-OpenSSH_9.6\r\n', 'HTTP-protocol-error'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal', 'HTTP-response-incomplete'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP-protocol-error'],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'HTTP-upgrade-failed'],
  ]
  for (const [said, tag] of table) {
    const port = await serveBytes(cleanup, (socket) => socket.end(said))
    assert.is(((await failure(ask(port))) as { tag: string }).tag, tag, said)
  }
})

test('nobody listens', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
  assert.equal(await failure(ask(port)), { tag: 'connection-refused' })
})

test('a plugin may wait shorter than it must: for the first byte, and for each further one', async (cleanup) => {
  const clock = new ManualClock()
  let asked: () => void = () => {}
  const arrived = new Promise<void>((resolve) => {
    asked = resolve
  })
  const silent = await serveBytes(cleanup, () => asked())
  const waiting = failure(ask(silent, { firstByteTimeoutMs: 100 }, { clock }))
  await arrived
  clock.advance(100)
  assert.equal(await waiting, { tag: 'connection-read-timeout' })

  const dribbling = await serve(cleanup, (_request, response) => {
    response.write('x')
  })
  const error = await failure(ask(dribbling, { betweenBytesTimeoutMs: 20 }))
  assert.equal(error, { tag: 'connection-read-timeout' })
})

test('it ends when it is told to, with the reason that was given', async (cleanup) => {
  const stop = new AbortController()
  let left: () => void = () => {}
  const hasLeft = new Promise<void>((resolve) => {
    left = resolve
  })
  const port = await serveBytes(cleanup, (socket) => {
    socket.on('close', left)
    stop.abort(new HttpFailure({ tag: 'HTTP-response-timeout' }))
  })
  assert.equal(await failure(ask(port, {}, { signal: stop.signal })), { tag: 'HTTP-response-timeout' })
  await hasLeft
})

test('https to a server that speaks http', async (cleanup) => {
  const port = await serve(cleanup, (_request, response) => response.end())
  assert.equal(await failure(ask(port, { scheme: 'https' })), { tag: 'TLS-protocol-error' })
})

test('https asks for a certificate that somebody vouches for', async (cleanup) => {
  const server = createTlsServer({ key, cert }, (_request, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.after(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  assert.equal(await failure(ask(port, { scheme: 'https' })), { tag: 'TLS-certificate-error' })
})

test.run()
