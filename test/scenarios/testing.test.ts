/** A broker inside a test: what is there from the start, what comes and goes, and what is left when it is closed. */
import { createHook } from 'node:async_hooks'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { type BrokerOptions, createBroker, type RunningBroker } from '../../src/index.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { kafkajs, producing } from '../support/kafkajs.ts'
import { guardPath } from '../support/running.ts'
import { testCachePath } from '../support/plugins.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { fetching, wire } from '../support/wire.ts'

const test = suite('a broker inside a test', 10)

async function broker({ after }: Cleanup, options: BrokerOptions = {}): Promise<RunningBroker> {
  const made = await createBroker({ restPort: null, ...options })
  after(() => made.close())
  return made
}

const valuesOf = async (made: RunningBroker, topic: string) => (await made.records(topic)).map(({ value }) => value)

function file({ after }: Cleanup, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-seed-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('what is produced is read, with key, headers, time and place', async (cleanup) => {
  const made = await broker(cleanup, { topics: ['t:4'] })
  const [stored] = await made.produce('t', { key: 'k', value: { a: 1 }, headers: { h: 'x' }, timestamp: 1000 })
  const [record, ...others] = await made.records('t')
  assert.equal(others, [])
  const { json, keyBytes, valueBytes, ...plain } = record!
  assert.equal(plain, { ...stored, key: 'k', value: '{"a":1}', headers: { h: 'x' }, topic: 't' })
  assert.equal(json(), { a: 1 })
  assert.equal([keyBytes, valueBytes], [Buffer.from('k'), Buffer.from('{"a":1}')])
  assert.equal(await made.records('t', { partition: (stored!.partition + 1) % 4 }), [])
})

test('configs of brokers are Kafka’s own, and a wrong one is told by its name', async (cleanup) => {
  const made = await broker(cleanup, { brokerConfigs: { 'message.max.bytes': 100 }, topics: ['t'] })
  const tooLarge = await made.produce('t', { value: 'x'.repeat(200) }).catch((error: Error) => error.message)
  assert.match(`${tooLarge}`, /MESSAGE_TOO_LARGE: .* max.message.bytes is 100/)
  const failure = await createBroker({ brokerConfigs: { 'message.max.byte': 1 } }).catch(
    (error: Error) => error.message,
  )
  assert.match(`${failure}`, /no config message\.max\.byte; did you mean message\.max\.bytes/)
})

test('a key finds the partition that a client would find for it', async (cleanup) => {
  const made = await broker(cleanup, { topics: ['t:16'] })
  const producer = await producing(cleanup, kafkajs([made.bootstrap]))
  const [theirs] = await producer.send({ topic: 't', messages: [{ key: 'some key', value: 'x' }] })
  const [ours] = await made.produce('t', { key: 'some key', value: 'y' })
  assert.is(ours!.partition, theirs!.partition)
})

test('text, bytes, base64, tombstones and JSON are stored as what they are', async (cleanup) => {
  const made = await broker(cleanup)
  const values = ['text', Buffer.from([0xff]), { base64: '/w==' }, null, 42, [true]]
  await made.produce(
    't',
    values.map((value) => ({ value })),
  )
  const bytes = (await made.records('t')).map(({ valueBytes }) => valueBytes)
  assert.equal(bytes, [
    Buffer.from('text'),
    Buffer.from([255]),
    Buffer.from([255]),
    null,
    Buffer.from('42'),
    Buffer.from('[true]'),
  ])
})

test('many records are batches that the broker takes, in their order', async (cleanup) => {
  const made = await broker(cleanup)
  const values = Array.from({ length: 3000 }, (_, at) => `${at}`.padEnd(1000))
  await made.produce(
    't',
    values.map((value) => ({ value })),
  )
  assert.equal(await valuesOf(made, 't'), values)
})

test('what cannot be stored is thrown, with Kafka’s name for it', async (cleanup) => {
  const made = await broker(cleanup, {
    plugins: [guardPath],
    pluginCachePath: testCachePath,
    createsTopics: false,
    topics: ['t'],
  })
  const thrown = async (topic: string, record: { value: string; partition?: number }) =>
    made.produce(topic, record).then(
      () => 'stored',
      (error) => `${error.code}: ${error.message}`,
    )
  assert.match(await thrown('none', { value: 'x' }), /^UNKNOWN_TOPIC_OR_PARTITION: topic 'none'/)
  assert.match(
    await thrown('t', { value: 'x', partition: 3 }),
    /^UNKNOWN_TOPIC_OR_PARTITION: topic 't' has no partition 3; use 0 to 0/,
  )
  assert.match(await thrown('t', { value: 'x'.repeat(2_000_000) }), /^MESSAGE_TOO_LARGE: t-0/)
  assert.match(await thrown('t', { value: '' }), /^INVALID_RECORD: t-0: plugin 'guard.wasm' refused/)
  assert.equal(await made.records('t'), [])
})

test('records are waited for until there are enough that match', async (cleanup) => {
  const made = await broker(cleanup)
  const waiting = made.waitFor('later', { count: 2, match: ({ value }) => value !== 'noise' })
  for (const value of ['noise', 'one', 'noise', 'two']) {
    await made.produce('later', { value })
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  assert.equal(
    (await waiting).map(({ value }) => value),
    ['one', 'two'],
  )
})

test('in vain: it is told what there was instead', async (cleanup) => {
  const made = await broker(cleanup, { clock: 'manual' })
  await made.produce('t', { key: 'k', value: 'other' })
  const late = async (topic: string): Promise<string> =>
    made.waitFor(topic, { count: 2, timeoutMs: 20 }).then(
      () => 'came',
      (error) => error.message,
    )
  assert.match(
    await late('t'),
    "waited 20 ms for 2 records of topic 't'; 1 came, it holds 1 records, the last: k: other",
  )
  assert.match(await late('none'), "waited 20 ms for 2 records of topic 'none'; 0 came, there is no such topic")
  const broken = made.waitFor('t', { match: (record) => record.json() }).then(
    () => 'came',
    (error) => `${error}`,
  )
  assert.match(await broken, 'SyntaxError')
})

test('topics and records are there from the start', async (cleanup) => {
  const csv = file(cleanup, 'people.csv', 'key,value,header.source\nann,"a ""b"", c",csv\nbob,x,csv\n')
  const made = await broker(cleanup, {
    topics: ['plain', 'many:3:1:compact', { name: 'own', partitions: 2, configs: { 'retention.ms': 1000 } }],
    seed: [
      { topic: 'plain', records: ['text', { key: 'k', value: { a: 1 } }, { id: 7 }] },
      { topic: 'people', file: csv },
      { file: file(cleanup, 'r.ndjson', '{"topic":"x","value":1}\n\n{"topic":"y","value":null}\n') },
      { topic: 'list', file: file(cleanup, 'r.json', '[1, {"value": "two"}]') },
      { topic: 'rows', file: file(cleanup, 'rows.csv', 'key,amount\na,5\n') },
    ],
  })
  assert.equal(await valuesOf(made, 'plain'), ['text', '{"a":1}', '{"id":7}'])
  const people = await made.records('people')
  assert.equal(
    people.map(({ key, value, headers }) => [key, value, headers]),
    [
      ['ann', 'a "b", c', { source: 'csv' }],
      ['bob', 'x', { source: 'csv' }],
    ],
  )
  assert.equal(
    [await valuesOf(made, 'x'), await valuesOf(made, 'y'), await valuesOf(made, 'list')],
    [['1'], [null], ['1', 'two']],
  )
  assert.equal(await valuesOf(made, 'rows'), ['{"key":"a","amount":"5"}'])
  const one = await wire(cleanup, made.bootstrap)
  one.send(metadata, 12, { topics: null })
  const { topics } = await one.answer(metadata, 12)
  const counts = Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]))
  assert.equal([counts.plain, counts.many, counts.own], [1, 3, 2])
})

const misfits: readonly [options: BrokerOptions, why: RegExp][] = [
  [{ topics: ['a b'] }, /createBroker: topics\[0\] is "a b"; use a name, or name:partitions/],
  [{ topics: [{ name: 'a', partitions: 0 }] }, /topics\[0\]\.partitions is 0; use 1–10000/],
  [
    { topics: [{ name: 'a', configs: { 'no.such': 1 } }] },
    /topics: 'a' cannot be created: Topics have no config 'no\.such'/,
  ],
  [{ topics: ['a', 'a'] }, /topics: 'a' cannot be created: Topic 'a' already exists/],
  [{ seed: [{ topic: 'a' }] }, /seed\[0\] has no records; add records or file/],
  [{ seed: [{ records: ['x'] }] }, /seed\[0\]: record 1 has no topic/],
  [{ seed: [{ file: 'none.json', topic: 'a' }] }, /seed\[0\]: .*none\.json: there is no such file/],
  [{ seed: [{ file: 'a.txt', topic: 'a' }] }, /use a file that ends in \.json/],
  [{ seed: [{ topic: 'a', records: [{ value: 1, kee: 2 } as never] }] }, /record 1 knows no kee; use topic, key/],
  [{ seed: [{ topic: 'a', records: [{ value: 1, partition: -1 }] }] }, /partition is -1; use a whole number/],
  [{ plugins: [{ path: 'x.wasm', instnces: 2 }] }, /plugins\[0\]\.instnces is no setting; did you mean instances\?/],
  [{ faults: [{ api: 'Produced', delay: 1 }] }, /faults\[0\]\.api is Produced; did you mean Produce\?/],
]

for (const [options, why] of misfits) {
  test(`${JSON.stringify(options)} is refused by name`, async (cleanup) => {
    const error = await broker(cleanup, options).then(
      () => new Error('it started'),
      (error: Error) => error,
    )
    assert.match(error.message, why)
  })
}

test('a reset brings back the beginning, whatever there was', async (cleanup) => {
  const made = await broker(cleanup, { topics: ['t'], seed: [{ topic: 't', records: ['seed'] }], clock: 'manual' })
  await made.produce('t', { value: 'more' })
  await made.produce('other', { value: 'x' })
  made.faults.add({ delay: 1 })
  made.clock.advance('1d')
  await made.reset()
  assert.equal(await valuesOf(made, 't'), ['seed'])
  assert.equal(await made.records('other'), [])
  assert.equal(made.faults.list(), [])
  assert.ok(Math.abs(made.clock.now() - Date.now()) < 10_000)
  await made.produce('t', { value: 'again' })
  await made.reset()
  assert.equal(await valuesOf(made, 't'), ['seed'])
})

test('to a client that stays connected, topics were deleted and made again', async (cleanup) => {
  const made = await broker(cleanup, { topics: ['t'] })
  const one = await wire(cleanup, made.bootstrap)
  const topicOf = async () => {
    one.send(metadata, 12, { topics: null })
    return (await one.answer(metadata, 12)).topics[0]!
  }
  const before = await topicOf()
  await made.produce('t', [{ value: 'a' }, { value: 'b' }])
  one.send(fetchApi, 12, { ...fetching('t', 2), maxWaitMs: 30_000, minBytes: 1 })
  await new Promise((resolve) => setTimeout(resolve, 20))
  await made.reset()
  const parked = await one.answer(fetchApi, 12)
  assert.is(parked.responses[0]!.partitions[0]!.errorCode, 1, 'OFFSET_OUT_OF_RANGE')
  const after = await topicOf()
  assert.is.not(after.topicId, before.topicId)
})

test('a fork holds what there was, and goes its own way', async (cleanup) => {
  const made = await broker(cleanup, { topics: ['t'], clock: 'manual' })
  made.clock.set('2030-01-01T00:00:00Z')
  await made.produce('t', { value: 'common' })
  const forked = await made.fork()
  cleanup.after(() => forked.close())
  await made.produce('t', { value: 'first' })
  await forked.produce('t', { value: 'second' })
  assert.equal(await valuesOf(made, 't'), ['common', 'first'])
  assert.equal(await valuesOf(forked, 't'), ['common', 'second'])
  assert.is(forked.clock.now(), made.clock.now())
  assert.is.not(forked.bootstrap, made.bootstrap)
  await forked.reset()
  assert.equal(await valuesOf(forked, 't'), ['common'])
})

test('a fork goes on with offsets and producers, not with members', async (cleanup) => {
  const made = await broker(cleanup)
  const producer = await producing(cleanup, kafkajs([made.bootstrap]), { idempotent: true, maxInFlightRequests: 1 })
  await producer.send({ topic: 't', messages: [{ value: 'x' }] })
  const partition = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: null }
  const topics = [{ name: 't', topicId: ZERO_UUID, partitions: [partition] }]
  const here = await wire(cleanup, made.bootstrap)
  here.send(offsetCommit, 8, { groupId: 'g', generationIdOrMemberEpoch: -1, topics })
  await here.answer(offsetCommit, 8)
  const forked = await made.fork()
  cleanup.after(() => forked.close())
  const there = await wire(cleanup, forked.bootstrap)
  there.send(offsetFetch, 7, { groupId: 'g', topics: null })
  const [offsets] = (await there.answer(offsetFetch, 7)).topics
  assert.is(offsets!.partitions[0]!.committedOffset, 1)
})

test('snapshots are taken, listed, come back to, as often as one likes, and removed', async (cleanup) => {
  const made = await broker(cleanup)
  await made.produce('t', { value: 'one' })
  const taken = made.snapshots.take('after-one')
  assert.equal([taken.name, taken.topics, taken.groups], ['after-one', 1, 0])
  assert.ok(taken.bytes > 60)
  await made.produce('t', { value: 'two' })
  made.snapshots.take()
  assert.equal(
    made.snapshots.list().map(({ name }) => name),
    ['after-one', 'snapshot-1'],
  )
  for (let round = 0; round < 2; round++) {
    made.snapshots.restore('after-one')
    assert.equal(await valuesOf(made, 't'), ['one'])
    await made.produce('t', { value: `round ${round}` })
  }
  made.snapshots.restore('snapshot-1')
  assert.equal(await valuesOf(made, 't'), ['one', 'two'])
  assert.throws(() => made.snapshots.take('after-one'), /there is a snapshot 'after-one' already/)
  assert.is(made.snapshots.restore('none'), undefined)
  assert.is(made.snapshots.remove('after-one'), true)
  assert.is(made.snapshots.remove('after-one'), false)
})

test('what clients did is there to be looked at', async (cleanup) => {
  const made = await broker(cleanup)
  const producer = await producing(cleanup, kafkajs([made.bootstrap]))
  await producer.send({ topic: 't', messages: [{ value: 'x' }] })
  const [produced, ...others] = made.requests({ api: 'Produce' })
  assert.equal([others.length, produced!.errors, produced!.outcome], [0, [], 'answered'])
  await made.reset()
  assert.equal(made.requests(), [])
})

/** Timers that were set and neither ran out nor were cleared; but for Node.js's own, by which it writes dates. */
function countTimers({ after }: Cleanup): Set<number> {
  const set = new Set<number>()
  const hook = createHook({
    init: (id, type) => {
      if (type === 'Timeout' && !new Error().stack!.includes('node:internal/http:')) set.add(id)
    },
    destroy: (id) => void set.delete(id),
  }).enable()
  after(() => hook.disable())
  return set
}

test('closed, it leaves no timer, not even one that would not keep the process', async (cleanup) => {
  const timers = countTimers(cleanup)
  const made = await createBroker({ topics: ['t'], brokerPorts: [0, 0] })
  made.faults.add({ delay: '10m', api: 'ApiVersions', for: '1h' })
  const [answer] = (await once(request(`${made.httpUrl}/faults`, { agent: false }).end(), 'response')) as [
    IncomingMessage,
  ]
  answer.resume()
  const client = connect(Number(made.bootstrap.split(':').at(-1)), '127.0.0.1')
  await once(client, 'connect')
  const waiting = made.waitFor('t', { timeoutMs: 20 }).catch(() => 'late')
  assert.ok(timers.size > 0, 'the count sees them')
  assert.is(await waiting, 'late')
  await made.close()
  client.destroy()
  await setImmediate() // Node.js tells of what is gone a little later.
  assert.is(timers.size, 0)
})

test('closed, it leaves neither socket nor timer, whatever was going on', async () => {
  const handles = () =>
    process
      .getActiveResourcesInfo()
      .filter((one) => !/^(TTYWrap|PipeWrap|FSReq|Immediate|MessagePort)/.test(one))
      .sort()
  await new Promise((resolve) => setTimeout(resolve, 50)) // What the test before has left comes to its end.
  const before = handles()
  await using made = await createBroker({ topics: ['t'], brokerPorts: [0, 0], requestBytesMax: 1_000_000 })
  made.faults.add({ delay: '10m', api: 'ApiVersions', for: '1h' })
  const forked = await made.fork()
  const waiting = made.waitFor('t', { timeoutMs: 50 }).catch(() => 'late')
  const answer = await fetch(`${made.httpUrl}/faults`, { headers: { connection: 'close' } })
  await answer.text()
  await waiting
  await forked.close()
  await made.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(
    handles().filter((one) => one !== 'Timeout'),
    before.filter((one) => one !== 'Timeout'),
  )
})

test.run()
