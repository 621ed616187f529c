/** How a hook's value and answer are handed on; with components in instance-0-2.test.ts. */
import * as assert from 'uvu/assert'
import {
  callHook,
  complaint,
  type HookExports,
  responseBytesMax,
  responseHeadersMax,
} from '../../../src/plugins/crossing/hook-calls.ts'
import { suite } from '../../support/suite.ts'

const test = suite('calls of hooks')
const request = { method: 'GET', path: '/', query: null, headers: [], body: new Uint8Array() }

function answering(response: object): HookExports {
  return { http: { handleHttp: () => ({ status: 200, headers: [], body: new Uint8Array(), ...response }) } }
}

test('no more is answered over HTTP than there may be', () => {
  const body = new Uint8Array(responseBytesMax)
  assert.equal(callHook(answering({ body }), 'handle-http', request), { status: 200, headers: [], body })
  const table = [
    [{ body: new Uint8Array(responseBytesMax + 1) }, /^handle-http answered 16777217 bytes; use at most 16777216$/],
    [{ headers: [['n', 'v']], body }, /^handle-http answered 16777218 bytes/],
    [
      { headers: Array(responseHeadersMax + 1).fill(['a', 'b']) },
      /^handle-http answered 257 headers; use at most 256$/,
    ],
    [{ status: 600 }, /^handle-http answered status 600; use 200 to 599$/],
  ] as const
  for (const [response, message] of table) {
    assert.throws(() => callHook(answering(response), 'handle-http', request), message)
  }
})

test('what is null to us is undefined to jco, and the other way about', () => {
  let given: unknown
  const exports: HookExports = {
    timer: { onTimer: () => undefined },
    http: {
      handleHttp(asked) {
        given = asked.query
        return { status: 204, headers: [], body: new Uint8Array() }
      },
    },
  }
  callHook(exports, 'handle-http', request)
  assert.is(given, undefined)
  assert.is(callHook(exports, 'on-timer', null), null)
})

test('an error in a result is an answer, anything else that is thrown is not', () => {
  assert.is(
    complaint(() => {}),
    null,
  )
  assert.is(
    complaint(() => {
      throw 'why'
    }),
    'why',
  )
  assert.throws(
    () =>
      complaint(() => {
        throw new RangeError('trap')
      }),
    'trap',
  )
})

test.run()
