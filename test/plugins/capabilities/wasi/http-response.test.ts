/** What a plugin gets to see of an answer, and how often. */
import * as assert from 'uvu/assert'
import { HeldBytes, heldBytesMax } from '../../../../src/plugins/guest/held-bytes.ts'
import {
  FutureIncomingResponse,
  IncomingBody,
  IncomingResponse,
  resolve,
} from '../../../../src/plugins/capabilities/wasi/http-response.ts'
import { thrownBy } from '../../../support/fake-calls.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('plugins/wasi/http-response')

const response = { status: 404, headers: [['a', Uint8Array.of(1)]] as const, body: Uint8Array.of(1, 2, 3, 4, 5) }

test('an answer has a status, headers that cannot be changed, and one body', () => {
  const incoming = new IncomingResponse(response)
  assert.is(incoming.status(), 404)
  assert.equal(incoming.headers().get('A'), [Uint8Array.of(1)])
  assert.equal(
    thrownBy(() => incoming.headers().delete('a')),
    { tag: 'immutable' },
  )
  assert.instance(incoming.consume(), IncomingBody)
  assert.is(
    thrownBy(() => incoming.consume()),
    undefined,
  )
})

test('a body is read in parts, to its end, by one stream', () => {
  const body = new IncomingBody(response.body)
  const stream = body.stream()
  assert.is(
    thrownBy(() => body.stream()),
    undefined,
  )
  assert.equal(stream.read(2n), Uint8Array.of(1, 2))
  assert.is(stream.skip(1n), 1n)
  assert.equal(stream.blockingRead(1_000_000n), Uint8Array.of(4, 5))
  assert.equal(
    thrownBy(() => stream.read(1n)),
    { tag: 'closed' },
  )
})

test('there are no trailers, and that is said once', () => {
  const trailers = IncomingBody.finish(new IncomingBody())
  assert.ok(trailers.subscribe().ready())
  assert.equal(trailers.get(), { tag: 'ok', val: { tag: 'ok', val: undefined } })
  assert.equal(trailers.get(), { tag: 'err', val: undefined })
})

test('an answer is there when it has come, and is taken once', () => {
  const future = new FutureIncomingResponse()
  assert.is(future.get(), undefined)
  assert.not(future.subscribe().ready())
  future[resolve]({ response })
  assert.ok(future.subscribe().ready())
  const taken = future.get() as { val: { tag: string; val: IncomingResponse } }
  assert.is(taken.val.tag, 'ok')
  assert.is(taken.val.val.status(), 404)
  assert.equal(future.get(), { tag: 'err', val: undefined })
})

test('an error is an answer, too', () => {
  const future = new FutureIncomingResponse()
  future[resolve]({ error: { tag: 'DNS-timeout' } })
  assert.equal(future.get(), { tag: 'ok', val: { tag: 'err', val: { tag: 'DNS-timeout' } } })
})

test('who waits for what was never sent is told so', () => {
  const future = new FutureIncomingResponse()
  future.subscribe().block()
  assert.equal(future.get(), {
    tag: 'ok',
    val: {
      tag: 'err',
      val: {
        tag: 'internal-error',
        val: 'the request was not sent: its body was taken and not finished (outgoing-body.finish)',
      },
    },
  })
})

test('answers that are not dropped hold no more than there may be', () => {
  const held = new HeldBytes()
  const body = new Uint8Array(heldBytesMax / 4)
  const dispose = Symbol.dispose ?? Symbol.for('dispose')
  const drop = (resource: unknown) => (resource as Record<symbol, () => void>)[dispose]!()
  const answered = () => {
    const future = new FutureIncomingResponse(held)
    future[resolve]({ response: { ...response, body } })
    return future
  }
  const taken = (future: FutureIncomingResponse) => (future.get() as { val: { val: IncomingResponse } }).val.val
  const [first, second, third] = [answered(), answered(), answered()]
  const isRefused = () => 'tag' in taken(answered())
  assert.ok(isRefused())
  drop(first)
  const incoming = taken(second)
  drop(second) // Its response goes on.
  const [fourth] = [answered()]
  assert.ok(isRefused())
  IncomingBody.finish(incoming.consume())
  drop(incoming)
  assert.not(isRefused())
  for (const future of [third, fourth]) drop(future)
})

test.run()
