import * as assert from 'uvu/assert'
import {
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  NONE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { describeTopicPartitions } from '../../src/protocol/messages/describe-topic-partitions.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeTopicPartitions')
type Cursor = { topicName: string; partitionIndex: number } | null

function withTopics(after: (close: () => void) => void): TestBroker {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'b', { partitions: 3 })
  topicOf(broker, 'a', { partitions: 2 })
  return broker
}

/** `a 0,1 b 0 > b 1`: topics with their partitions, and where the next page begins. */
async function page(broker: TestBroker, limit: number, cursor: Cursor = null, names: string[] = []) {
  const asked = { topics: names.map((name) => ({ name })), responsePartitionLimit: limit, cursor }
  const { topics, nextCursor: next } = await broker.request(describeTopicPartitions, 0, asked)
  const told = topics.map(({ name, partitions }) => `${name} ${partitions.map((one) => one.partitionIndex)}`)
  return `${told.join(' ')}${next === null ? '' : ` > ${next.topicName} ${next.partitionIndex}`}`
}

test('goes through topics by name, so many partitions at a time', async ({ after }) => {
  const broker = withTopics(after)
  assert.is(await page(broker, 100), 'a 0,1 b 0,1,2')
  assert.is(await page(broker, 3), 'a 0,1 b 0 > b 1')
  assert.is(await page(broker, 3, { topicName: 'b', partitionIndex: 1 }), 'b 1,2')
  assert.is(await page(broker, 2), 'a 0,1 > b 0')
  assert.is(await page(broker, 0), 'a 0 > a 1')
  assert.is(await page(broker, 9, null, ['b', 'b']), 'b 0,1,2')
})

test('what does not exist is told where it was named', async ({ after }) => {
  const broker = withTopics(after)
  const { topics } = await broker.request(describeTopicPartitions, 0, { topics: [{ name: 'no' }, { name: '..' }] })
  assert.equal(
    topics.map(({ name, errorCode }) => [name, errorCode]),
    [
      ['..', INVALID_TOPIC_EXCEPTION.code],
      ['no', UNKNOWN_TOPIC_OR_PARTITION.code],
    ],
  )
})

test('a cursor must be on a topic that was named, and on a partition that can be', async ({ after }) => {
  const broker = withTopics(after)
  for (const cursor of [
    { topicName: 'a', partitionIndex: 0 },
    { topicName: 'b', partitionIndex: -1 },
  ]) {
    const asked = { topics: [{ name: 'b' }], responsePartitionLimit: 9, cursor }
    const { topics } = await broker.request(describeTopicPartitions, 0, asked)
    assert.equal(
      topics.map(({ errorCode }) => errorCode),
      [INVALID_REQUEST.code],
    )
  }
})

test('tells which replicas may lead though they are no longer in sync', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  topicOf(broker, 'a', { replicationFactor: 3, configs: { 'min.insync.replicas': '3' } })
  broker.stop(1)
  const { topics } = await broker.request(describeTopicPartitions, 0, { topics: [] }, { nodeId: 2 })
  const { errorCode, leaderId, isrNodes, eligibleLeaderReplicas, offlineReplicas } = topics[0]!.partitions[0]!
  assert.equal(
    [errorCode, leaderId, isrNodes, eligibleLeaderReplicas, offlineReplicas],
    [NONE.code, 2, [2, 3], [1], [1]],
  )
})

test.run()
