/** Consumer instances of v2, as their HTTP clients see them, on a clock that the test turns. */

import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { recordsBytesMax } from '../../../src/http/rest-proxy/v2-consumers.ts'
import { instanceTimeoutMs } from '../../../src/http/rest-proxy/v2-instances.ts'
import { topicOf } from '../../support/produced.ts'
import { type RestProxy, restProxy, v2, v2Binary, v2Json } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('consumer instances of the REST Proxy')

const type = { 'content-type': v2 }
const at = '/consumers/g/instances/i'

interface Consuming extends RestProxy {
  /** To the instance. */
  post(path: string, body?: unknown): ReturnType<RestProxy['ask']>
  read(query?: string, accept?: string): ReturnType<RestProxy['ask']>
  produce(values: readonly unknown[], partition?: number, topic?: string): Promise<void>
}

/** With a topic `t` of two partitions and, unless told otherwise, a JSON instance from the beginning. */
async function consuming(config: object | null = {}, topics: readonly string[] = ['t']): Promise<Consuming> {
  const proxy = restProxy()
  topicOf(proxy, 't', { partitions: 2 })
  const { ask } = proxy
  const all = { name: 'i', format: 'json', 'auto.offset.reset': 'earliest', ...config }
  if (config !== null) assert.is((await ask('POST', '/consumers/g', all, type)).status, 200)
  if (config !== null && topics.length > 0) await ask('POST', `${at}/subscription`, { topics }, type)
  return {
    ...proxy,
    post: (path, body) => ask('POST', `${at}${path}`, body, type),
    read: (query = '', accept = v2Json) => ask('GET', `${at}/records${query}`, undefined, { accept }),
    async produce(values, partition = 0, topic = 't') {
      const records = values.map((value) => ({ value }))
      const path = `/topics/${topic}/partitions/${partition}`
      assert.is((await ask('POST', path, { records }, { 'content-type': v2Json })).json.offsets[0].error_code, null)
    },
  }
}

/** Lets what is under way go on, and then time pass. */
async function pass({ clock }: RestProxy, ms: number): Promise<void> {
  await settled()
  clock.advance(ms)
  await settled()
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function valuesOf({ json }: { readonly json: readonly { readonly value: unknown }[] }) {
  return json.map(({ value }) => value)
}

test('records are handed out once, and the next read goes on', async () => {
  const { produce, read } = await consuming()
  await produce([1, 2])
  await produce([3], 1)
  assert.equal(valuesOf(await read()).sort(), [1, 2, 3])
  await produce([4])
  assert.equal(valuesOf(await read()), [4])
})

test('a read without records waits, and is answered by the next one', async () => {
  const consumer = await consuming()
  const read = consumer.read('?timeout=500')
  await pass(consumer, 499)
  await consumer.produce(['now'])
  assert.equal(valuesOf(await read), ['now'])
})

test('a read that waits in vain is answered with nothing when its time is up', async () => {
  const consumer = await consuming()
  const read = consumer.read('?timeout=500')
  await pass(consumer, 500)
  assert.equal((await read).json, [])
})

test('no read waits longer than the instance was told to', async () => {
  const consumer = await consuming({ 'consumer.request.timeout.ms': 100 })
  const read = consumer.read('?timeout=5000')
  await pass(consumer, 100)
  assert.equal((await read).json, [])
})

test('with fetch.min.bytes a read waits for more', async () => {
  const consumer = await consuming({ 'fetch.min.bytes': 5 })
  await consumer.produce([123])
  const read = consumer.read()
  await pass(consumer, 10)
  await consumer.produce([456])
  assert.equal(valuesOf(await read), [123, 456])
})

test('max_bytes is never reached: what would reach it is for the next read', async () => {
  const { produce, read } = await consuming()
  await produce([100, 200, 300])
  assert.equal(valuesOf(await read('?max_bytes=7')), [100, 200])
  assert.equal((await read('?max_bytes=3')).json, [])
  assert.equal(valuesOf(await read(`?max_bytes=${10 * recordsBytesMax}`)), [300])
})

test('an instance that begins at the latest record begins where the log ended when it was first read', async () => {
  const consumer = await consuming({ 'auto.offset.reset': 'latest' })
  await consumer.produce(['old'])
  const first = consumer.read()
  await pass(consumer, 1_000)
  assert.equal((await first).json, [])
  await consumer.produce(['new'])
  assert.equal(valuesOf(await consumer.read()), ['new'])
})

test('an instance that may begin nowhere says so', async () => {
  const { read } = await consuming({ 'auto.offset.reset': 'none' })
  const { status, json } = await read()
  assert.is(status, 500)
  assert.equal(json, { error_code: 50002, message: 'Undefined offset with no reset policy for partitions: [t-0]' })
})

test('bytes are read as base64, and keys with them', async () => {
  const { ask } = await consuming({ format: 'binary' })
  const record = { key: 'a2V5', value: 'Y29uZmx1ZW50', partition: 1 }
  await ask('POST', '/topics/t', { records: [record] }, { 'content-type': v2Binary })
  const { json, type: answered } = await ask('GET', `${at}/records`, undefined, { accept: v2Binary })
  assert.equal(json, [{ topic: 't', key: 'a2V5', value: 'Y29uZmx1ZW50', partition: 1, offset: 0 }])
  assert.is(answered, v2Binary)
})

test('another format than the instance’s is not acceptable', async () => {
  const { read } = await consuming()
  for (const accept of [v2Binary, v2, 'application/vnd.kafka.avro.v2+json']) {
    const { status, json } = await read('', accept)
    assert.equal([status, json.error_code], [406, 40601], accept)
  }
  assert.is((await read('', 'text/html')).json.error_code, 406)
})

test('who names no format gets that of the instance', async () => {
  const { produce, read } = await consuming()
  await produce([1, 2, 3])
  assert.is((await read('?max_bytes=2', '*/*')).type, v2Json)
  assert.is((await read('?max_bytes=2', 'application/json')).type, v2Json)
  assert.is((await read('', `${v2}; q=0.5, ${v2Json}`)).type, v2Json)
})

test('a record that is no JSON stops a JSON consumer after what came before it, until it is passed', async () => {
  const { produce, read, ask, post } = await consuming()
  await produce(['good'])
  await ask('POST', '/topics/t/partitions/0', { records: [{ value: 'b29wcw==' }] }, { 'content-type': v2Binary })
  await produce(['better'])
  assert.equal(valuesOf(await read()), ['good'])
  const { status, json } = await read()
  assert.equal([status, json.error_code], [408, 40801])
  assert.match(json.message, /^"oops" is not JSON; /)
  await post('/positions', { offsets: [{ topic: 't', partition: 0, offset: 2 }] })
  assert.equal(valuesOf(await read()), ['better'])
})

test('committed are the positions, or what is named, which is the last record that was read', async () => {
  const consumer = await consuming()
  await consumer.produce([1, 2, 3])
  await consumer.read()
  assert.equal((await consumer.post('/offsets')).json, [])
  const offsets = consumer.cluster.groups.offsets('g')!
  assert.is(offsets.get('t', 0)!.offset, 3)
  await consumer.post('/offsets', { offsets: [{ topic: 't', partition: 0, offset: 0, metadata: 'note' }] })
  assert.equal([offsets.get('t', 0)!.offset, offsets.get('t', 0)!.metadata], [1, 'note'])
  const unknown = await consumer.post('/offsets', { offsets: [{ topic: 'nope', partition: 0, offset: 0 }] })
  assert.equal([unknown.status, unknown.json.error_code], [404, 40403])
})

test('committed offsets are asked for with a body, though by GET', async () => {
  const { http, post, produce, read } = await consuming()
  await produce([1])
  await read()
  await post('/offsets')
  const asked = JSON.stringify({
    partitions: [
      { topic: 't', partition: 0 },
      { topic: 'other', partition: 0 },
    ],
  })
  const incoming = Readable.from([Buffer.from(asked)])
  const response = await http.request(`${at}/offsets`, { headers: { 'content-type': v2 } }, { incoming })
  assert.equal(await response.json(), { offsets: [{ topic: 't', partition: 0, offset: 1, metadata: '' }] })
  const without = await http.request(`${at}/offsets`)
  assert.is(without.status, 404)
  assert.is(((await without.json()) as { error_code: number }).error_code, 40402)
})

test('an instance commits by itself: later, when it is read again, and when it is deleted', async () => {
  const consumer = await consuming()
  const committed = () => consumer.cluster.groups.offsets('g')?.get('t', 0)?.offset
  await consumer.produce([1])
  await consumer.read()
  assert.is(committed(), undefined)
  await pass(consumer, 5_000)
  await consumer.produce([2])
  await consumer.read()
  assert.is(committed(), 1)
  await consumer.ask('DELETE', at)
  assert.is(committed(), 2)
})

test('an instance that is told not to commits nothing by itself', async () => {
  const consumer = await consuming({ 'auto.commit.enable': 'false' })
  await consumer.produce([1])
  await consumer.read()
  await consumer.ask('DELETE', at)
  assert.is(consumer.cluster.groups.offsets('g'), undefined)
})

test('positions are set to offsets, times, the beginning and the end', async () => {
  const { produce, read, post, clock } = await consuming()
  await produce(['a'])
  clock.advance(1_000)
  const time = new Date(clock.now()).toISOString()
  await produce(['b', 'c'])
  await read()
  const partition = { topic: 't', partition: 0 }
  const both = { partitions: [partition] }
  assert.is((await post('/positions/beginning', both)).status, 204)
  assert.equal(valuesOf(await read()), ['a', 'b', 'c'])
  await post('/positions', { offsets: [{ ...partition, offset: 2 }] })
  assert.equal(valuesOf(await read()), ['c'])
  await post('/positions', { timestamps: [{ ...partition, timestamp: time }] })
  assert.equal(valuesOf(await read()), ['b', 'c'])
  await post('/positions/beginning', both)
  await post('/positions/end', both)
  await produce(['d'])
  assert.equal(valuesOf(await read()), ['d'])
})

test('a partition that is not assigned has no position to set', async () => {
  const { post } = await consuming()
  const offsets = [{ topic: 't', partition: 7, offset: 0 }]
  const { status, json } = await post('/positions', { offsets })
  assert.is(status, 409)
  assert.equal(json, { error_code: 40903, message: 'Illegal state: No current assignment for partition t-7' })
})

test('partitions chosen by the client need no group, and exclude a subscription', async () => {
  const consumer = await consuming({}, [])
  await consumer.produce([1], 1)
  const chosen = { partitions: [{ topic: 't', partition: 1 }] }
  assert.is((await consumer.post('/assignments', chosen)).status, 204)
  assert.equal((await consumer.ask('GET', `${at}/assignments`)).json, chosen)
  assert.equal(valuesOf(await consumer.read()), [1])
  assert.is(consumer.cluster.groups.get('g'), undefined)
  const subscribed = await consumer.post('/subscription', { topics: ['t'] })
  assert.equal([subscribed.status, subscribed.json.error_code], [409, 40903])
  await consumer.post('/offsets')
  assert.is(consumer.cluster.groups.offsets('g')!.get('t', 1)!.offset, 1)
})

test('a subscription by pattern finds topics that come later', async () => {
  const consumer = await consuming({}, [])
  await consumer.post('/subscription', { topic_pattern: 'log-.*' })
  const first = consumer.read()
  await pass(consumer, 1_000)
  assert.equal((await first).json, [])
  await consumer.produce(['x'], 0, 'log-1')
  await consumer.produce(['no'], 0, 'catalog-1')
  const later = consumer.read()
  await pass(consumer, 500)
  assert.equal(valuesOf(await later), ['x'])
  assert.equal((await consumer.ask('GET', `${at}/subscription`)).json, { topics: ['log-1'] })
  const both = await consumer.post('/subscription', { topics: ['t'] })
  assert.is(both.json.error_code, 40903)
})

test('a subscription ends with its group’s membership, and another may follow', async () => {
  const { ask, post, read, cluster, produce } = await consuming()
  await produce([1])
  await read()
  assert.is(cluster.groups.get('g')!.memberCount, 1)
  assert.is((await ask('DELETE', `${at}/subscription`)).status, 204)
  assert.is(cluster.groups.get('g')!.memberCount, 0)
  assert.equal((await ask('GET', `${at}/subscription`)).json, { topics: [] })
  assert.is((await read()).json.error_code, 40903)
  assert.is((await post('/subscription', { topic_pattern: 't' })).status, 204)
})

test('an instance that nobody uses is gone after five minutes, and every request begins them anew', async () => {
  const consumer = await consuming()
  await consumer.produce([1])
  await consumer.read()
  await pass(consumer, instanceTimeoutMs - 1)
  assert.is((await consumer.ask('GET', `${at}/subscription`)).status, 200)
  await pass(consumer, instanceTimeoutMs - 1)
  assert.is((await consumer.ask('GET', `${at}/subscription`)).status, 200)
  await pass(consumer, instanceTimeoutMs)
  const gone = await consumer.ask('GET', `${at}/subscription`)
  assert.equal([gone.status, gone.json.error_code], [404, 40403])
  assert.is(consumer.cluster.groups.get('g')?.memberCount ?? 0, 0)
})

test('reads of one instance follow each other', async () => {
  const consumer = await consuming()
  const reads = [consumer.read(), consumer.read()]
  await settled()
  await consumer.produce(['first'])
  await settled()
  await consumer.produce(['second'])
  assert.equal((await Promise.all(reads)).map(valuesOf), [['first'], ['second']])
})

test('an instance that is deleted while it is read is gone for the reader', async () => {
  const consumer = await consuming()
  const read = consumer.read()
  await settled()
  assert.is((await consumer.ask('DELETE', at)).status, 204)
  await pass(consumer, 0)
  const { status, json } = await read
  assert.equal([status, json.error_code], [404, 40403])
})

test('when Blink stops, reads end and instances leave their groups', async () => {
  const stopping = new AbortController()
  const proxy = restProxy({ stopping: stopping.signal })
  topicOf(proxy, 't')
  await proxy.ask('POST', '/consumers/g', { name: 'i' }, type)
  await proxy.ask('POST', `${at}/subscription`, { topics: ['t'] }, type)
  const read = proxy.ask('GET', `${at}/records`)
  await settled()
  assert.is(proxy.cluster.groups.get('g')!.memberCount, 1)
  stopping.abort()
  assert.is((await read).status, 404)
  assert.is(proxy.cluster.groups.get('g')!.memberCount, 0)
})

test('a reset of the broker leaves no instance, no member and no commit', async () => {
  const { produce, read, ask, post, cluster } = await consuming()
  await produce([1])
  await read()
  cluster.groups.clear()
  await settled()
  assert.equal([...cluster.groups.all()], [])
  assert.is((await post('/offsets')).json.error_code, 40403)
  assert.is((await ask('POST', '/consumers/g', { name: 'i' }, type)).status, 200)
})

test('a page of another origin reads nothing', async () => {
  const { produce, read, ask } = await consuming()
  await produce([1])
  const foreign = { 'sec-fetch-site': 'cross-site', accept: v2Json }
  assert.is((await ask('GET', `${at}/records`, undefined, foreign)).status, 403)
  assert.equal(valuesOf(await read()), [1])
})

const wrong: readonly (readonly [path: string, body: unknown, status: number, code: number])[] = [
  ['/consumers/g', { name: 'i' }, 409, 40902],
  ['/consumers/g', { format: 'xml' }, 422, 422],
  ['/consumers/g', { format: 'avro' }, 422, 42204],
  ['/consumers/g', { 'auto.offset.reset': 'bad' }, 422, 42204],
  ['/consumers/g', { 'auto.commit.enable': 'maybe' }, 400, 400],
  ['/consumers/g', { 'fetch.min.bytes': 10_000_001 }, 422, 40001],
  ['/consumers/g', { 'fetch.min.bytes': -2 }, 400, 400],
  ['/consumers/g', { nmae: 'x' }, 422, 422],
  ['/consumers/g', '{', 400, 400],
  ['/consumers/g', '[]', 400, 400],
  [`${at}/subscription`, undefined, 422, 42206],
  [`${at}/subscription`, {}, 422, 422],
  [`${at}/subscription`, { topics: 't' }, 400, 400],
  [`${at}/subscription`, { topic_pattern: '(' }, 422, 422],
  [`${at}/assignments`, { partitions: [{ topic: 't' }] }, 422, 422],
  [`${at}/assignments`, { partitions: [{ topic: 't', partition: -1 }] }, 400, 400],
  [`${at}/positions`, { timestamps: [{ topic: 't', partition: 0, timestamp: 'noon' }] }, 400, 400],
  [`${at}/offsets`, { offsets: [{ topic: 't', partition: 0, offset: -5 }] }, 400, 400],
  ['/consumers/g/instances/other/subscription', { topics: ['t'] }, 404, 40403],
]

for (const [path, body, status, code] of wrong) {
  test(`${path} with ${JSON.stringify(body) ?? 'nothing'} is ${code}`, async () => {
    const { ask } = await consuming()
    const answered = await ask('POST', path, body, type)
    assert.equal([answered.status, answered.json.error_code], [status, code], answered.text)
    assert.is(answered.type, v2)
  })
}

test('another body than JSON is not taken', async () => {
  const { ask } = await consuming(null)
  const { status, json } = await ask('POST', '/consumers/g', 'x', { 'content-type': 'text/html' })
  assert.equal([status, json.error_code], [415, 415])
})

test.run()
