/** Producing by v2, and looking at topics: formats, partitions, and what is refused. */
import * as assert from 'uvu/assert'
import { allAccepted } from '../../../src/plugins/judgement.ts'
import { nobody } from '../../support/broker.ts'
import { topicOf } from '../../support/produced.ts'
import { type RestProxy, restProxy, v2, v2Binary, v2Json } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('producing by the REST Proxy’s v2')

function withTopic(options: Parameters<typeof restProxy>[0] = {}): RestProxy {
  const proxy = restProxy(options)
  topicOf(proxy, 't', { partitions: 3 })
  return proxy
}

test('keys choose partitions as Kafka’s Java client does; a partition that is named wins', async () => {
  const { ask } = withTopic()
  const records = [
    { key: 'a', value: 1 },
    { key: 'a', value: 2 },
    { key: 'a', value: 3, partition: 2 },
  ]
  const { json } = await ask('POST', '/topics/t', { records }, { 'content-type': v2Json })
  const [first, second, third] = json.offsets
  assert.equal([first.partition, second.offset], [second.partition, first.offset + 1])
  assert.is(third.partition, 2)
})

test('records without a key go to the partitions by turns', async () => {
  const { ask } = withTopic()
  const partitions: number[] = []
  for (let turn = 0; turn < 4; turn++) {
    const { json } = await ask('POST', '/topics/t', { records: [{ value: turn }] }, { 'content-type': v2Json })
    partitions.push(json.offsets[0].partition)
  }
  assert.equal(partitions, [0, 1, 2, 0])
})

test('what a plugin refuses fails with its batch, and says whose doing it is', async () => {
  const refusals = [{ index: 1, plugin: 'guard', reason: 'bad', onReject: 'fail' as const, isFailure: false }]
  const judge = { ...nobody, wants: () => true, judge: async () => ({ ...allAccepted, refusals }) }
  const { ask, cluster } = withTopic({ judge })
  const records = [{ value: 1 }, { value: 2 }]
  const { status, json } = await ask('POST', '/topics/t/partitions/0', { records }, { 'content-type': v2Json })
  assert.is(status, 200)
  assert.equal(json.offsets, [
    {
      partition: null,
      offset: null,
      error_code: 50002,
      error: "another record of its batch was refused: refused by plugin 'guard': bad",
    },
    { partition: null, offset: null, error_code: 50002, error: "refused by plugin 'guard': bad" },
  ])
  assert.is(cluster.topics.get('t')!.partitions[0]!.highWatermark, 0)
})

test('a topic is made when first written to, unless settings forbid it', async () => {
  const records = [{ value: 1 }]
  const made = await restProxy().ask('POST', '/topics/new', { records }, { 'content-type': v2Json })
  assert.is(made.json.offsets[0].offset, 0)
  const proxy = restProxy({ settings: { createsTopics: false } })
  const { status, json } = await proxy.ask('POST', '/topics/new', { records }, { 'content-type': v2Json })
  assert.equal([status, json.error_code], [404, 40401])
})

const avro = 'application/vnd.kafka.avro.v2+json'

type Wrong = readonly [path: string, type: string, body: unknown, status: number, code: number]
const wrong: readonly Wrong[] = [
  ['/topics/t', v2Json, undefined, 422, 42206],
  ['/topics/t', v2Json, { records: [] }, 422, 422],
  ['/topics/t', v2Json, {}, 422, 422],
  ['/topics/t', v2Json, { records: { value: 1 } }, 400, 400],
  ['/topics/t', v2Json, { records: [1] }, 400, 400],
  ['/topics/t', v2Json, { records: [{ vaule: 1 }] }, 422, 422],
  ['/topics/t', v2Json, { records: [{ value: 1, partition: -1 }] }, 400, 400],
  ['/topics/t', v2Json, '{"records":', 400, 400],
  ['/topics/t', v2Binary, { records: [{ value: 1 }] }, 400, 400],
  ['/topics/t', v2Binary, { records: [{ value: 'a$' }] }, 400, 400],
  ['/topics/t', avro, { records: [{ key: 1, value: 1 }] }, 422, 42201],
  ['/topics/t', avro, { records: [{ value: 1 }] }, 422, 42202],
  ['/topics/t', avro, { records: [{ value: 1 }], value_schema_id: 1 }, 422, 42207],
  ['/topics/t/partitions/3', v2Json, { records: [{ value: 1 }] }, 404, 40402],
  ['/topics/t/partitions/x', v2Json, { records: [{ value: 1 }] }, 404, 40402],
  ['/topics/t/partitions/0', v2Json, { records: [{ value: 1, partition: 0 }] }, 422, 422],
  ['/topics/a%2Fb', v2Json, { records: [{ value: 1 }] }, 400, 40002],
]

for (const [path, type, body, status, code] of wrong) {
  test(`${path} with ${JSON.stringify(body)} as ${type} is ${code}, and nothing is stored`, async () => {
    const { ask, cluster } = withTopic()
    const answered = await ask('POST', path, body, { 'content-type': type })
    assert.equal([answered.status, answered.json.error_code], [status, code], answered.text)
    assert.is(cluster.memory.storedBytes, 0)
  })
}

test('what is nested beyond all measure is refused, wherever it stands', async () => {
  const { ask, cluster } = withTopic()
  const deep = (inner: string) => `${'['.repeat(99_999)}${inner}${']'.repeat(99_999)}`
  const bodies = [`{"records":[{"value":${deep('1')}}]}`, `{"records":[{"value":1,"partition":${deep('1.0')}}]}`]
  for (const type of [v2Json, v2Binary]) {
    for (const body of bodies) {
      const { status, json } = await ask('POST', '/topics/t', body, { 'content-type': type })
      assert.equal([status, json.error_code], [400, 400], `${type} ${json.message}`)
    }
  }
  assert.is(cluster.memory.storedBytes, 0)
})

test('partitions and offsets are shown, or not found', async () => {
  const { ask } = withTopic()
  await ask('POST', '/topics/t/partitions/1', { records: [{ value: 1 }] }, { 'content-type': v2Json })
  const get = (path: string) => ask('GET', path, undefined, { accept: v2 })
  assert.equal((await get('/topics/t/partitions/1/offsets')).json, { beginning_offset: 0, end_offset: 1 })
  const replicas = [{ broker: 1, leader: true, in_sync: true }]
  assert.equal((await get('/topics/t/partitions/2')).json, { partition: 2, leader: 1, replicas })
  assert.is((await get('/topics/t/partitions')).json.length, 3)
  assert.is((await get('/topics/t')).json.configs['cleanup.policy'], 'delete')
  assert.is((await get('/topics/t/partitions/9')).json.error_code, 40402)
  assert.is((await get('/topics/nope')).json.error_code, 40403)
  assert.is((await get('/topics/nope/partitions')).json.error_code, 40403)
})

test.run()
