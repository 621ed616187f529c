/**
 * The examples that Confluent publishes of its REST Proxy, in the README of kafka-rest and in the OpenAPI document of
 * v3, as requests and what is to come back. Where theirs names a thing that only their cluster has, ours stands here.
 */
import * as assert from 'uvu/assert'
import { type RestProxy, restProxy, resultsOf, v2, v2Json } from '../../support/rest-proxy.ts'
import { startMs } from '../../support/broker.ts'
import { topicOf } from '../../support/produced.ts'
import { suite } from '../../support/suite.ts'

const test = suite('published examples of the REST Proxy')

const cluster = 'http://localhost/v3/clusters/cluster-1'
const crn = 'crn:///kafka=cluster-1'
const now = new Date(startMs).toISOString()
const accept = { accept: v2 }

function published(): RestProxy {
  const proxy = restProxy({ nodeCount: 3 })
  topicOf(proxy, 'topic-1', { partitions: 2, replicationFactor: 3 })
  return proxy
}

function topic(name: string, replication_factor: number, partitions_count: number) {
  return {
    kind: 'KafkaTopic',
    metadata: { self: `${cluster}/topics/${name}`, resource_name: `${crn}/topic=${name}` },
    cluster_id: 'cluster-1',
    topic_name: name,
    is_internal: false,
    replication_factor,
    partitions_count,
    partitions: { related: `${cluster}/topics/${name}/partitions` },
    configs: { related: `${cluster}/topics/${name}/configs` },
    partition_reassignments: { related: `${cluster}/topics/${name}/partitions/-/reassignment` },
    authorized_operations: [],
  }
}

function broker(id: number) {
  return {
    kind: 'KafkaBroker',
    metadata: { self: `${cluster}/brokers/${id}`, resource_name: `${crn}/broker=${id}` },
    cluster_id: 'cluster-1',
    broker_id: id,
    host: 'localhost',
    port: 9091 + id,
    rack: null,
    configs: { related: `${cluster}/brokers/${id}/configs` },
    partition_replicas: { related: `${cluster}/brokers/${id}/partition-replicas` },
  }
}

const theCluster = {
  kind: 'KafkaCluster',
  metadata: { self: cluster, resource_name: crn },
  cluster_id: 'cluster-1',
  controller: { related: `${cluster}/brokers/1` },
  acls: { related: `${cluster}/acls` },
  brokers: { related: `${cluster}/brokers` },
  broker_configs: { related: `${cluster}/broker-configs` },
  consumer_groups: { related: `${cluster}/consumer-groups` },
  topics: { related: `${cluster}/topics` },
  partition_reassignments: { related: `${cluster}/topics/-/partitions/-/reassignment` },
}

const partition = {
  kind: 'KafkaPartition',
  metadata: { self: `${cluster}/topics/topic-1/partitions/1`, resource_name: `${crn}/topic=topic-1/partition=1` },
  cluster_id: 'cluster-1',
  topic_name: 'topic-1',
  partition_id: 1,
  leader: { related: `${cluster}/topics/topic-1/partitions/1/replicas/2` },
  replicas: { related: `${cluster}/topics/topic-1/partitions/1/replicas` },
  reassignment: { related: `${cluster}/topics/topic-1/partitions/1/reassignment` },
}

const replica = {
  kind: 'KafkaReplica',
  metadata: {
    self: `${cluster}/topics/topic-1/partitions/1/replicas/1`,
    resource_name: `${crn}/topic=topic-1/partition=1/replica=1`,
  },
  cluster_id: 'cluster-1',
  topic_name: 'topic-1',
  partition_id: 1,
  broker_id: 1,
  is_leader: false,
  is_in_sync: true,
  broker: { related: `${cluster}/brokers/1` },
}

function list(kind: string, path: string, data: readonly object[]) {
  return { kind, metadata: { self: `${cluster}${path}`, next: null }, data }
}

const clusters = {
  kind: 'KafkaClusterList',
  metadata: { self: 'http://localhost/v3/clusters', next: null },
  data: [theCluster],
}

const uniform = {
  topic_name: 'topic-X',
  partitions_count: 64,
  replication_factor: 3,
  configs: [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'compression.type', value: 'gzip' },
  ],
}
const explicit = { topic_name: 'topic-X', replicas_assignments: { 0: [1, 2], 1: [2, 3], 2: [3, 1] } }
const dryRun = { topic_name: 'topic-X', partitions_count: 64, replication_factor: 3, validate_only: true }
const alteration = {
  data: [
    { name: 'cleanup.policy', operation: 'DELETE' },
    { name: 'compression.type', value: 'gzip' },
  ],
}
const strings = {
  entries: [
    { id: '1', value: { type: 'STRING', data: 'My first message' } },
    { id: '2', value: { type: 'STRING', data: 'My second message' } },
  ],
}

type Example = readonly [method: string, path: string, body: object | null, status: number, answer: object | null]

const v3: readonly Example[] = [
  ['GET', '', null, 200, theCluster],
  ['GET', '/brokers', null, 200, list('KafkaBrokerList', '/brokers', [broker(1), broker(2), broker(3)])],
  ['GET', '/brokers/1', null, 200, broker(1)],
  ['GET', '/topics', null, 200, list('KafkaTopicList', '/topics', [topic('topic-1', 3, 2)])],
  ['GET', '/topics/topic-1', null, 200, topic('topic-1', 3, 2)],
  ['POST', '/topics', { topic_name: 'jsontest' }, 201, topic('jsontest', 1, 1)],
  ['POST', '/topics', uniform, 201, topic('topic-X', 3, 64)],
  ['POST', '/topics', explicit, 201, topic('topic-X', 2, 3)],
  ['POST', '/topics', dryRun, 200, topic('topic-X', 3, 64)],
  ['PATCH', '/topics/topic-1', { partitions_count: 5 }, 200, topic('topic-1', 3, 5)],
  ['DELETE', '/topics/topic-1', null, 204, null],
  ['POST', '/topics/topic-1/configs:alter', alteration, 204, null],
  ['POST', '/topics/topic-1/configs:alter', { ...alteration, validate_only: true }, 204, null],
  ['PUT', '/topics/topic-1/configs/compression.type', { value: 'gzip' }, 204, null],
  ['DELETE', '/topics/topic-1/configs/compression.type', null, 204, null],
  ['GET', '/topics/topic-1/partitions/1', null, 200, partition],
  ['GET', '/topics/topic-1/partitions/1/replicas/1', null, 200, replica],
  [
    'GET',
    '/topics/-/partitions/-/reassignment',
    null,
    200,
    list('KafkaReassignmentList', '/topics/-/partitions/-/reassignment', []),
  ],
  ['GET', '/consumer-groups', null, 200, list('KafkaConsumerGroupList', '/consumer-groups', [])],
  ['GET', '/nowhere', null, 404, { error_code: 404, message: 'HTTP 404 Not Found' }],
  [
    'POST',
    '/topics',
    { topic_name: 'topic-1' },
    400,
    { error_code: 40002, message: "Topic 'topic-1' already exists." },
  ],
  [
    'GET',
    '/topics/no-such-topic',
    null,
    404,
    { error_code: 40403, message: 'This server does not host this topic-partition.' },
  ],
]

for (const [method, path, body, status, answer] of v3) {
  test(`v3: ${method} ${path} ${body === null ? '' : JSON.stringify(body).slice(0, 60)}`, async () => {
    const asked = await published().ask(method, `/v3/clusters/cluster-1${path}`, body ?? undefined)
    assert.is(asked.status, status)
    if (answer === null) assert.is(asked.text, '')
    else assert.equal(asked.json, answer)
  })
}

test('v3: the clusters, of which there is one, and a cluster that is another', async () => {
  const { ask } = published()
  assert.equal((await ask('GET', '/v3/clusters')).json, clusters)
  const other = await ask('GET', '/v3/clusters/my-cluster')
  assert.is(other.status, 404)
  assert.equal(other.json, { error_code: 404, message: 'Cluster my-cluster cannot be found.' })
})

test('v3: an altered config, with what stands behind it', async () => {
  const { ask } = published()
  await ask('POST', '/v3/clusters/cluster-1/topics/topic-1/configs:alter', alteration)
  assert.equal((await ask('GET', '/v3/clusters/cluster-1/topics/topic-1/configs/compression.type')).json, {
    kind: 'KafkaTopicConfig',
    metadata: {
      self: `${cluster}/topics/topic-1/configs/compression.type`,
      resource_name: `${crn}/topic=topic-1/config=compression.type`,
    },
    cluster_id: 'cluster-1',
    topic_name: 'topic-1',
    name: 'compression.type',
    value: 'gzip',
    is_default: false,
    is_read_only: false,
    is_sensitive: false,
    source: 'DYNAMIC_TOPIC_CONFIG',
    synonyms: [
      { name: 'compression.type', value: 'gzip', source: 'DYNAMIC_TOPIC_CONFIG' },
      { name: 'compression.type', value: 'producer', source: 'DEFAULT_CONFIG' },
    ],
  })
})

const stored = { error_code: 200, cluster_id: 'cluster-1', topic_name: 'topic-1', timestamp: now }
const whole = {
  partition_id: 1,
  headers: [
    { name: 'Header-1', value: 'SGVhZGVyLTE=' },
    { name: 'Header-2', value: 'SGVhZGVyLTI=' },
  ],
  key: { type: 'BINARY', data: 'Zm9vYmFy' },
  value: { type: 'JSON', data: { foo: 'bar' } },
  timestamp: '2021-02-05T19:14:42Z',
}

const produced: readonly (readonly [sent: string, results: readonly object[]])[] = [
  [
    '{"value":{"type":"JSON","data":{"name":"testUser"}}}',
    [{ ...stored, partition_id: 0, offset: 0, value: { type: 'JSON', size: 19 } }],
  ],
  [
    '{"partition_id":0,"value":{"type":"JSON","data":"ONE"}} {"partition_id":0,"value":{"type":"JSON","data":"TWO"}}',
    [
      { ...stored, partition_id: 0, offset: 0, value: { type: 'JSON', size: 5 } },
      { ...stored, partition_id: 0, offset: 1, value: { type: 'JSON', size: 5 } },
    ],
  ],
  [
    '{"value":{"type":"STRING","data":"REST"}}',
    [{ ...stored, partition_id: 0, offset: 0, value: { type: 'STRING', size: 4 } }],
  ],
  [
    JSON.stringify(whole),
    [
      {
        ...stored,
        partition_id: 1,
        offset: 0,
        timestamp: '2021-02-05T19:14:42.000Z',
        key: { type: 'BINARY', size: 6 },
        value: { type: 'JSON', size: 13 },
      },
    ],
  ],
  [
    '{"value":{"type":"BINARY","data":1}}',
    [{ error_code: 400, message: 'Bad Request: data=1 is not a base64 string.' }],
  ],
]

for (const [sent, results] of produced) {
  test(`v3: producing ${sent.slice(0, 70)}`, async () => {
    const answered = await published().ask('POST', '/v3/clusters/cluster-1/topics/topic-1/records', sent)
    assert.is(answered.status, 200)
    assert.equal(resultsOf(answered), results)
  })
}

test('v3: producing a batch', async () => {
  const answered = await published().ask('POST', '/v3/clusters/cluster-1/topics/topic-1/records:batch', strings)
  assert.is(answered.status, 207)
  const { error_code, ...success } = { ...stored, partition_id: 0 }
  assert.equal(answered.json, {
    successes: [
      { id: '1', ...success, offset: 0, value: { type: 'STRING', size: 16 } },
      { id: '2', ...success, offset: 1, value: { type: 'STRING', size: 17 } },
    ],
    failures: [],
  })
})

test('v3: a batch of which one record is no base64', async () => {
  const entries = [
    { id: '1', value: { type: 'STRING', data: 'Message' } },
    { id: '2', value: { type: 'BINARY', data: 'Message$' } },
  ]
  const path = '/v3/clusters/cluster-1/topics/topic-1/records:batch'
  const { json } = await published().ask('POST', path, { entries })
  assert.is(json.successes[0].id, '1')
  assert.equal(json.failures, [
    { id: '2', error_code: 400, message: 'Bad Request: data="Message$" is not a valid base64 string.' },
  ])
})

test('v2: the quick start, from a topic to a consumer that is closed', async () => {
  const proxy = restProxy()
  topicOf(proxy, 'jsontest')
  const { ask } = proxy
  const type = { 'content-type': v2, accept: v2 }
  assert.equal((await ask('GET', '/topics', undefined, accept)).json, ['jsontest'])

  const described = (await ask('GET', '/topics/jsontest', undefined, accept)).json
  assert.is(described.name, 'jsontest')
  assert.equal(described.partitions, [
    { partition: 0, leader: 1, replicas: [{ broker: 1, leader: true, in_sync: true }] },
  ])

  const records = '{"records":[{"value":{"name": "testUser"}}]}'
  assert.equal((await ask('POST', '/topics/jsontest', records, { 'content-type': v2Json })).json, {
    offsets: [{ partition: 0, offset: 0, error_code: null, error: null }],
    key_schema_id: null,
    value_schema_id: null,
  })

  const instance = { name: 'my_consumer_instance', format: 'json', 'auto.offset.reset': 'earliest' }
  const at = '/consumers/my_json_consumer/instances/my_consumer_instance'
  assert.equal((await ask('POST', '/consumers/my_json_consumer', instance, type)).json, {
    instance_id: 'my_consumer_instance',
    base_uri: `http://localhost${at}`,
  })

  const subscribed = await ask('POST', `${at}/subscription`, { topics: ['jsontest'] }, type)
  assert.equal([subscribed.status, subscribed.text], [204, ''])

  const read = await ask('GET', `${at}/records`, undefined, { accept: v2Json })
  assert.is(read.type, v2Json)
  assert.equal(read.json, [{ key: null, value: { name: 'testUser' }, partition: 0, offset: 0, topic: 'jsontest' }])

  const closed = await ask('DELETE', at, undefined, accept)
  assert.equal([closed.status, closed.text], [204, ''])
})

test.run()
