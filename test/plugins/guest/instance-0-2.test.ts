/** A component of blink:plugin@0.2, written in JavaScript, in a thread of its own. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { Batch } from '../../../src/plugins/crossing/batch-memory.ts'
import type { LoadRequest, Thread } from '../../../src/plugins/crossing/thread.ts'
import { encodeBatch, readBatch, recordsSection } from '../../../src/protocol/records.ts'
import { built } from '../../support/components.ts'
import { chaosOfBatches, chaosSchema, scriptComponent } from '../../support/components-0-2.ts'
import { type Cleanup, suite } from '../../support/suite.ts'
import { codeOf, judgedBy, newThread, placedAlone, requestOf, shownBatch } from '../../support/threads.ts'

const test = suite('component of 0.2', 20)
const bytes = (text: string) => Uint8Array.from(Buffer.from(text))

async function loaded(cleanup: Cleanup, path: string, changes: Partial<LoadRequest> = {}): Promise<Thread> {
  const thread = newThread(cleanup)
  assert.is(await thread.load(requestOf(await codeOf(path), changes)), null)
  return thread
}

async function chaosThread(cleanup: Cleanup, changes: Partial<LoadRequest> = {}): Promise<Thread> {
  const thread = await loaded(cleanup, await chaosOfBatches(), changes)
  assert.is(await thread.init(5000), null)
  return thread
}

test('it says what it is before init, and its hooks are known by what it exports', async (cleanup) => {
  const thread = await loaded(cleanup, await chaosOfBatches(chaosSchema))
  const { edition, hooks, info, exports } = thread.offered!
  assert.equal(
    [edition, [...hooks].sort()],
    ['0.2', ['cleanup', 'finalize', 'handle-http', 'on-config-changed', 'on-fetch', 'on-records', 'on-timer']],
  )
  assert.equal(info, {
    name: 'chaos',
    version: '1.2.3',
    author: '',
    description: 'does what it is told',
    hooks: ['on-records', 'on-fetch'],
    memoryBytesMin: 2_000_000,
    configSchema: chaosSchema,
  })
  assert.ok(exports.includes('blink:plugin/records@0.2.0'))
})

test('each verdict is told, and what it carries with it', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const { verdicts, failure, reasons, replacements, throttleMs } = await judgedBy(
    thread,
    shownBatch(['x', 'nnot good', 'd', { key: 'k', value: 'rnew value' }, 't250', 't100', 'y', 'b']),
    [6],
  )
  assert.is(failure, null)
  assert.equal(verdicts, [
    'accepted',
    'refused',
    'dropped',
    'replaced',
    'throttled',
    'throttled',
    'passedOver',
    'replaced',
  ])
  assert.is(thread.notAccepted(0), 6)
  assert.equal([...reasons], [[1, 'not good']])
  assert.equal(
    [...replacements],
    [
      [3, { key: bytes('k'), value: bytes('new value'), headers: [], timestamp: 1_700_000_000_000 }],
      [7, { key: null, value: null, headers: [], timestamp: 7 }],
    ],
  )
  assert.is(throttleMs, 250)
})

test('when all is accepted there is nothing to take, and nothing is left of the last batch', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  await thread.judge([placedAlone(shownBatch(['nbad']))], 0, 5000)
  assert.is(thread.takeReplies().get(0)!.reasons.size, 1)
  const { verdicts, reasons } = await judgedBy(thread, shownBatch(['x', 'y']))
  assert.equal([verdicts, reasons.size, thread.notAccepted(0)], [['accepted', 'accepted'], 0, 0])
})

/** A batch of one record with all there can be in it, stored as from offset 40. */
function fullBatch(): Partial<Batch> & { section: Buffer } {
  const headers = [
    { key: 'h', value: Buffer.from('1') },
    { key: 'h', value: null },
  ]
  const record = { timestamp: 1_700_000_000_123, key: Buffer.from('k'), value: Buffer.from('s'), headers }
  const batch = readBatch(encodeBatch([record], { baseOffset: 40 }))
  const { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount } = batch
  return { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, recordCount, section: recordsSection(batch) }
}

test('it is shown the record as it is, whose it is, and its offset once it has one', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const client = { id: 'é-client', principal: 'User:alice' }
  const shown = { topic: 'café', partition: 3, client, ...fullBatch() }
  const produced = await judgedBy(thread, shownBatch([], shown))
  const record = {
    key: 'k',
    value: 's',
    headers: [{ key: 'h', value: '1' }, { key: 'h' }],
    timestamp: 1_700_000_000_123,
  }
  // The component is JavaScript without UTF-8: what it was given is compared as far as it can say it.
  const told = JSON.parse(produced.reasons.get(0)!)
  assert.equal(told, { topic: 'café', partition: 3, clientId: 'é-client', principal: 'User:alice', record })

  const fetched = await judgedBy(
    thread,
    shownBatch([], { ...shown, way: 'fetched', client: { id: null, principal: null } }),
  )
  assert.equal(fetched.verdicts, ['replaced'])
  const seen = JSON.parse(Buffer.from(fetched.replacements.get(0)!.value!).toString('latin1'))
  assert.equal(seen, { topic: 'café', partition: 3, record: { ...record, offset: 40 } })
})

test('with the time of the append, that is the time of every record', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const stamped = { ...fullBatch(), isLogAppendTime: true, maxTimestamp: 5 }
  const { reasons } = await judgedBy(thread, shownBatch([], stamped))
  assert.is(JSON.parse(reasons.get(0)!).record.timestamp, 5)
})

test('verdicts about records that are stored already change nothing', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const { verdicts, reasons } = await judgedBy(thread, shownBatch(['nno', 'd', 'x'], { way: 'subscribed' }))
  assert.equal([verdicts, reasons.size], [['accepted', 'accepted', 'accepted'], 0])
})

test('on the way to a consumer, what is hidden counts as dropped', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const { verdicts, replacements } = await judgedBy(thread, shownBatch(['x', 'd', 'rz'], { way: 'fetched' }))
  assert.equal(
    [verdicts, Buffer.from(replacements.get(2)!.value!).toString()],
    [['accepted', 'dropped', 'replaced'], 'z'],
  )
})

test('a large batch is shown in several calls, in order', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const records = Array.from({ length: 2500 }, (_, index) => (index % 1000 === 999 || index === 2499 ? '#' : 'x'))
  const { reasons } = await judgedBy(thread, shownBatch(records))
  assert.equal(
    [...reasons],
    [
      [999, '1 1000'],
      [1999, '2 1000'],
      [2499, '3 500'],
    ],
  )
  const large = Array.from({ length: 6 }, () => ({ key: 'x'.repeat(400_000), value: '#' }))
  assert.equal(
    [...(await judgedBy(thread, shownBatch(large))).reasons.values()],
    Array(3).fill('4 3').concat(Array(3).fill('5 3')),
  )
})

test('records of a call that fails get no verdict, and those of earlier calls keep theirs', async (cleanup) => {
  for (const [value, kind, message] of [
    ['T', 'trap', /unreachable|told to trap/],
    ['F', 'bad-result', /^on-records answered 1 verdicts for 2 records$/],
  ] as const) {
    const thread = await chaosThread(cleanup)
    const records = [...Array(999).fill('x'), 'nfirst', value, 'y']
    const { verdicts, failure, reasons } = await judgedBy(thread, shownBatch(records))
    assert.equal([failure?.hook, failure?.kind, failure?.index], ['on-records', kind, -1])
    assert.match(failure!.message, message)
    assert.equal(verdicts.slice(998), ['accepted', 'refused', 'pending', 'pending'])
    assert.equal([...reasons], [[999, 'first']])
  }
})

test('one that hangs is ended, and what it said before is kept', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  const inHand = placedAlone(shownBatch([...Array(999).fill('x'), 'nfirst', 'L']))
  const { failure } = await thread.judge([inHand], 0, 500)
  assert.equal([failure?.kind, failure?.index], ['timeout', -1])
  assert.equal([...inHand.verdicts.subarray(999)], [2, 0])
  assert.equal([...thread.takeReplies().get(0)!.reasons], [[999, 'first']])
})

test('memory is bounded, and its want is told apart from other traps', async (cleanup) => {
  const thread = newThread(cleanup)
  assert.is(await thread.load(requestOf(await codeOf(await chaosOfBatches(), { maxMemoryBytes: 8 << 20 }))), null)
  assert.is(await thread.init(5000), null)
  const { failure } = await judgedBy(thread, shownBatch(['G']))
  assert.is(failure?.kind, 'memory')
})

test('init is given the config, and its error is a refusal', async (cleanup) => {
  const thread = await loaded(cleanup, await chaosOfBatches(), { config: { refuse: 'no such colour' } })
  const failure = { hook: 'init', kind: 'refused', message: 'no such colour', index: -1 }
  assert.equal(await thread.init(5000), failure)
})

test('the other hooks are called with a value and answer one', async (cleanup) => {
  const thread = await chaosThread(cleanup)
  assert.equal(
    [
      await thread.call('on-timer', null, 1000),
      await thread.call('on-timer', null, 1000),
      await thread.call('on-timer', null, 1000),
    ],
    [{ value: 10 }, { value: 20 }, { value: null }],
  )
  assert.equal(await thread.call('on-config-changed', { colour: 'red' }, 1000), { value: null })
  assert.equal(await thread.call('on-config-changed', { refuse: 'not red' }, 1000), { value: 'not red' })
  const request = { method: 'PUT', path: '/a', query: '201', headers: [['x', 'y']], body: bytes('body') }
  const answered = await thread.call('handle-http', request, 1000)
  const { status, headers, body } = (answered as { value: { status: number; headers: unknown; body: Uint8Array } })
    .value
  assert.equal([status, headers], [201, [['x-method', 'PUT']]])
  assert.equal(JSON.parse(Buffer.from(body).toString()), { ...request, body: 'body' })
  assert.equal(await thread.call('finalize', null, 1000), { value: undefined })
  assert.equal(await thread.call('cleanup', null, 1000), { value: undefined })
  assert.equal(
    thread.takeLog().lines.map(({ text }) => text),
    ['finalized', 'cleaned up'],
  )
  assert.equal((await judgedBy(thread, shownBatch(['x']))).verdicts, ['accepted'], 'and records go on')
})

test('a hook that fails, or answers what it may not, ends the instance', async (cleanup) => {
  const table = [
    ['handle-http', { path: '/trap', query: null }, 'trap', /./],
    ['handle-http', { path: '/', query: '199' }, 'bad-result', /^handle-http answered status 199; use 200 to 599$/],
  ] as const
  for (const [hook, argument, kind, message] of table) {
    const thread = await chaosThread(cleanup)
    const request = { method: 'GET', headers: [], body: bytes(''), ...argument }
    const answered = await thread.call(hook, request, 5000)
    assert.ok('failure' in answered)
    const { failure } = answered as { failure: { hook: string; kind: string; message: string } }
    assert.equal([failure.hook, failure.kind], [hook, kind])
    assert.match(failure.message, message)
  }
})

test('what describe says is held to what is', async (cleanup) => {
  // Built once, as that takes seconds: what it says is a string in its memory, of which each case is given its own.
  const said = '-'.repeat(40)
  const path = await scriptComponent(
    `export const lifecycle = { init() {} }
     export const records = { onRecords: () => [] }
     const rest = { name: '', version: '', author: '', description: '', hooks: [], memoryBytesMin: 0 }
     export const description = { describe: () => ({ ...rest, ...new Function('return {${said}}')() }) }`,
    { items: ['export description;'] },
  )
  const template = readFileSync(path, 'latin1')
  const describing = (info: string) =>
    built(`${path} ${info}`, async () => Buffer.from(template.replaceAll(said, info.padEnd(said.length)), 'latin1'))
  const table = [
    ["hooks: ['on-timer']", 'describe names the hook on-timer, which it does not export: export it, or leave it out'],
    [
      'memoryBytesMin: 1000000000',
      'it needs 1000000000 bytes of memory, and is allowed 134217728: raise its max_memory',
    ],
    ["configSchema: 'x'.repeat(300000)", 'its config-schema has more than 262144 characters'],
  ] as const
  for (const [info, message] of table) {
    const thread = newThread(cleanup)
    const failure = await thread.load(requestOf(await codeOf(await describing(info))))
    assert.equal(failure, { hook: 'describe', kind: 'bad-result', message, index: -1 })
  }
})

test.run()
