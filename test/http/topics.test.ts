/** Topics over HTTP, against a broker in memory. */
import * as assert from 'uvu/assert'
import { startMs } from '../support/broker.ts'
import { testHttp } from '../support/http.ts'
import { suite } from '../support/suite.ts'

const test = suite('topics over HTTP')

async function withTopic(body: object = {}) {
  const http = testHttp({ nodeCount: 2 })
  const made = await http.post('/topics', { name: 'orders', partitions: 3, ...body })
  assert.is(made.status, 201, made.text)
  return { ...http, made }
}

test('a topic is created with what was asked for, and shown as it is', async () => {
  const { made, get } = await withTopic({ replication_factor: 2, configs: { 'cleanup.policy': 'compact' } })
  assert.is(made.headers.get('location'), '/topics/orders')
  const { partitions, configs, ...topic } = made.json
  const { id, ...rest } = topic
  assert.equal(rest, {
    name: 'orders',
    is_internal: false,
    partition_count: 3,
    replication_factor: 2,
    record_count: 0,
    bytes: 0,
    cleanup_policy: 'compact',
  })
  assert.equal(partitions[1].replicas, [2, 1])
  const policy = configs.find(({ name }: { name: string }) => name === 'cleanup.policy')
  assert.equal([policy.value, policy.source, policy.type, policy.is_default], ['compact', 'topic', 'list', false])
  assert.equal((await get('/topics/orders')).json, made.json)
  assert.equal((await get('/topics')).json, { topics: [topic] })
})

test('without more than a name, the settings say how many partitions', async () => {
  const http = testHttp({ settings: { partitionCount: 5 } })
  const { json } = await http.post('/topics', { name: 't' })
  assert.equal([json.partition_count, json.replication_factor], [5, 1])
})

test('a list is cut by prefix and limit', async () => {
  const { get, cluster } = testHttp()
  for (const name of ['a1', 'b', 'a2', 'a3']) cluster.topics.create({ name, partitionCount: 1 })
  const names = async (query: string) =>
    (await get(`/topics${query}`)).json.topics.map(({ name }: { name: string }) => name)
  assert.equal(await names('?prefix=a&limit=2'), ['a1', 'a2'])
  assert.equal(await names(''), ['a1', 'b', 'a2', 'a3'])
})

test('a topic grows, and is deleted with the offsets of its groups', async () => {
  const { send, get, cluster } = await withTopic()
  assert.is((await send('PATCH', '/topics/orders', { partitions: 4 })).json.partitions.length, 4)
  assert.equal((await send('DELETE', '/topics/orders')).json, { deleted: 'orders' })
  assert.is(cluster.topics.count, 0)
  assert.is((await get('/topics/orders')).status, 404)
})

test('partitions are shown alone, with where they begin and end and where a time is', async () => {
  const { get, post } = await withTopic()
  for (const at of [10, 20])
    await post('/produce', { topic: 'orders', partition: 1, value: 'x', timestamp: startMs + at })
  const { json } = await get('/topics/orders/partitions/1')
  assert.equal([json.partition, json.leader, json.start_offset, json.high_watermark], [1, 2, 0, 2])
  assert.equal((await get('/topics/orders/partitions')).json.partitions[1], json)
  const offsets = async (query: string) => (await get(`/topics/orders/partitions/1/offsets${query}`)).json
  assert.equal(await offsets(''), { topic: 'orders', partition: 1, earliest: 0, latest: 2, at: null })
  assert.equal((await offsets(`?timestamp=${startMs + 11}`)).at, { offset: 1, timestamp: startMs + 20 })
  assert.is((await offsets(`?timestamp=${startMs + 21}`)).at, null)
})

test('records are deleted before offsets, or all of them', async () => {
  const { send, post, cluster } = await withTopic()
  for (let i = 0; i < 6; i++) await post('/produce', { topic: 'orders', partition: i % 2, value: 'x' })
  const first = await send('DELETE', '/topics/orders/records', { offsets: { 1: 2 } })
  assert.equal(first.json, { topic: 'orders', partitions: [{ partition: 1, start_offset: 2 }] })
  const { json } = await send('DELETE', '/topics/orders/records')
  assert.equal(
    json.partitions.map(({ start_offset }: { start_offset: number }) => start_offset),
    [3, 3, 0],
  )
  assert.is(cluster.memory.storedBytes, 0)
})

test('configs are set and given up together', async () => {
  const { send, get } = await withTopic()
  const set = await send('PATCH', '/topics/orders/configs', { set: { 'retention.ms': '1000', 'segment.ms': '500' } })
  assert.is(set.status, 200)
  const { json } = await send('PATCH', '/topics/orders/configs', {
    delete: ['segment.ms'],
    set: { 'retention.ms': '2000' },
  })
  const told = json.configs.filter(({ source }: { source: string }) => source === 'topic')
  assert.equal(
    told.map(({ name, value }: { name: string; value: string }) => [name, value]),
    [['retention.ms', '2000']],
  )
  assert.equal((await get('/topics/orders/configs')).json, json)
})

const wrong: readonly [method: string, path: string, body: unknown, status: number, message: RegExp][] = [
  ['POST', '/topics', { name: 'orders' }, 409, /^Topic 'orders' already exists; use another name/],
  ['POST', '/topics', { name: 'a/b' }, 400, /^Topic name is invalid: /],
  ['POST', '/topics', {}, 400, /^name is missing; use the name of a topic$/],
  ['POST', '/topics', { name: 't', partitions: 0 }, 400, /^partitions is 0; use a whole number from 1 to 10000$/],
  ['POST', '/topics', { name: 't', replication_factor: 3 }, 400, /only 2 broker\(s\)/],
  ['POST', '/topics', { name: 't', configs: { nope: '1' } }, 400, /^Topics have no config 'nope'/],
  ['POST', '/topics', { name: 't', configs: { 'retention.ms': 7 } }, 400, /^configs\.retention\.ms is 7; use text/],
  ['PATCH', '/topics/orders', { partitions: 2 }, 400, /more than 2; partitions can only be added/],
  ['PATCH', '/topics/nope', { partitions: 2 }, 404, /^topic "nope" does not exist; GET \/topics lists all$/],
  ['DELETE', '/topics/nope', undefined, 404, /^topic "nope" does not exist/],
  ['GET', '/topics/orders/partitions/3', undefined, 404, /^topic orders has no partition 3; use 0 to 2$/],
  ['GET', '/topics/orders/partitions/x', undefined, 400, /^partition is "x"; use a whole number/],
  [
    'DELETE',
    '/topics/orders/records',
    { offsets: { 0: 1 } },
    416,
    /^offset 1 is beyond partition 0 of orders; use at most 0$/,
  ],
  ['DELETE', '/topics/orders/records', { offsets: { x: 1 } }, 404, /has no partition/],
  ['PATCH', '/topics/orders/configs', { set: { 'retention.ms': 'long' } }, 400, /retention\.ms/],
  ['PATCH', '/topics/orders/configs', { sets: {} }, 400, /^sets is no field; use set, delete$/],
]

for (const [method, path, body, status, message] of wrong) {
  test(`${method} ${path} with ${JSON.stringify(body)} is refused, and changes nothing`, async () => {
    const { send, get } = await withTopic()
    const before = (await get('/topics/orders')).text
    const reply = await send(method, path, body)
    assert.is(reply.status, status, reply.text)
    assert.match(reply.json.error.message, message)
    assert.is((await get('/topics/orders')).text, before)
    assert.is((await get('/topics')).json.topics.length, 1)
  })
}

test('a topic that is only compacted keeps its records', async () => {
  const { send } = await withTopic({ configs: { 'cleanup.policy': 'compact' } })
  const { status, json } = await send('DELETE', '/topics/orders/records')
  assert.is(status, 422)
  assert.match(json.error.message, /set its cleanup\.policy to delete first/)
})

test.run()
