/** A real component that asks over HTTP, and tries to get where it may not. */
import * as assert from 'uvu/assert'
import { startGuest } from '../../../support/guest.ts'
import { serve } from '../../../support/http-servers.ts'
import { type Cleanup, suite } from '../../../support/suite.ts'

const test = suite('plugins/wasi/http', 60)

/** A guest that may reach these hosts, and how it asks. */
async function guestFor(cleanup: Cleanup, hosts: readonly string[], resolve = async (_name: string) => ['127.0.0.1']) {
  const http = { hosts, timeoutMs: 2000, responseBytesMax: 200_000 }
  const guest = await startGuest(cleanup, { http }, { host: { resolve } })
  const ask = async (asked: object) => {
    const { value, ...trouble } = await guest.run(`return send(${JSON.stringify(asked)})`)
    assert.equal(trouble, {})
    return value as {
      status?: number
      headers?: [string, string][]
      body?: string
      error?: { tag: string; val?: unknown }
    }
  }
  return { ...guest, ask }
}

test('a component asks, and gets the answer', async (cleanup) => {
  const port = await serve(cleanup, (request, response) => {
    const { method, url, headers } = request
    response.setHeader('x-seen', `${method} ${url} ${headers['x-a']} ${headers['content-length']}`)
    response.statusCode = 201
    request.pipe(response)
  })
  const authority = `127.0.0.1:${port}`
  const { ask } = await guestFor(cleanup, [authority])
  const body = 'x'.repeat(150_000)
  const answer = await ask({ method: { tag: 'post' }, authority, path: '/a?b=c', headers: [['X-A', '1']], body })
  assert.is(answer.status, 201)
  assert.is(answer.headers!.find(([name]) => name === 'x-seen')![1], 'POST /a?b=c 1 150000')
  assert.is(answer.body, body)
  const other = await ask({ method: { tag: 'other', val: 'PURGE' }, authority, options: { setFirstByteTimeout: 1e9 } })
  assert.is(other.headers!.find(([name]) => name === 'x-seen')![1], 'PURGE / undefined 0')
  assert.is(other.body, '')
})

test('what a request must not say is refused while it is made', async (cleanup) => {
  const { run } = await guestFor(cleanup, [])
  const table: readonly (readonly [code: string, error: unknown])[] = [
    ["new Fields().append('Host', bytes('x'))", { tag: 'forbidden' }],
    ["new Fields().set('transfer-encoding', [bytes('chunked')])", { tag: 'forbidden' }],
    ["new Fields().append('x', bytes('1\\r\\ny: 2'))", { tag: 'invalid-syntax' }],
    ["new Fields().append('x y', bytes('1'))", { tag: 'invalid-syntax' }],
    ["new OutgoingRequest(new Fields()).headers().append('x', bytes('1'))", { tag: 'immutable' }],
    ["new OutgoingRequest(new Fields()).setAuthority('granted@other')", {}],
    ["new OutgoingRequest(new Fields()).setPathWithQuery('/a b')", {}],
    ["new OutgoingRequest(new Fields()).setMethod({ tag: 'other', val: 'A B' })", {}],
  ]
  for (const [code, error] of table) assert.equal((await run(code)).error, error, code)
})

test('escape: a host that was not granted', async (cleanup) => {
  const { ask, log } = await guestFor(cleanup, ['api.test'])
  assert.equal(await ask({ authority: 'evil.test' }), { error: { tag: 'HTTP-request-denied' } })
  assert.equal(await ask({ authority: 'api.test:9092' }), { error: { tag: 'HTTP-request-denied' } })
  assert.equal(await ask({ authority: '[::ffff:127.0.0.1]' }), { error: { tag: 'HTTP-request-denied' } })
  assert.match(log[0]!, 'name evil.test:80 in `capabilities: http: hosts`')
})

test('escape: a granted host that redirects to loopback', async (cleanup) => {
  let visits = 0
  const inner = await serve(cleanup, (_request, response) => {
    visits++
    response.end('secret')
  })
  const outer = await serve(cleanup, (_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end()
  })
  const { ask } = await guestFor(cleanup, [`127.0.0.1:${outer}`])
  const answer = await ask({ authority: `127.0.0.1:${outer}` })
  const location = new URL(answer.headers!.find(([name]) => name === 'location')![1])
  assert.is(answer.status, 302)
  assert.equal(await ask({ authority: location.host }), { error: { tag: 'HTTP-request-denied' } })
  assert.is(visits, 0)
})

test('escape: a granted name that stands for loopback, or for what clouds tell their machines', async (cleanup) => {
  let visits = 0
  const port = await serve(cleanup, (_request, response) => {
    visits++
    response.end('secret')
  })
  const addresses: Readonly<Record<string, string>> = {
    'a.test': '127.0.0.1',
    'b.test': '169.254.169.254',
    'c.test': '::1',
  }
  const { ask } = await guestFor(cleanup, ['*.test:*'], async (name) => [addresses[name]!])
  for (const name of Object.keys(addresses)) {
    assert.equal(await ask({ authority: `${name}:${port}` }), { error: { tag: 'destination-IP-prohibited' } }, name)
  }
  assert.is(visits, 0)
})

test('escape: an answer, or a request, that is too large', async (cleanup) => {
  const port = await serve(cleanup, (_request, response) => response.end('x'.repeat(200_001)))
  const { ask, run } = await guestFor(cleanup, [`127.0.0.1:${port}`])
  const tooLarge = { tag: 'HTTP-response-body-size', val: 200_000 }
  assert.equal(await ask({ authority: `127.0.0.1:${port}` }), { error: tooLarge })
  const written = await run(`
    const request = new OutgoingRequest(new Fields())
    const body = request.body()
    const stream = body.write()
    let count = 0
    const failed = attempt(() => { for (;;) { stream.blockingWriteAndFlush(new Uint8Array(65536)); count++ } })
    stream[Symbol.dispose]()
    return { count, tag: failed.error.tag, finished: attempt(() => OutgoingBody.finish(body, undefined)).error.tag }`)
  assert.equal(written.value, { count: 64, tag: 'last-operation-failed', finished: 'HTTP-request-body-size' })
})

test('escape: a request that never ends is not sent, and does not hold the plugin', async (cleanup) => {
  let visits = 0
  const port = await serve(cleanup, (_request, response) => {
    visits++
    response.end()
  })
  const { run } = await guestFor(cleanup, [`127.0.0.1:${port}`])
  const begin = `
    const request = new OutgoingRequest(new Fields())
    request.setScheme({ tag: 'HTTP' })
    request.setAuthority('127.0.0.1:${port}')
    const body = request.body()
    const future = handle(request, undefined)`
  const waited = await run(`${begin}
    const before = future.get()
    future.subscribe().block()
    return [before ?? null, future.get().val.val.val]`)
  assert.equal(waited.value, [
    null,
    'the request was not sent: its body was taken and not finished (outgoing-body.finish)',
  ])
  const dropped = await run(`${begin}
    body[Symbol.dispose]()
    return future.get().val.val.val`)
  assert.is(dropped.value, 'the request was not sent: its body was dropped and not finished')
  assert.is(visits, 0)
  const late = await run(`${begin}
    const stream = body.write()
    stream.blockingWriteAndFlush(bytes('late'))
    stream[Symbol.dispose]()
    OutgoingBody.finish(body, undefined)
    const response = future.get().val.val
    return [response.status(), future.get().tag]`)
  assert.equal(late.value, [200, 'err'], 'sent when it is finished, and its answer taken once')
})

test('escape: a server that never answers holds the plugin no longer than settings say', async (cleanup) => {
  const port = await serve(cleanup, () => {})
  const guest = await startGuest(cleanup, {
    http: { hosts: [`127.0.0.1:${port}`], timeoutMs: 100, responseBytesMax: 1000 },
  })
  const answer = await guest.run(`return send({ authority: '127.0.0.1:${port}' })`)
  assert.equal(answer.value, { error: { tag: 'HTTP-response-timeout' } })
})

test('a thread that is ended while it waits takes its request with it', async (cleanup) => {
  let left: () => void = () => {}
  const hasLeft = new Promise<void>((resolve) => {
    left = resolve
  })
  let arrived: () => void = () => {}
  const hasArrived = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const port = await serve(cleanup, (request) => {
    request.on('close', left)
    arrived()
  })
  const { run, end } = await guestFor(cleanup, [`127.0.0.1:${port}`])
  run(`return send({ authority: '127.0.0.1:${port}' })`).catch(() => {})
  await hasArrived
  await end()
  await hasLeft
})

test.run()
