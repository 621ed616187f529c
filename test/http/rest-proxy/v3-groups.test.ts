/** Consumer groups of v3: who is in them, what they read, and how far behind they are. */
import * as assert from 'uvu/assert'
import { topicOf } from '../../support/produced.ts'
import { type RestProxy, restProxy, v2, v2Json } from '../../support/rest-proxy.ts'
import { suite } from '../../support/suite.ts'

const test = suite('consumer groups of v3')

const groups = '/v3/clusters/cluster-1/consumer-groups'
const self = `http://localhost${groups}`
const crn = 'crn:///kafka=cluster-1'

/** A group `g` whose one instance has read, and committed, two of three records. */
async function reading(): Promise<RestProxy & { readonly consumer: string }> {
  const proxy = restProxy()
  topicOf(proxy, 't', { partitions: 2 })
  const { ask } = proxy
  const headers = { 'content-type': v2 }
  await ask('POST', '/consumers/g', { name: 'i', format: 'json', 'auto.offset.reset': 'earliest' }, headers)
  await ask('POST', '/consumers/g/instances/i/subscription', { topics: ['t'] }, headers)
  const produce = (partition: number, value: number) =>
    ask('POST', `/topics/t/partitions/${partition}`, { records: [{ value }] }, { 'content-type': v2Json })
  await produce(0, 1)
  await produce(1, 2)
  await ask('GET', '/consumers/g/instances/i/records', undefined, { accept: v2Json })
  await ask('POST', '/consumers/g/instances/i/offsets')
  await produce(1, 3)
  const [member] = [...proxy.cluster.groups.classic('g')!.members]
  return { ...proxy, consumer: member!.id }
}

test('a group is shown with its state and its assignor', async () => {
  const { ask } = await reading()
  const group = (await ask('GET', `${groups}/g`)).json
  assert.equal(group, {
    kind: 'KafkaConsumerGroup',
    metadata: { self: `${self}/g`, resource_name: `${crn}/consumer-group=g` },
    cluster_id: 'cluster-1',
    consumer_group_id: 'g',
    is_simple: false,
    partition_assignor: 'range',
    state: 'STABLE',
    type: 'CLASSIC',
    is_mixed_consumer_group: false,
    coordinator: { related: 'http://localhost/v3/clusters/cluster-1/brokers/1' },
    consumers: { related: `${self}/g/consumers` },
    lag_summary: { related: `${self}/g/lag-summary` },
  })
  assert.equal((await ask('GET', groups)).json.data, [group])
})

test('a group that only committed offsets is simple and empty', async () => {
  const proxy = restProxy()
  topicOf(proxy, 't')
  const { ask } = proxy
  await ask('POST', '/consumers/s', { name: 'i' }, { 'content-type': v2 })
  const offsets = [{ topic: 't', partition: 0, offset: 0 }]
  await ask('POST', '/consumers/s/instances/i/offsets', { offsets }, { 'content-type': v2 })
  const { is_simple, state, partition_assignor } = (await ask('GET', `${groups}/s`)).json
  assert.equal([is_simple, state, partition_assignor], [true, 'EMPTY', ''])
})

test('a group without members has no consumers', async () => {
  const { ask } = await reading()
  await ask('DELETE', '/consumers/g/instances/i')
  assert.is((await ask('GET', `${groups}/g`)).json.state, 'EMPTY')
  assert.equal((await ask('GET', `${groups}/g/consumers`)).json.data, [])
})

test('consumers are shown with their assignments', async () => {
  const { ask, consumer } = await reading()
  const shown = (await ask('GET', `${groups}/g/consumers/${consumer}`)).json
  assert.equal(shown, {
    kind: 'KafkaConsumer',
    metadata: {
      self: `${self}/g/consumers/${consumer}`,
      resource_name: `${crn}/consumer-group=g/consumer=${consumer}`,
    },
    cluster_id: 'cluster-1',
    consumer_group_id: 'g',
    consumer_id: consumer,
    instance_id: null,
    client_id: 'consumer-g-1',
    assignments: { related: `${self}/g/consumers/${consumer}/assignments` },
  })
  assert.equal((await ask('GET', `${groups}/g/consumers`)).json.data, [shown])
  const { data } = (await ask('GET', `${groups}/g/consumers/${consumer}/assignments`)).json
  assert.equal(
    data.map((one: { partition_id: number }) => one.partition_id),
    [0, 1],
  )
  const one = (await ask('GET', `${groups}/g/consumers/${consumer}/assignments/t/partitions/1`)).json
  assert.equal(one, data[1])
  assert.is(one.lag.related, `${self}/g/lags/t/partitions/1`)
  assert.is(one.metadata.resource_name, `${crn}/consumer-group=g/consumer=${consumer}/assignment=t/partition=1`)
})

test('lags are what was not committed yet, and whose it is', async () => {
  const { ask, consumer } = await reading()
  const { data } = (await ask('GET', `${groups}/g/lags`)).json
  assert.equal(
    data.map((one: Record<string, unknown>) => [one.partition_id, one.current_offset, one.log_end_offset, one.lag]),
    [
      [0, 1, 1, 0],
      [1, 1, 2, 1],
    ],
  )
  const one = (await ask('GET', `${groups}/g/lags/t/partitions/1`)).json
  assert.equal(one, data[1])
  assert.equal([one.consumer_id, one.client_id, one.instance_id], [consumer, 'consumer-g-1', null])
})

test('the summary names the partition that is most behind', async () => {
  const { ask, consumer } = await reading()
  const summary = (await ask('GET', `${groups}/g/lag-summary`)).json
  const { max_lag_topic_name, max_lag_partition_id, max_lag, total_lag, max_lag_consumer_id } = summary
  assert.equal([max_lag_topic_name, max_lag_partition_id, max_lag, total_lag], ['t', 1, 1, 1])
  assert.is(max_lag_consumer_id, consumer)
  assert.is(summary.max_lag_partition.related, 'http://localhost/v3/clusters/cluster-1/topics/t/partitions/1')
})

const absent: readonly (readonly [path: string, message: string])[] = [
  ['/nope', 'HTTP 404 Not Found'],
  ['/nope/consumers', 'Consumer Group nope does not exist.'],
  ['/nope/lags', 'Consumer Group nope could not be found.'],
  ['/nope/lag-summary', 'Consumer Group nope could not be found.'],
  ['/g/consumers/nobody', 'HTTP 404 Not Found'],
  ['/g/consumers/nobody/assignments', 'Consumer nobody does not exist.'],
  ['/g/lags/t/partitions/9', 'HTTP 404 Not Found'],
  ['/g/lags/t/partitions/x', 'HTTP 404 Not Found'],
]

for (const [path, message] of absent) {
  test(`${path} is not there`, async () => {
    const { status, json } = await (await reading()).ask('GET', `${groups}${path}`)
    assert.is(status, 404)
    assert.equal(json, { error_code: 404, message })
  })
}

test.run()
