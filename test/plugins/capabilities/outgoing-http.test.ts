/** Where a plugin may go over HTTP, and all the ways by which it might try to get elsewhere. */
import * as assert from 'uvu/assert'
import { type Clock, ManualClock, systemClock } from '../../../src/base/clock.ts'
import type { HttpAnswer, HttpCall } from '../../../src/plugins/capabilities/http-call.ts'
import { OutgoingHttp, type Resolve } from '../../../src/plugins/capabilities/outgoing-http.ts'
import { serve } from '../../support/http-servers.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('plugins/outgoing-http')

interface Options {
  readonly clock?: Clock
  readonly resolve?: Resolve
  readonly timeoutMs?: number
}

/** Names and their addresses; others there are not. */
function names(known: Readonly<Record<string, readonly string[]>>): Resolve {
  return async (name) => {
    const addresses = known[name]
    if (addresses === undefined) throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    return addresses
  }
}

function httpFor(
  hosts: readonly string[],
  { clock = systemClock, resolve = names({}), timeoutMs = 2000 }: Options = {},
) {
  const warnings: string[] = []
  const grant = { hosts, timeoutMs, responseBytesMax: 1000 }
  const http = new OutgoingHttp(grant, { clock, resolve, warn: (message) => warnings.push(message) })
  const forever = new AbortController().signal
  const send = (authority: string, call: Partial<HttpCall> = {}, ended = forever) =>
    http.send({ ...plain, authority, ...call }, ended)
  return { send, warnings }
}

const plain: HttpCall = {
  method: 'GET',
  scheme: 'http',
  authority: '',
  path: '/',
  headers: [],
  body: new Uint8Array(),
  connectTimeoutMs: null,
  firstByteTimeoutMs: null,
  betweenBytesTimeoutMs: null,
}

/** Its status, or the tag of its error. */
function outcome(answer: HttpAnswer): number | string {
  return 'response' in answer ? answer.response.status : answer.error.tag
}

/** A server that nobody should reach, and how often somebody did. */
async function secret(cleanup: Cleanup): Promise<{ port: number; readonly visits: number }> {
  let visits = 0
  const port = await serve(cleanup, (_request, response) => {
    visits++
    response.end('secret')
  })
  return {
    port,
    get visits() {
      return visits
    },
  }
}

test('a host that was granted is reached, by name or by address', async (cleanup) => {
  const { port } = await secret(cleanup)
  const resolve = names({ localhost: ['127.0.0.1'], 'api.test': ['127.0.0.1'] })
  const table: readonly (readonly [hosts: readonly string[], authority: string])[] = [
    [[`127.0.0.1:${port}`], `127.0.0.1:${port}`],
    [[`127.0.0.1:${port}`], `0x7f.1:${port}`],
    [['127.0.0.0/8:*'], `127.0.0.1:${port}`],
    [[`localhost:${port}`], `LOCALHOST:${port}`],
    [['localhost:*'], `localhost.:${port}`],
    [[`api.test:${port}`, `localhost:${port}`], `api.test:${port}`],
    [[`*.test:${port}`, `127.0.0.1:${port}`], `api.test:${port}`],
  ]
  for (const [hosts, authority] of table) {
    assert.is(outcome(await httpFor(hosts, { resolve }).send(authority)), 200, `${hosts}: ${authority}`)
  }
})

test('the first of several addresses that answers is used', async (cleanup) => {
  const { port } = await secret(cleanup)
  const resolve = names({ localhost: ['::1', '127.0.0.1'] })
  assert.is(outcome(await httpFor([`localhost:${port}`], { resolve }).send(`localhost:${port}`)), 200)
})

test('escape: a host that was not granted is not even looked up, and the log names the setting', async () => {
  let lookups = 0
  const resolve = async () => [`127.0.0.${++lookups}`]
  const { send, warnings } = httpFor(['api.test'], { resolve })
  assert.is(outcome(await send('other.test')), 'HTTP-request-denied')
  await send('other.test')
  assert.is(lookups, 0)
  await send('[2606::1]:81', { scheme: 'https' })
  assert.equal(warnings, [
    'asked for http://other.test:80, which it was not granted: if it should have it, name other.test:80 in ' +
      '`capabilities: http: hosts` of its settings',
    'asked for https://[2606::1]:81, which it was not granted: if it should have it, name [2606::1]:81 in ' +
      '`capabilities: http: hosts` of its settings',
  ])
})

test('escape: the log is not filled with hosts that were refused', async () => {
  const { send, warnings } = httpFor([])
  for (let index = 0; index < 150; index++) await send(`host-${index}.test`)
  assert.is(warnings.length, 100)
})

test('escape: a granted host that redirects to loopback gets the plugin no further', async (cleanup) => {
  const inner = await secret(cleanup)
  const port = await serve(cleanup, (_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${inner.port}/` }).end()
  })
  const { send } = httpFor([`api.test:${port}`, `127.0.0.1:${port}`], { resolve: names({ 'api.test': ['127.0.0.1'] }) })
  const answer = await send(`api.test:${port}`)
  assert.is(outcome(answer), 307)
  assert.is(outcome(await send(`127.0.0.1:${inner.port}`)), 'HTTP-request-denied')
  assert.is(inner.visits, 0)
})

test('escape: a granted name that stands for an address that is not public', async (cleanup) => {
  const inner = await secret(cleanup)
  const addresses = [
    '127.0.0.1 127.1.1.1 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 0.0.0.0 :: 169.254.169.254 ::ffff:169.254.169.254 fe80::1',
    'fe80::1%lo fd00:ec2::254 10.0.0.1 172.16.0.1 192.168.0.1 100.100.100.200 168.63.129.16 64:ff9b::7f00:1',
    '2002:7f00:1::',
  ]
  for (const address of addresses.join(' ').split(' ')) {
    const { send } = httpFor(['api.test:*'], { resolve: names({ 'api.test': [address] }) })
    const expected = address.includes('%') ? 'destination-not-found' : 'destination-IP-prohibited'
    assert.is(outcome(await send(`api.test:${inner.port}`)), expected, address)
  }
  assert.is(inner.visits, 0)
})

test('escape: of an address that is not public, the log says what would grant it', async () => {
  const { send, warnings } = httpFor(['api.test'], { resolve: names({ 'api.test': ['169.254.169.254'] }) })
  await send('api.test')
  assert.equal(warnings, [
    'asked for api.test, which stands for 169.254.169.254, an address that is not public: if it should have it, ' +
      'name the address with port 80 in `capabilities: http: hosts` of its settings',
  ])
})

test('escape: of several addresses, only those that are allowed are connected to', async (cleanup) => {
  const inner = await secret(cleanup)
  const resolve = names({ 'api.test': ['127.0.0.1', '127.0.0.3'] })
  const { send } = httpFor(['api.test:*', '127.0.0.3:*'], { resolve, timeoutMs: 300 })
  assert.is.not(outcome(await send(`api.test:${inner.port}`)), 200)
  assert.is(inner.visits, 0)
})

test('escape: a name that stands for something else when it is looked up again', async (cleanup) => {
  const { port } = await secret(cleanup)
  let lookups = 0
  const resolve: Resolve = async () => (lookups++ === 0 ? ['127.0.0.1'] : ['169.254.169.254'])
  const { send } = httpFor(['api.test:*', '127.0.0.1:*'], { resolve })
  assert.is(outcome(await send(`api.test:${port}`)), 200)
  assert.is(lookups, 1, 'what was checked is what is connected to')
  assert.is(
    outcome(await send(`api.test:${port}`)),
    'destination-IP-prohibited',
    'and the next time, it is checked again',
  )
})

test('escape: the port of another service on localhost', async (cleanup) => {
  const inner = await secret(cleanup)
  const { port } = await secret(cleanup)
  const resolve = names({ localhost: ['127.0.0.1'], 'api.test': ['127.0.0.1'] })
  const { send } = httpFor([`localhost:${port}`, 'localhost', `api.test:${inner.port}`], { resolve })
  assert.is(outcome(await send(`localhost:${port}`)), 200)
  assert.is(outcome(await send(`localhost:${inner.port}`)), 'HTTP-request-denied')
  assert.is(outcome(await send(`api.test:${inner.port}`)), 'destination-IP-prohibited', 'nor by another name')
  assert.is(inner.visits, 0)
})

test('escape: users, slashes and other tricks in what should be a host', async (cleanup) => {
  const { port } = await secret(cleanup)
  const { send } = httpFor(['api.test:*'], { resolve: names({ 'api.test': ['127.0.0.1'] }) })
  const invalid = [
    'api.test@127.0.0.1 api.test:80@127.0.0.1 user:password@api.test 127.0.0.1#@api.test 127.0.0.1\\@api.test',
    '127.0.0.1/api.test 127.0.0.1%2f.api.test 127.0.0.1?.api.test api.test:80:80 api.test: api.test:0',
    'api.test:65536 :80 . .. [api.test] [::1 127.0.0.1%00.api.test 127.0.0.1%0d%0aHost: 127。0。0。1',
    'ⓛocalhost [::1%25lo]',
  ]
  for (const authority of ['', ...invalid.join(' ').split(' '), 'api.test 127.0.0.1', `127.0.0.1:${port}\t`]) {
    assert.is(outcome(await send(authority)), 'HTTP-request-URI-invalid', JSON.stringify(authority))
  }
})

test('escape: loopback in other spellings is loopback', async (cleanup) => {
  const inner = await secret(cleanup)
  const { send } = httpFor(['api.test:*'])
  const spellings =
    '127.1 0x7f000001 2130706433 017700000001 0177.0.0.1 [::1] [::ffff:127.0.0.1] [0:0:0:0:0:ffff:7f00:1] 0 [::]'
  for (const spelling of [...spellings.split(' '), 'localhost', 'localhost.']) {
    assert.is(outcome(await send(`${spelling}:${inner.port}`)), 'HTTP-request-denied', spelling)
  }
  assert.is(inner.visits, 0)
})

test('escape: paths and methods that make more of a request than one request', async (cleanup) => {
  const inner = await secret(cleanup)
  const { send } = httpFor([`127.0.0.1:${inner.port}`])
  const here = `127.0.0.1:${inner.port}`
  for (const path of ['', 'a', '@evil.test/', '/a b', '/a\r\nHost: x', '/a#b', 'http://evil.test/', '/ä', '*']) {
    assert.is(outcome(await send(here, { path })), 'HTTP-request-URI-invalid', path)
  }
  for (const method of ['CONNECT', 'TRACE', 'GET /x', '', 'get', 'X'.repeat(33)]) {
    assert.is(outcome(await send(here, { method })), 'HTTP-request-method-invalid', method)
  }
  assert.is(outcome(await send(here, { path: `/${'x'.repeat(9000)}` })), 'HTTP-request-URI-too-long')
  assert.is(outcome(await send(here, { body: new Uint8Array(5 * 1024 * 1024) })), 'HTTP-request-body-size')
  assert.is(inner.visits, 0)
  assert.is(outcome(await send(here, { path: '/a//@evil.test/../b?c', method: 'PROPFIND' })), 200)
})

test('an answer that is larger than settings allow', async (cleanup) => {
  const port = await serve(cleanup, (_request, response) => response.end('x'.repeat(1001)))
  const answer = await httpFor([`127.0.0.1:${port}`]).send(`127.0.0.1:${port}`)
  assert.equal(answer, { error: { tag: 'HTTP-response-body-size', val: 1000n } })
})

test('a server that never answers, or never ends, is waited for as long as settings say', async (cleanup) => {
  const silent = await serve(cleanup, () => {})
  const endless = await serve(cleanup, (_request, response) => {
    const timer = systemClock.every(5, () => response.write('x'))
    response.on('close', () => timer.cancel())
  })
  for (const port of [silent, endless]) {
    const { send } = httpFor([`127.0.0.1:${port}`], { timeoutMs: 60 })
    assert.is(outcome(await send(`127.0.0.1:${port}`)), 'HTTP-response-timeout')
  }
})

test('a name that is never found out is waited for likewise', async () => {
  const clock = new ManualClock()
  const { send } = httpFor(['api.test'], { clock, resolve: () => new Promise(() => {}), timeoutMs: 1000 })
  const answer = send('api.test')
  clock.advance(1000)
  assert.is(outcome(await answer), 'HTTP-response-timeout')
})

test('a name that does not exist, or stands for nothing', async () => {
  const { send } = httpFor(['*.test'], { resolve: names({ 'empty.test': [] }) })
  assert.equal(await send('missing.test'), {
    error: { tag: 'DNS-error', val: { rcode: 'ENOTFOUND', infoCode: undefined } },
  })
  assert.is(outcome(await send('empty.test')), 'destination-not-found')
})

test('a request ends with the thread that waits for it', async (cleanup) => {
  const thread = new AbortController()
  let left: () => void = () => {}
  const hasLeft = new Promise<void>((resolve) => {
    left = resolve
  })
  const port = await serve(cleanup, (request) => {
    request.on('close', left)
    thread.abort()
  })
  const { send } = httpFor([`127.0.0.1:${port}`])
  assert.is(outcome(await send(`127.0.0.1:${port}`, {}, thread.signal)), 'connection-terminated')
  await hasLeft
  assert.is(outcome(await send(`127.0.0.1:${port}`, {}, thread.signal)), 'connection-terminated', 'nor begins after it')
})

test('hosts that settings should not have let through are an error at once', () => {
  assert.throws(() => httpFor(['http://api.test']), /^host "http:\/\/api.test" is not understood/)
})

test.run()
