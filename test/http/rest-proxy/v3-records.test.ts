/** Producing by v3: a stream in which each record has its own fate, and batches. */
import * as assert from 'uvu/assert'
import { batchEntriesMax } from '../../../src/http/rest-proxy/v3-records.ts'
import { type Record as KafkaRecord, readBatch, recordsIn, recordsSection } from '../../../src/protocol/records.ts'
import { allAccepted } from '../../../src/plugins/judgement.ts'
import type { Judge } from '../../../src/handlers/intake.ts'
import { nobody } from '../../support/broker.ts'
import { storedIn, topicOf } from '../../support/produced.ts'
import { type RestProxy, restProxy, resultsOf } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('producing by the REST Proxy’s v3')

const records = '/v3/clusters/cluster-1/topics/t/records'

/** A plugin that refuses what says `no`. */
const guard: Judge = {
  ...nobody,
  wants: () => true,
  async judge(_, __, batch, section) {
    const refusals = [...recordsIn(section, batch)].flatMap(({ value }, index) =>
      `${value}` === 'no'
        ? [{ index, plugin: 'guard', reason: 'bad', onReject: 'fail' as const, isFailure: false }]
        : [],
    )
    return { ...allAccepted, refusals }
  },
}

function withTopic(options: Parameters<typeof restProxy>[0] = {}): RestProxy {
  const proxy = restProxy(options)
  topicOf(proxy, 't')
  return proxy
}

function stored({ cluster }: RestProxy) {
  const found: KafkaRecord[] = []
  for (const view of storedIn(cluster.topics.get('t')!.partitions[0]!)) {
    for (let start = 0; start < view.length; ) {
      const batch = readBatch(view, start)
      found.push(...recordsIn(recordsSection(batch), batch))
      start += batch.bytes.length
    }
  }
  return found
}

test('a record is stored with key, headers and time', async () => {
  const proxy = withTopic()
  const record = {
    key: { type: 'STRING', data: 'k' },
    value: { type: 'BINARY', data: 'AAE=' },
    headers: [{ name: 'h', value: 'eA==' }, { name: 'empty' }],
    timestamp: '2021-02-05T19:14:42.5Z',
  }
  const [result] = resultsOf(await proxy.ask('POST', records, record))
  assert.equal(
    [result.key, result.value],
    [
      { type: 'STRING', size: 1 },
      { type: 'BINARY', size: 2 },
    ],
  )
  const [{ key, value, headers, timestamp }] = [stored(proxy)[0]!]
  assert.equal([`${key}`, value, timestamp], ['k', Buffer.from([0, 1]), Date.UTC(2021, 1, 5, 19, 14, 42, 500)])
  assert.equal(
    headers.map((header) => [header.key, header.value?.toString() ?? null]),
    [
      ['h', 'x'],
      ['empty', null],
    ],
  )
})

test('a record without a value is a tombstone', async () => {
  const proxy = withTopic()
  const [result] = resultsOf(await proxy.ask('POST', records, { key: { type: 'STRING', data: 'k' } }))
  assert.equal([result.error_code, result.value], [200, undefined])
  assert.is(stored(proxy)[0]!.value, null)
})

test('numbers of a JSON value are stored as they were sent', async () => {
  const proxy = withTopic()
  await proxy.ask('POST', records, '{"value":{"type":"JSON","data":{"a":500.0,"b":12345678901234567890}}}')
  assert.is(`${stored(proxy)[0]!.value}`, '{"a":500.0,"b":12345678901234567890}')
})

test('what is refused has a result in its place, and the others are stored', async () => {
  const sent = [
    '{"value":{"type":"STRING","data":"1"}}',
    '{"value":{"type":"AVRO","data":"1"}}',
    '{"value":{"data":"1"}}',
    '{"value":{"type":"XML","data":"1"}}',
    '{"partition_id":7}',
    '{"partition_id":-1}',
    '{"headers":[{"name":"h","value":"="}]}',
    '{"timestamp":"noon"}',
    '{"records":[]}',
    '{oops}',
    '{"value":{"type":"STRING","data":"2"}}',
  ]
  const proxy = withTopic()
  const results = resultsOf(await proxy.ask('POST', records, sent.join('')))
  assert.equal(
    results.map(({ error_code }) => error_code),
    [200, 422, 422, 400, 40401, 40402, 400, 400, 400, 400, 200],
  )
  assert.match(results[1].message, /^Error: 42207 : /)
  assert.equal(
    stored(proxy).map(({ value }) => `${value}`),
    ['1', '2'],
  )
})

test('what a plugin refuses is an error of its record, with plugin and reason', async () => {
  const proxy = withTopic({ judge: guard })
  const value = (data: string) => JSON.stringify({ value: { type: 'STRING', data } })
  const results = resultsOf(await proxy.ask('POST', records, value('yes') + value('no') + value('yes')))
  assert.equal(
    results.map(({ error_code }) => error_code),
    [200, 50002, 200],
  )
  assert.equal(results[1], { error_code: 50002, message: "refused by plugin 'guard': bad" })
  assert.is(stored(proxy).length, 2)
})

test('a stream that cannot be read on ends with an error', async () => {
  const { ask } = withTopic()
  const results = resultsOf(await ask('POST', records, '{"value":{"type":"STRING","data":"1"}} 7 {}'))
  assert.equal(
    results.map(({ error_code }) => error_code),
    [200, 400],
  )
  assert.match(results[1].message, /a record begins with \{, not with 7/)
  const [cut] = resultsOf(await ask('POST', records, '{"value":'))
  assert.equal(cut, {
    error_code: 400,
    message: 'Bad Request: Error processing message: the stream ended within a record',
  })
})

test('a record that is too large ends the stream', async () => {
  const { ask } = withTopic({ settings: { httpBodyBytesMax: 100 } })
  const large = JSON.stringify({ value: { type: 'STRING', data: 'x'.repeat(100) } })
  const [result] = resultsOf(await ask('POST', records, large))
  assert.match(result.message, /larger than 100 bytes; raise http_max_body_size/)
})

test('a value that is nested beyond all measure is refused by itself', async () => {
  const { ask } = withTopic()
  const deep = (inner: string) => `{"value":{"type":"JSON","data":${'['.repeat(99_999)}${inner}${']'.repeat(99_999)}}}`
  const plain = '{"value":{"type":"JSON","data":1}}'
  const results = resultsOf(await ask('POST', records, deep('1') + deep('1.0') + plain))
  assert.equal(
    results.map(({ error_code }) => error_code),
    [400, 400, 200],
  )
})

test('an empty stream, and one of another type, are errors of the request', async () => {
  const { ask } = withTopic()
  const empty = await ask('POST', records, ' ')
  assert.equal([empty.status, empty.json.error_code], [422, 42206])
  const typed = await ask('POST', records, '{}', { 'content-type': 'text/xml' })
  assert.equal([typed.status, typed.json.error_code], [415, 415])
})

test('a topic that may not be made is not found, record by record', async () => {
  const { ask } = restProxy({ settings: { createsTopics: false } })
  const [result] = resultsOf(await ask('POST', records, '{"value":{"type":"STRING","data":"1"}}'))
  assert.is(result.error_code, 40401)
  const batch = await ask('POST', `${records}:batch`, { entries: [{ id: '1' }] })
  assert.equal([batch.status, batch.json.error_code], [404, 40401])
})

const id = (text: string) => ({ id: text, value: { type: 'STRING', data: text } })
const tooMany = Array.from({ length: batchEntriesMax + 1 }, (_, at) => id(`${at}`))

const batches: readonly (readonly [body: unknown, status: number, code: number, message: RegExp])[] = [
  ['', 422, 42208, /^Request body is empty/],
  [{ entries: [] }, 422, 42208, /^Empty batch/],
  [{ entries: [id('1'), id('1')] }, 422, 42208, /not distinct/],
  [{ entries: tooMany }, 422, 42208, /^Too many entries in batch: at most 10/],
  [{ entries: [id('')] }, 422, 42208, /not a valid string/],
  [{ entries: [id('x'.repeat(81))] }, 422, 42208, /not a valid string/],
  [{ entries: [{ id: 1 }] }, 422, 42208, /not a valid string/],
  [{ records: [] }, 422, 422, /^Unrecognized field: records/],
  ['{', 400, 400, /not JSON/],
]

for (const [body, status, code, message] of batches) {
  test(`the batch ${JSON.stringify(body).slice(0, 50)} is ${code}, and nothing is stored`, async () => {
    const proxy = withTopic()
    const answered = await proxy.ask('POST', `${records}:batch`, body)
    assert.equal([answered.status, answered.json.error_code], [status, code])
    assert.match(answered.json.message, message)
    assert.equal(stored(proxy), [])
  })
}

test('a batch tells apart what was stored and what was refused, by its ids', async () => {
  const { ask } = withTopic()
  const entries = [
    id('a'),
    { id: 'b', value: { type: 'JSON' }, partition_id: 9 },
    { id: 'c', value: { type: 'PROTOBUF' } },
  ]
  const { status, json } = await ask('POST', `${records}:batch`, { entries })
  assert.is(status, 207)
  assert.equal(
    json.successes.map((one: { id: string }) => one.id),
    ['a'],
  )
  assert.equal(
    json.failures.map((one: { id: string; error_code: number }) => [one.id, one.error_code]),
    [
      ['c', 422],
      ['b', 40401],
    ],
  )
})

test.run()
