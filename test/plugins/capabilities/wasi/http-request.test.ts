/** What a plugin may say of a request, and what is made of it. */
import * as assert from 'uvu/assert'
import { HeldBytes, heldBytesMax } from '../../../../src/plugins/guest/held-bytes.ts'
import { BadResult } from '../../../../src/plugins/guest/instance.ts'
import { Fields } from '../../../../src/plugins/capabilities/wasi/http-fields.ts'
import {
  bytesOnce,
  call,
  OutgoingBody,
  OutgoingRequest,
  RequestOptions,
} from '../../../../src/plugins/capabilities/wasi/http-request.ts'
import { thrownBy } from '../../../support/fake-calls.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('plugins/wasi/http-request')

test('a request of which nothing was said', () => {
  const { headers, ...rest } = new OutgoingRequest(new Fields())[call](undefined)
  assert.equal(headers, [])
  assert.equal(rest, {
    method: 'GET',
    scheme: 'https',
    authority: '',
    path: '/',
    connectTimeoutMs: null,
    firstByteTimeoutMs: null,
    betweenBytesTimeoutMs: null,
  })
})

test('all that can be said of it', () => {
  const request = new OutgoingRequest(Fields.fromList([['a', Uint8Array.of(49)]]))
  request.setMethod({ tag: 'other', val: 'propfind' })
  request.setScheme({ tag: 'HTTP' })
  request.setAuthority('[::1]:80')
  request.setPathWithQuery('/a?b')
  const options = new RequestOptions()
  options.setConnectTimeout(1n)
  options.setFirstByteTimeout(2_000_000n)
  options.setBetweenBytesTimeout(3_500_000n)
  assert.equal(request[call](options), {
    method: 'PROPFIND',
    scheme: 'http',
    authority: '[::1]:80',
    path: '/a?b',
    headers: [['a', Uint8Array.of(49)]],
    connectTimeoutMs: 1,
    firstByteTimeoutMs: 2,
    betweenBytesTimeoutMs: 4,
  })
  assert.equal(
    [request.method().tag, request.scheme(), request.authority(), request.pathWithQuery()],
    ['other', { tag: 'HTTP' }, '[::1]:80', '/a?b'],
  )
  assert.equal(
    [options.connectTimeout(), options.firstByteTimeout(), options.betweenBytesTimeout()],
    [1n, 2_000_000n, 3_500_000n],
  )
})

test('what is not understood is refused when it is said', () => {
  const request = new OutgoingRequest(new Fields())
  const refused: readonly (() => void)[] = [
    ...['a@b', 'a b', 'a/b', 'http://a', 'a:b', 'é', ''].map((authority) => () => request.setAuthority(authority)),
    ...['/a b', '/\r\n', '/#a', 'é'].map((path) => () => request.setPathWithQuery(path)),
    ...['', 'A B', 'A\n'].map((val) => () => request.setMethod({ tag: 'other', val })),
    () => request.setScheme({ tag: 'other', val: 'a b' }),
  ]
  for (const refuse of refused) assert.is(thrownBy(refuse), undefined, String(refuse))
  assert.equal([request.authority(), request.pathWithQuery(), request.method()], [undefined, undefined, { tag: 'get' }])
})

test('nothing but texts and numbers is kept of what is said', () => {
  const bytes = new Uint8Array(8) as unknown
  const request = new OutgoingRequest(new Fields())
  const options = new RequestOptions()
  const kept: readonly (() => void)[] = [
    () => request.setAuthority(bytes as string),
    () => request.setPathWithQuery(bytes as string),
    () => request.setMethod({ tag: 'get', val: bytes as string }),
    () => request.setMethod({ tag: bytes as string }),
    () => request.setScheme({ tag: 'other', val: bytes as string }),
    () => options.setConnectTimeout(bytes as bigint),
    () => options.setFirstByteTimeout(bytes as bigint),
    () => options.setBetweenBytesTimeout(bytes as bigint),
    () => new OutgoingRequest([['a', bytes]] as unknown as Fields),
  ]
  for (const keep of kept) assert.instance(thrownBy(keep), BadResult, String(keep))
  request.setScheme({ tag: 'HTTPS', val: bytes } as unknown as { tag: 'HTTPS' })
  assert.equal(request.scheme(), { tag: 'HTTPS' })
})

test('what is not HTTP cannot be asked for', () => {
  const request = new OutgoingRequest(new Fields())
  request.setScheme({ tag: 'other', val: 'ftp' })
  assert.equal(
    thrownBy(() => request[call](undefined)),
    { tag: 'HTTP-protocol-error' },
  )
})

test('its headers cannot be changed once it is made', () => {
  const fields = new Fields()
  const request = new OutgoingRequest(fields)
  fields.append('late', Uint8Array.of(49))
  assert.equal(request.headers().entries(), [])
  assert.equal(
    thrownBy(() => request.headers().append('a', Uint8Array.of(49))),
    { tag: 'immutable' },
  )
})

test('the body, and its stream, are given once, and it ends once', () => {
  const request = new OutgoingRequest(new Fields())
  assert.is(request.takenBody, null)
  const body = request.body()
  assert.is(request.takenBody, body)
  assert.is(
    thrownBy(() => request.body()),
    undefined,
  )
  const stream = body.write()
  assert.is(
    thrownBy(() => body.write()),
    undefined,
  )
  let ends = 0
  body.onEnd = () => ends++
  stream.write(Uint8Array.of(1, 2))
  stream.blockingWriteAndFlush(Uint8Array.of(3))
  assert.is(body.outcome, null)
  OutgoingBody.finish(body, undefined)
  body[Symbol.dispose ?? Symbol.for('dispose')]()
  assert.is(body.outcome, 'finished')
  assert.is(ends, 1)
  assert.equal(body[bytesOnce](), Uint8Array.of(1, 2, 3))
  assert.is((thrownBy(() => stream.write(Uint8Array.of(4))) as { tag: string }).tag, 'last-operation-failed')
})

test('trailers are not sent, and that is said', () => {
  const body = new OutgoingBody()
  const trailers = Fields.fromList([['a', Uint8Array.of(49)]])
  assert.equal(
    thrownBy(() => OutgoingBody.finish(body, trailers)),
    { tag: 'internal-error', val: 'trailers are not sent' },
  )
  OutgoingBody.finish(new OutgoingBody(), new Fields())
})

test('bodies that nobody sends hold no more than there may be', () => {
  const held = new HeldBytes()
  const requests: OutgoingRequest[] = []
  const chunk = new Uint8Array(1024 * 1024)
  const begin = () => {
    const request = new OutgoingRequest(new Fields(), held)
    requests.push(request)
    const body = request.body()
    const stream = body.write()
    for (let count = 0; count < 4; count++) stream.write(chunk)
    return body
  }
  for (let count = 0; count < 15; count++) begin()
  const { tag, val } = thrownBy(begin) as { tag: string; val: { toDebugString(): string } }
  assert.is(tag, 'last-operation-failed')
  assert.is(val.toDebugString(), `bodies that were not sent hold more than ${heldBytesMax} bytes: drop their requests`)
  const dispose = Symbol.dispose ?? Symbol.for('dispose')
  ;(requests[0] as unknown as Record<symbol, () => void>)[dispose]!()
  assert.is(begin()[bytesOnce]().length, 4 * chunk.length)
  begin()
})

test.run()
