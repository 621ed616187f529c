import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { findLed, findTopic, leaderEpochRefusal } from '../../src/handlers/partitions.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { startMs, type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('partitions')

function contextOf({ cluster }: TestBroker, nodeId = 1, version = 0) {
  const connection = { nodeId, localAddress: '', remoteAddress: '', principal: anonymous }
  return { version, now: startMs, clientId: null, connection, cluster }
}

function named<T extends object>(found: T | KafkaError): T | string {
  return found instanceof KafkaError ? found.name : found
}

test('a topic is found by its id where messages carry ids, else by its name', ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  const found = (version: number, name: string, topicId: string) =>
    named(findTopic({ name, topicId }, contextOf(broker, 1, version)))
  assert.is(found(12, 'a', ZERO_UUID), topic)
  assert.is(found(13, '', topic.id), topic)
  assert.is(found(12, 'nope', ZERO_UUID), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.is(found(12, '', ZERO_UUID), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.is(found(13, '', 'AAAAAAAAAAAAAAAAAAAAzA'), 'UNKNOWN_TOPIC_ID')
  assert.is(found(13, '', ZERO_UUID), 'UNKNOWN_TOPIC_ID')
})

test('a partition is found on the broker that leads it', ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const topic = topicOf(broker, 'a', { partitions: 2 })
  const found = (index: number, nodeId: number) => named(findLed(topic, index, contextOf(broker, nodeId)))
  assert.equal(found(1, 2), { topic, partition: topic.partitions[1]! })
  assert.is(found(1, 1), 'NOT_LEADER_OR_FOLLOWER')
  for (const index of [2, -1]) assert.is(found(index, 1), 'UNKNOWN_TOPIC_OR_PARTITION')
})

test('what a client believes of the leader is neither older nor newer than what is, if it says anything', ({
  after,
}) => {
  const broker = testBroker()
  after(broker.close)
  const partition = topicOf(broker, 'a').partitions[0]!
  partition.beginLeaderEpoch(5)
  const refusal = (believed: number) => leaderEpochRefusal(partition, believed)?.name
  assert.equal([refusal(-1), refusal(5)], [undefined, undefined])
  assert.equal([refusal(4), refusal(6)], ['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH'])
})

test.run()
