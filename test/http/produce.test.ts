/** `POST /produce`, against a broker in memory. */
import * as assert from 'uvu/assert'
import type { Judge } from '../../src/handlers/intake.ts'
import { allAccepted, type Judged, type Refusal } from '../../src/plugins/judgement.ts'
import { partitionFor } from '../../src/protocol/murmur2.ts'
import { recordsIn, type RecordBatch } from '../../src/protocol/records.ts'
import { noLeader } from '../../src/topics/replicas.ts'
import { nobody, startMs } from '../support/broker.ts'
import { type TestHttp, testHttp } from '../support/http.ts'
import { topicOf } from '../support/produced.ts'
import { ScriptedJudge } from '../support/scripted-judge.ts'
import { suite } from '../support/suite.ts'

const test = suite('produce over HTTP')

async function stored({ get }: TestHttp, topic: string, partition = 0) {
  return (await get(`/fetch?topic=${topic}&partition=${partition}`)).json.records
}

test('a record is stored and its place is told', async () => {
  const http = testHttp()
  const { status, json } = await http.post('/produce', { topic: 'orders', key: 'k', value: 'hello' })
  assert.is(status, 200)
  assert.equal(json, { topic: 'orders', partition: 0, offset: 0, timestamp: startMs })
  const second = await http.post('/produce', { topic: 'orders', value: 'again' })
  assert.is(second.json.offset, 1)
  const [first] = await stored(http, 'orders')
  assert.equal(first, { offset: 0, timestamp: startMs, key: 'k', value: 'hello', headers: [] })
})

const values: readonly [title: string, sent: unknown, shown: unknown][] = [
  ['text', 'grüße', 'grüße'],
  ['the empty text', '', ''],
  ['null, a tombstone', null, null],
  ['an object', { a: [1, 2.5, null, true] }, '{"a":[1,2.5,null,true]}'],
  ['a list', [1, 'x'], '[1,"x"]'],
  ['a number', 42, '42'],
  ['a boolean', false, 'false'],
  ['bytes', { base64: '/wD+' }, { base64: '/wD+' }],
  ['bytes that are text', { base64: 'aGk=' }, 'hi'],
  ['an object that only begins like bytes', { base64: 'aGk=', x: 1 }, '{"base64":"aGk=","x":1}'],
]

for (const [title, sent, shown] of values) {
  test(`a value and a key may be ${title}`, async () => {
    const http = testHttp()
    assert.is((await http.post('/produce', { topic: 't', key: sent, value: sent })).status, 200)
    const [record] = await stored(http, 't')
    assert.equal(record.value, shown)
    assert.equal(record.key, shown)
  })
}

test('headers are an object, or a list that keeps order and repetition', async () => {
  const http = testHttp()
  await http.post('/produce', { topic: 't', value: 'x', headers: { a: '1', b: null, c: { base64: '/w==' } } })
  const list = [
    { key: 'a', value: '1' },
    { key: 'a', value: '2' },
    { key: 'b', value: null },
  ]
  await http.post('/produce', { topic: 't', value: 'y', headers: list })
  const [first, second] = await stored(http, 't')
  assert.equal(first.headers, [
    { key: 'a', value: '1' },
    { key: 'b', value: null },
    { key: 'c', value: { base64: '/w==' } },
  ])
  assert.equal(second.headers, list)
})

test('a timestamp is kept', async () => {
  const http = testHttp()
  const { json } = await http.post('/produce', { topic: 't', value: 'x', timestamp: startMs - 5 })
  assert.is(json.timestamp, startMs - 5)
  assert.is((await stored(http, 't'))[0].timestamp, startMs - 5)
})

test('a topic that takes the time of the append says so', async () => {
  const http = testHttp()
  const configs = new Map([['message.timestamp.type', 'LogAppendTime']])
  http.cluster.topics.create({ name: 't', partitionCount: 1, configs })
  const { json } = await http.post('/produce', { topic: 't', value: 'x', timestamp: 5 })
  assert.is(json.timestamp, startMs)
})

test('a keyed record goes where a Java client would send it', async () => {
  const http = testHttp({ settings: { partitionCount: 7 } })
  for (const key of ['a', 'b', 'foobar']) {
    const { json } = await http.post('/produce', { topic: 't', key, value: 'x' })
    assert.is(json.partition, partitionFor(Buffer.from(key), 7))
  }
})

test('records without a key take turns, and a named partition is obeyed', async () => {
  const http = testHttp({ settings: { partitionCount: 3 } })
  const partitions: number[] = []
  for (let i = 0; i < 4; i++) {
    partitions.push((await http.post('/produce', { topic: 't', value: 'x' })).json.partition)
    await http.post('/produce', { topic: 'other', value: 'x' })
  }
  assert.equal(partitions, [0, 1, 2, 0])
  assert.is((await http.post('/produce', { topic: 't', partition: 2, key: 'a', value: 'x' })).json.partition, 2)
})

test('a form is as good as JSON', async () => {
  const http = testHttp({ settings: { partitionCount: 2 } })
  const form = new URLSearchParams({ topic: 't', partition: '1', key: '', value: 'a b', headers: '{"h":"1"}' })
  const { status, json } = await http.post('/produce', form)
  assert.is(status, 200)
  assert.is(json.partition, 1)
  const [record] = await stored(http, 't', 1)
  assert.is(record.key, null)
  assert.is(record.value, 'a b')
  assert.equal(record.headers, [{ key: 'h', value: '1' }])
})

test('a multipart form may bring a file', async () => {
  const http = testHttp()
  const form = new FormData()
  form.set('topic', 't')
  form.set('value', new Blob([Buffer.from([0xff, 0x00])]))
  assert.is((await http.post('/produce', form)).status, 200)
  assert.equal((await stored(http, 't'))[0].value, { base64: '/wA=' })
})

test('JSON that curl calls a form is JSON', async () => {
  const http = testHttp()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.is((await http.post('/produce', ' {"topic":"t","value":"x"}', type)).status, 200)
  assert.is((await stored(http, 't'))[0].value, 'x')
})

test('many records are answered one by one, in their order', async () => {
  const http = testHttp({ settings: { partitionCount: 4 } })
  const records = Array.from({ length: 20 }, (_, i) => ({ key: `k${i % 5}`, value: i }))
  const { status, json } = await http.post('/produce', { topic: 't', records })
  assert.is(status, 200)
  assert.is(json.topic, 't')
  assert.is(json.records.length, 20)
  for (const [i, { partition, offset }] of json.records.entries()) {
    const found = (await stored(http, 't', partition))[offset]
    assert.is(found.value, `${i}`)
  }
})

test('records of one partition make one batch', async () => {
  const judge = new Recorder()
  const http = testHttp({ judge, settings: { partitionCount: 3 } })
  await http.post('/produce', { topic: 't', records: [{ value: 'a' }, { value: 'b' }, { value: 'c', partition: 2 }] })
  assert.equal(judge.batches, [
    { partition: 0, values: ['a', 'b'] },
    { partition: 2, values: ['c'] },
  ])
})

/** Sees every record; refuses those whose value it is told to. */
class Recorder implements Judge {
  readonly wantsFetch = nobody.wantsFetch
  readonly view = nobody.view
  readonly batches: { partition: number; values: string[] }[] = []
  readonly #onReject: Refusal['onReject']
  readonly #bad: string

  constructor(bad = 'bad', onReject: Refusal['onReject'] = 'fail') {
    this.#bad = bad
    this.#onReject = onReject
  }

  wants(): boolean {
    return true
  }

  async judge(_topic: string, partition: number, batch: RecordBatch, section: Buffer): Promise<Judged> {
    const values = [...recordsIn(section, batch)].map(({ value }) => `${value}`)
    this.batches.push({ partition, values })
    const refusals = values.flatMap((value, index) =>
      value === this.#bad
        ? [{ index, plugin: 'guard', reason: 'no bad ones', onReject: this.#onReject, isFailure: false }]
        : [],
    )
    return { ...allAccepted, refusals }
  }
}

test('a refused record answers 422 with the plugin and its reason, and nothing is stored', async () => {
  const http = testHttp({ judge: new Recorder() })
  const { status, json } = await http.post('/produce', { topic: 't', value: 'bad' })
  assert.is(status, 422)
  assert.equal(json, {
    error: {
      code: 'record_refused',
      message: 'plugin guard refused the record: no bad ones',
      plugin: 'guard',
      reason: 'no bad ones',
      on_reject: 'fail',
      is_failure: false,
    },
  })
  assert.equal(await stored(http, 't'), [])
})

test('one bad record fails its batch and leaves those of other partitions', async () => {
  const http = testHttp({ judge: new Recorder(), settings: { partitionCount: 2 } })
  const records = [{ value: 'a' }, { value: 'bad' }, { value: 'b', partition: 1 }]
  const { status, json } = await http.post('/produce', { topic: 't', records })
  assert.is(status, 207)
  assert.is(json.records[0].error.code, 'batch_refused')
  assert.is(json.records[1].error.code, 'record_refused')
  assert.equal(json.records[2], { partition: 1, offset: 0, timestamp: startMs })
  assert.equal(await stored(http, 't', 0), [])
})

test('who is throttled is answered later, and what plugins change is stored', async () => {
  const http = testHttp({ judge: new ScriptedJudge() })
  let isAnswered = false
  const waiting = http.post('/produce', { topic: 't', value: 'throttle 300' }).finally(() => {
    isAnswered = true
  })
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  http.clock.advance(299)
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.is(isAnswered, false)
  http.clock.advance(1)
  assert.is((await waiting).status, 200)
  const { status, json } = await http.post('/produce', { topic: 't', records: [{ value: 'drop' }, { value: 'now y' }] })
  assert.equal([status, json.records.map(({ offset }: { offset: number }) => offset)], [200, [1, 2]])
  const found: { value: string }[] = await stored(http, 't')
  assert.equal(
    found.map(({ value }) => value),
    ['throttle 300', 'y'],
  )
})

test('when nothing of many is stored, the answer is an error', async () => {
  const http = testHttp({ judge: new Recorder() })
  const { status, json } = await http.post('/produce', { topic: 't', records: [{ value: 'bad' }, { value: 'a' }] })
  assert.is(status, 422)
  assert.is(json.error.code, 'record_refused')
  assert.is(json.records[1].error.code, 'batch_refused')
})

test('dropped records keep their offsets from the others', async () => {
  const http = testHttp({ judge: new Recorder('bad', 'drop') })
  const records = [{ value: 'a' }, { value: 'bad' }, { value: 'b' }]
  const { status, json } = await http.post('/produce', { topic: 't', records })
  assert.is(status, 207)
  assert.equal(
    json.records.map(({ offset }: { offset?: number }) => offset),
    [0, undefined, 2],
  )
  assert.is(json.records[1].error.on_reject, 'drop')
  const found = await stored(http, 't')
  assert.equal(
    found.map(({ offset, value }: { offset: number; value: string }) => [offset, value]),
    [
      [0, 'a'],
      [2, 'b'],
    ],
  )
})

const wrong: readonly [body: unknown, message: RegExp][] = [
  [{ value: 'x' }, /^topic is missing; use the name of a topic$/],
  [{ topic: 7, value: 'x' }, /^topic is 7; /],
  [{ topic: 't' }, /^value is missing; /],
  [{ topic: 't', value: 'x', partition: -1 }, /^partition is -1; use a whole number/],
  [{ topic: 't', value: 'x', partition: 1.5 }, /^partition is 1\.5; /],
  [{ topic: 't', value: 'x', partition: 'one' }, /^partition is "one"; /],
  [{ topic: 't', value: 'x', timestamp: 'now' }, /^timestamp is "now"; /],
  [{ topic: 't', value: 'x', headers: 'a' }, /^headers is "a"; /],
  [{ topic: 't', value: 'x', headers: [{ value: 'a' }] }, /^headers\[0\]\.key is missing; /],
  [{ topic: 't', value: 'x', headers: [null] }, /^headers\[0\] is null; use /],
  [{ topic: 't', value: 'x', headers: [{ key: 'a', val: 1 }] }, /^headers\[0\]\.val is no field; use key, value$/],
  [{ topic: 't', value: { base64: '?' } }, /^value\.base64 is "\?"; use base64 /],
  [{ topic: 't', value: { base64: 'abc' } }, /^value\.base64 is "abc"; /],
  [{ topic: 't', vaule: 'x' }, /^vaule is no field; use topic, /],
  [{ topic: 't', records: [] }, /^records is \[\]; use a list of at least one record$/],
  [{ topic: 't', records: {} }, /^records is \{\}; /],
  [{ topic: 't', records: ['x'] }, /^records\[0\] is "x"; /],
  [{ topic: 't', records: [{ value: 'x' }, { key: 'y' }] }, /^records\[1\]\.value is missing; /],
  [{ topic: 't', records: [{ value: 'x', topic: 'u' }] }, /^records\[0\]\.topic is no field; /],
  [{ topic: 't', value: 'x', records: [{ value: 'x' }] }, /^value is no field; use topic, records$/],
  ['{"topic":"t","value":9007199254740993}', /^value has a number beyond 2\^53, /],
  ['{"topic":"t","value":{"id":12345678901234567890}}', /^value: id has a number beyond 2\^53, /],
  ['{"topic":"t","value":1e400}', /^value has a number beyond 2\^53, /],
  [`{"topic":"t","value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /^value is nested too deeply; /],
  ['{"topic":"t",\n"value":}', /^the body is not JSON: Unexpected token '}', .*"value":}/s],
  ['{"topic":"t",\n"value" 1}', /^the body is not JSON in line 2, column 9: /],
  ['{"topic":"t"', /^the body is not JSON in line 1, column 13: /],
  ['[]', /^the body is JSON, but no object; use /],
]

for (const [body, message] of wrong) {
  const title = typeof body === 'string' ? body : JSON.stringify(body)
  test(`${title.slice(0, 70)} is refused, and nothing is stored`, async () => {
    const http = testHttp()
    const { status, json } = await http.post('/produce', body, { 'content-type': 'application/json' })
    assert.is(status, 400)
    assert.match(json.error.message, message)
    assert.is(http.cluster.topics.count, 0)
  })
}

test('a form whose headers are no JSON, or that repeats a field, is refused', async () => {
  const http = testHttp()
  const noJson = await http.post('/produce', new URLSearchParams({ topic: 't', value: 'x', headers: 'a=b' }))
  assert.is(noJson.status, 400)
  assert.match(noJson.json.error.message, /^headers is not JSON: /)
  const twice = await http.post('/produce', new URLSearchParams('topic=t&value=1&value=2'))
  assert.is(twice.json.error.message, 'value is given twice; give it once')
})

test('a body of another type is refused by its name', async () => {
  const { status, json } = await testHttp().post('/produce', '<a/>', { 'content-type': 'text/xml' })
  assert.is(status, 415)
  assert.match(json.error.message, /^the body is text\/xml; use application\/json, /)
})

test('a partition that the topic does not have is named with those it has', async () => {
  const http = testHttp({ settings: { partitionCount: 3 } })
  const { status, json } = await http.post('/produce', { topic: 't', partition: 3, value: 'x' })
  assert.is(status, 404)
  assert.equal(json.error, {
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    message: 'topic t has no partition 3; use 0 to 2',
  })
})

test('an unknown topic is an error where topics are not created on first use', async () => {
  const http = testHttp({ settings: { createsTopics: false } })
  const { status, json } = await http.post('/produce', { topic: 't', value: 'x' })
  assert.is(status, 404)
  assert.is(json.error.code, 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.match(json.error.message, /auto_create_topics/)
})

test('a name that no topic can have is refused', async () => {
  const { status, json } = await testHttp().post('/produce', { topic: 'a/b', value: 'x' })
  assert.is(status, 400)
  assert.is(json.error.code, 'INVALID_TOPIC_EXCEPTION')
})

test('a partition without a leader, or with too few in sync, answers 503 and names who is to be started', async ({
  after,
}) => {
  const http = testHttp({ nodeCount: 3 })
  after(http.close)
  topicOf(http, 'one', { partitions: 3 })
  topicOf(http, 'three', { replicationFactor: 3, configs: { 'min.insync.replicas': '2' } })
  for (const id of [1, 2]) http.stop(id)
  const unled = http.cluster.topics.get('one')!.replicas.findIndex(({ leader }) => leader === noLeader)
  const [first, second] = [
    await http.post('/produce', { topic: 'one', partition: unled, value: 'x' }),
    await http.post('/produce', { topic: 'three', value: 'x' }),
  ]
  const { replicas } = http.cluster.topics.get('one')!.replicas[unled]!
  assert.equal(
    [first.status, first.json.error],
    [
      503,
      {
        code: 'LEADER_NOT_AVAILABLE',
        message: `partition ${unled} of topic "one" has no leader; start broker ${replicas}`,
      },
    ],
  )
  assert.equal([second.status, second.json.error.code], [503, 'NOT_ENOUGH_REPLICAS'])
  assert.match(second.json.error.message, /partition 0 of topic "three" .*start broker (1 or 2|2 or 1)$/)
  await http.start(2)
  assert.is((await http.post('/produce', { topic: 'three', value: 'x' })).status, 200)
})

test('without key and partition, records go where somebody leads', async ({ after }) => {
  const http = testHttp({ nodeCount: 2 })
  after(http.close)
  const { replicas } = topicOf(http, 'two', { partitions: 2 })
  http.stop(2)
  const led = replicas.findIndex(({ leader }) => leader === 1)
  const answers = [1, 2, 3].map((value) => http.post('/produce', { topic: 'two', value }))
  assert.equal(
    (await Promise.all(answers)).map(({ json }) => json.partition),
    [led, led, led],
  )
})

test('a record larger than the topic allows answers 413', async () => {
  const { status, json } = await testHttp().post('/produce', { topic: 't', value: 'x'.repeat(2_000_000) })
  assert.is(status, 413)
  assert.is(json.error.code, 'MESSAGE_TOO_LARGE')
})

test('a time that the topic does not allow answers 400', async () => {
  const { status, json } = await testHttp().post('/produce', { topic: 't', value: 'x', timestamp: startMs * 2 })
  assert.is(status, 400)
  assert.is(json.error.code, 'INVALID_TIMESTAMP')
})

test.run()
