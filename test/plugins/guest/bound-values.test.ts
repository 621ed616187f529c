/** What components say whose idea of an interface is not Blink's: none of it goes on to the broker. */
import * as assert from 'uvu/assert'
import { Answers, type BoundVerdict } from '../../../src/plugins/guest/batch-caller.ts'
import { bigint, bytes, list, optional, pair, text, uint32 } from '../../../src/plugins/guest/bound-values.ts'
import { callHook, complaint } from '../../../src/plugins/crossing/hook-calls.ts'
import { metricsImports } from '../../../src/plugins/capabilities/metrics-import.ts'
import { produceImports } from '../../../src/plugins/capabilities/produce-import.ts'
import { subscribeImports } from '../../../src/plugins/capabilities/subscribe-import.ts'
import { OutputStream } from '../../../src/plugins/capabilities/wasi/io.ts'
import { OutgoingRequest } from '../../../src/plugins/capabilities/wasi/http-request.ts'
import { Fields } from '../../../src/plugins/capabilities/wasi/http-fields.ts'
import { environmentFor, grants } from '../../support/capabilities.ts'
import { type Cleanup, suite } from '../../support/suite.ts'

const test = suite('values from bindings')
const refused = /: what it gave is not of the type that the WIT says$/

test('values of their type are as they are', () => {
  const header = pair(text, bytes)
  const one = ['n', Uint8Array.of(1)] as const
  assert.equal(list(header)([one], ''), [one])
  assert.equal(
    [optional(uint32)(undefined, ''), uint32(0xffff_ffff, ''), bigint(-5n, '')],
    [undefined, 0xffff_ffff, -5n],
  )
})

test('values of other types are refused', () => {
  const table = [
    [text, [['orders'], 5, undefined, null, Object('text')]],
    [bytes, ['text', [1], new Uint16Array(1), { length: 1 }, new ArrayBuffer(1)]],
    [uint32, [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, '1', 1n]],
    [bigint, [1, '1', undefined]],
    [list(text), ['text', [1], { length: 0 }]],
    [pair(text, text), [['a'], 'ab', {}]],
  ] as const
  for (const [read, values] of table) {
    for (const value of values) assert.throws(() => read(value, 'key'), refused)
  }
})

/** Of a plugin that has everything; what it hands over is in `told`. */
function everything(cleanup: Cleanup) {
  const told: unknown[] = []
  const all = ['*']
  const tell = (name: string, argument: unknown) => told.push([name, argument])
  const environment = environmentFor(cleanup, {
    grants: {
      ...grants,
      metrics: { seriesMax: 10 },
      produce: { topics: all, queuedRecordsMax: 10, recordBytesMax: 1000 },
      subscribe: { topics: all },
    },
    calls: { ask: () => new Int32Array(1), tell, taken: 0 },
  })
  const metrics = metricsImports(environment)
  const imports = { ...produceImports(environment), ...subscribeImports(environment), ...metrics.imports }
  const call = (name: string, of: string) => imports[`blink:plugin/${name}`]![of] as (...values: unknown[]) => void
  return { told, flush: metrics.flush, produce: call('produce', 'produce'), add: call('metrics', 'add'), call }
}

test('no record whose parts are something else is handed to the broker', (cleanup) => {
  const { produce, told } = everything(cleanup)
  const record = { topic: 'audit', partition: undefined, key: undefined, value: Uint8Array.of(1), headers: [] }
  produce(record)
  assert.is(told.length, 1)
  const others = [
    { topic: ['audit'] }, // Which, as text, is the name of a topic; and then no client could read its metadata.
    { partition: 'map' },
    { partition: -1 },
    { key: 'text' },
    { value: new Uint16Array(3) },
    { value: { length: 0, byteLength: 0, buffer: { byteLength: 0 } } },
    { headers: [{ key: ['k'], value: undefined }] },
    { headers: [null] },
  ]
  for (const other of others) assert.throws(() => produce({ ...record, ...other }), refused)
  assert.is(told.length, 1)
})

test('what is counted has names and tags that are texts', (cleanup) => {
  const { add, call, flush, told } = everything(cleanup)
  // Which no exposition would quote: lines of the plugin's own.
  assert.throws(() => add('mine', 1, [['tag', ['"} 1\nblink_records_total 5\n#']]]), refused)
  assert.throws(() => add(['mine'], 1, []), refused)
  assert.throws(() => call('subscribe', 'subscribe')(['orders']), refused)
  flush()
  assert.equal(told, [])
})

test('verdicts carry what they may', () => {
  const record = { key: undefined, value: Uint8Array.of(1), headers: [], timestamp: 7n, offset: undefined }
  const table: readonly object[] = [
    { tag: 'reject', val: ['no'] },
    { tag: 'throttle', val: Number.NaN },
    { tag: 'throttle', val: -5 },
    { tag: 'replace', val: { ...record, timestamp: Number.NaN } },
    { tag: 'replace', val: { ...record, value: 'text' } },
    { tag: 'replace', val: { ...record, headers: 'text' } },
    { tag: 'replace', val: { ...record, headers: [{ key: 5, value: undefined }] } },
  ]
  for (const answer of table) assert.throws(() => new Answers(1).add(0, 0, answer as BoundVerdict), refused)
})

test('hooks answer what they may', () => {
  const timer = (delay: unknown) => () => callHook({ timer: { onTimer: () => delay as number } }, 'on-timer', null)
  for (const delay of [Number.NaN, -1, '5']) assert.throws(timer(delay), refused)
  const http = (answer: object) => () => {
    const response = { status: 200, headers: [], body: new Uint8Array(), ...answer }
    callHook({ http: { handleHttp: () => response } }, 'handle-http', { query: null })
  }
  for (const answer of [{ status: 200.5 }, { headers: [['a', 5]] }, { body: { length: 5 } }]) {
    assert.throws(http(answer), refused)
  }
  const long = () => {
    throw 'x'.repeat(5000)
  }
  assert.is(complaint(long)?.length, 1024)
})

test('streams and requests are made of bytes and texts', () => {
  const stream = new OutputStream({ write: () => assert.unreachable() })
  assert.throws(() => stream.write({ length: -1_000_000 } as Uint8Array), refused)
  const request = new OutgoingRequest(new Fields())
  assert.throws(() => request.setPathWithQuery(['/'.repeat(5)] as unknown as string), refused)
})

test.run()
