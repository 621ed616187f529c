import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import {
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  NONE,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('Metadata')
const newest = 13
const unasked = -2147483648
const unknownId = 'AAAAAAAAAAAAAAAAAAAAzA'
const ofTopic = 3576 // read, write, create, delete, alter, describe, describe configs, alter configs
const ofCluster = 8096 // create, alter, describe, cluster action, describe configs, alter configs, idempotent write

const named = (...names: (string | null)[]) => names.map((name) => ({ name, topicId: ZERO_UUID }))
const withIds = (...ids: string[]) => ids.map((topicId) => ({ name: null, topicId }))

test('tells brokers, leaders and replicas', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const topic = topicOf(broker, 'orders', { partitions: 3, replicationFactor: 2 })
  const answer = await broker.request(metadata, newest, { topics: named('orders') })
  assert.equal(answer, {
    throttleTimeMs: 0,
    brokers: [1, 2, 3].map((nodeId) => ({ nodeId, host: '127.0.0.1', port: 9091 + nodeId, rack: null })),
    clusterId: broker.cluster.id,
    controllerId: 1,
    topics: [
      {
        errorCode: NONE.code,
        name: 'orders',
        topicId: topic.id,
        isInternal: false,
        partitions: [
          [1, 2],
          [2, 3],
          [3, 1],
        ].map((brokers, partitionIndex) => ({
          errorCode: NONE.code,
          partitionIndex,
          leaderId: brokers[0]!,
          leaderEpoch: 0,
          replicaNodes: brokers,
          isrNodes: brokers,
          offlineReplicas: [],
        })),
        topicAuthorizedOperations: unasked,
      },
    ],
    clusterAuthorizedOperations: unasked,
    errorCode: NONE.code,
  })
})

test('each version tells the same as far as it can', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'orders')
  for (let version = 0; version <= newest; version++) {
    const { brokers, topics, clusterId } = await broker.request(metadata, version, { topics: named('orders') })
    assert.equal(brokers, [{ nodeId: 1, host: '127.0.0.1', port: 9092, rack: null }])
    assert.is(clusterId, version >= 2 ? broker.cluster.id : null)
    assert.is(topics[0]?.topicId, version >= 10 ? id : ZERO_UUID)
    assert.is(topics[0]?.partitions[0]?.leaderEpoch, version >= 7 ? 0 : -1)
  }
})

test('no topics means all in version 0 and none from version 1 on, where null means all', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  topicOf(broker, 'b')
  const names = async (version: number, topics: null | []) =>
    (await broker.request(metadata, version, { topics })).topics.map(({ name }) => name)
  assert.equal(await names(0, []), ['a', 'b'])
  assert.equal(await names(1, []), [])
  for (const version of [1, 9, 12, newest]) assert.equal(await names(version, null), ['a', 'b'])
})

test('a topic that is asked for twice is told once', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'orders')
  const byName = await broker.request(metadata, newest, { topics: named('orders', 'orders') })
  const byId = await broker.request(metadata, newest, { topics: withIds(id, id) })
  assert.equal([byName.topics.length, byId.topics.length], [1, 1])
})

test('from version 12 on topics are asked for by id, too, and then names do not count', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'orders')
  for (const version of [12, newest]) {
    const { topics } = await broker.request(metadata, version, {
      topics: [...withIds(unknownId, id), ...named('orders')],
      includeTopicAuthorizedOperations: true,
    })
    assert.equal(
      topics.map(({ errorCode, name, topicId }) => [errorCode, name, topicId]),
      [
        [UNKNOWN_TOPIC_ID.code, null, unknownId],
        [NONE.code, 'orders', id],
      ],
    )
    assert.equal(
      topics.map((topic) => topic.topicAuthorizedOperations),
      [unasked, ofTopic],
    )
  }
})

test('versions 10 and 11 can carry an id, but it is refused, and with it the whole request', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'orders')
  for (const version of [10, 11]) {
    const answer = await broker.request(metadata, version, { topics: [...withIds(id), ...named('orders')] })
    const { brokers, clusterId, controllerId, topics } = answer
    assert.equal([brokers, clusterId, controllerId], [[], null, -1])
    assert.equal(
      topics.map(({ errorCode, name, topicId }) => [errorCode, name, topicId]),
      [
        [INVALID_REQUEST.code, '', id],
        [INVALID_REQUEST.code, 'orders', ZERO_UUID],
      ],
    )
  }
})

test('a topic named neither way is refused', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { topics } = await broker.request(metadata, newest, { topics: named(null) })
  assert.is(topics[0]?.errorCode, INVALID_REQUEST.code)
})

test('names that no topic can have are refused, whether it may be created or not', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const allowAutoTopicCreation of [true, false]) {
    const { topics } = await broker.request(metadata, newest, {
      topics: named('', '.', '..', 'a b', 'x'.repeat(250)),
      allowAutoTopicCreation,
    })
    for (const { errorCode } of topics) assert.is(errorCode, INVALID_TOPIC_EXCEPTION.code)
  }
})

test('a topic comes into being when first asked for', async ({ after }) => {
  const broker = testBroker({ settings: { partitionCount: 2 } })
  after(broker.close)
  const asked = { topics: named('new'), allowAutoTopicCreation: true }
  const { topics } = await broker.request(metadata, newest, asked)
  assert.is(topics[0]?.errorCode, NONE.code)
  assert.is(topics[0]?.partitions.length, 2)
  assert.is(topics[0]?.topicId, broker.cluster.topics.get('new')?.id)
})

test('before version 4 a client cannot say that it does not want the topic', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await broker.request(metadata, 3, { topics: named('new'), allowAutoTopicCreation: false })
  assert.is(broker.cluster.topics.get('new')?.name, 'new')
})

test('a topic is not created where the client or the settings do not want it', async ({ after }) => {
  const willing = testBroker()
  const unwilling = testBroker({ settings: { createsTopics: false } })
  after(willing.close)
  after(unwilling.close)
  for (const [broker, allowAutoTopicCreation] of [
    [willing, false],
    [unwilling, true],
  ] as const) {
    const { topics } = await broker.request(metadata, newest, {
      topics: named('new'),
      allowAutoTopicCreation,
      includeTopicAuthorizedOperations: true,
    })
    const [{ errorCode, topicId, partitions, topicAuthorizedOperations }] = topics as [(typeof topics)[0]]
    assert.equal([errorCode, topicId, partitions], [UNKNOWN_TOPIC_OR_PARTITION.code, ZERO_UUID, []])
    assert.is(topicAuthorizedOperations, ofTopic)
    assert.is(broker.cluster.topics.count, 0)
  }
})

test('who asks is told what he may do', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'orders')
  const asked = { includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true }
  for (const version of [8, 10, newest]) {
    const answer = await broker.request(metadata, version, { topics: named('orders'), ...asked })
    assert.is(answer.topics[0]?.topicAuthorizedOperations, ofTopic)
    assert.is(answer.clusterAuthorizedOperations, version <= 10 ? ofCluster : unasked)
  }
})

test('Kafka’s own topics are marked', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, '__consumer_offsets')
  const { topics } = await broker.request(metadata, newest, { topics: null })
  assert.ok(topics[0]?.isInternal)
})

test.run()
