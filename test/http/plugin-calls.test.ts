/** Requests that plugins answer themselves. */
import * as assert from 'uvu/assert'
import type { HttpResponse } from '../../src/plugins/crossing/hook-calls.ts'
import { type TestHttpOptions, testHttp } from '../support/http.ts'
import { refusal } from '../support/plugin-admin.ts'
import { pluginStatus } from '../support/plugin-status.ts'
import { suite } from '../support/suite.ts'

const test = suite('routes of plugins')

function answering(response: Partial<HttpResponse> = {}, options: TestHttpOptions = {}) {
  const plugins = [pluginStatus({ hooks: ['on-records', 'handle-http'] })]
  const http = testHttp({ plugins, ...options })
  http.admin.response = { status: 200, headers: [], body: new Uint8Array(), ...response }
  return http
}

const paths: readonly [path: string, own: string, query: string | null][] = [
  ['/plugins/guard/http', '/', null],
  ['/plugins/guard/http/', '/', null],
  ['/plugins/guard/http/a/b', '/a/b', null],
  ['/plugins/guard/http/a%2Fb%20c', '/a%2Fb%20c', null],
  ['/plugins/guard/http//a', '//a', null],
  ['/plugins/guard/http/a?', '/a', null],
  ['/plugins/guard/http/a?b=c&d=%20', '/a', 'b=c&d=%20'],
  ['/plugins/gu%61rd/http/reload', '/reload', null],
]

for (const [path, own, query] of paths) {
  test(`${path} is the plugin's ${own}`, async () => {
    const { get, admin } = answering()
    assert.is((await get(path)).status, 200)
    assert.equal([admin.requests[0]?.path, admin.requests[0]?.query], [own, query])
  })
}

test('method, headers and body reach it, but not what belongs to the connection', async () => {
  const { send, admin } = answering()
  const headers = {
    'X-Own': 'a, b',
    connection: 'x-hop, close',
    'x-hop': '1',
    'keep-alive': '5',
    te: 'trailers',
    upgrade: 'h2c',
    authorization: 'Bearer of-the-plugin',
  }
  for (const method of ['PUT', 'PATCH', 'OPTIONS', 'HEAD', 'BREW']) {
    const body = method === 'HEAD' ? undefined : 'a body'
    assert.is((await send(method, '/plugins/guard/http/x', body, headers)).status, 200, method)
  }
  assert.equal(
    admin.requests.map(({ method }) => method),
    ['PUT', 'PATCH', 'OPTIONS', 'HEAD', 'BREW'],
  )
  const [request] = admin.requests
  assert.is(Buffer.from(request!.body).toString(), 'a body')
  const names = request!.headers.map(([name]) => name)
  assert.ok(names.includes('x-own') && names.includes('authorization'), names.join())
  for (const hop of ['connection', 'x-hop', 'keep-alive', 'te', 'upgrade', 'content-length']) {
    assert.not(names.includes(hop), hop)
  }
})

test('the admin token is kept from plugins, others are not', async () => {
  const { get, admin } = answering({}, { adminToken: 'secret' })
  await get('/plugins/guard/http/', { authorization: 'Bearer secret' })
  await get('/plugins/guard/http/', { authorization: 'Bearer other' })
  const sent = admin.requests.map(({ headers }) => headers.find(([name]) => name === 'authorization')?.[1])
  assert.equal(sent, [undefined, 'Bearer other'])
})

test('status, headers and body come back, but not what belongs to the connection', async () => {
  const { get } = answering({
    status: 418,
    headers: [
      ['Content-Type', 'text/plain'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['Connection', 'X-Hop'],
      ['X-Hop', '1'],
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '99'],
    ],
    body: Buffer.from('short'),
  })
  const { status, headers, text } = await get('/plugins/guard/http/')
  assert.equal([status, text], [418, 'short'])
  assert.is(headers.get('content-type'), 'text/plain')
  assert.equal(headers.getSetCookie(), ['a=1', 'b=2'])
  for (const hop of ['connection', 'x-hop', 'transfer-encoding', 'content-length']) assert.is(headers.get(hop), null)
})

test('a page of a plugin is a stranger to Blink’s own', async () => {
  const { get } = answering({ headers: [['Content-Security-Policy', "default-src 'self'"]], body: Buffer.from('<p>') })
  const { headers } = await get('/plugins/guard/http/')
  const policy = headers.get('content-security-policy')!
  assert.match(policy, "default-src 'self'")
  assert.match(policy, /, sandbox /)
  assert.not.match(policy, 'allow-same-origin')
  assert.is(headers.get('x-content-type-options'), 'nosniff')
})

for (const status of [204, 205, 304]) {
  test(`${status} has no body, whatever the plugin says`, async () => {
    const answer = await answering({ status, body: Buffer.from('x') }).get('/plugins/guard/http/')
    assert.equal([answer.status, answer.text], [status, ''])
  })
}

const nonsense: readonly [title: string, response: Partial<HttpResponse>, message: RegExp][] = [
  ['a status that is none', { status: 99 }, /answered with the status 99; a status is 200 to 599/],
  ['an interim status', { status: 101 }, /status 101/],
  ['a status beyond', { status: 600 }, /status 600/],
  ['half a status', { status: 200.5 }, /status 200\.5/],
  ['a header with a line break', { headers: [['a', 'b\r\nc: d']] }, /a header that HTTP cannot carry/],
  ['a header without a name', { headers: [['', 'b']] }, /a header that HTTP cannot carry/],
]

for (const [title, response, message] of nonsense) {
  test(`${title} is the plugin's failure`, async () => {
    const { status, json } = await answering(response).get('/plugins/guard/http/')
    assert.is(status, 502)
    assert.is(json.error.code, 'plugin_failed')
    assert.match(json.error.message, /^plugin "guard" /)
    assert.match(json.error.message, message)
  })
}

test('a plugin that fails over it answers 502', async () => {
  const { get, admin } = answering()
  admin.failure = refusal('hook_failed', 'handle-http failed (trap): unreachable')
  const { status, json } = await get('/plugins/guard/http/')
  assert.is(status, 502)
  assert.equal(json.error, { code: 'plugin_failed', message: 'handle-http failed (trap): unreachable' })
})

test('a plugin without the hook answers 404 and how to get it', async () => {
  const { get, admin } = testHttp({ plugins: [pluginStatus({ hooks: ['on-records'] })] })
  const { status, json } = await get('/plugins/guard/http/')
  assert.is(status, 404)
  assert.is(json.error.code, 'no_such_hook')
  assert.equal(admin.requests, [])
})

test('a body beyond the limit reaches no plugin', async () => {
  const { send, admin } = answering({}, { settings: { httpBodyBytesMax: 100 } })
  assert.is((await send('POST', '/plugins/guard/http/', 'x'.repeat(101))).status, 413)
  assert.equal(admin.requests, [])
})

test('pages of other origins change nothing here either', async () => {
  const { send, admin } = answering()
  assert.is((await send('POST', '/plugins/guard/http/', 'x', { origin: 'null' })).status, 403)
  assert.equal(admin.requests, [])
})

test.run()
