import * as assert from 'uvu/assert'
import {
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  OFFSET_OUT_OF_RANGE,
  POLICY_VIOLATION,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('DeleteRecords')
const newest = 2

async function trim(broker: TestBroker, name: string, places: readonly (readonly [number, number])[], rest = {}) {
  const { version = newest, nodeId = 1 } = rest as { version?: number; nodeId?: number }
  const partitions = places.map(([partitionIndex, offset]) => ({ partitionIndex, offset }))
  const message = { topics: [{ name, partitions }], timeoutMs: 1000 }
  const { topics } = await broker.request(deleteRecords, version, message, { nodeId })
  return topics[0]!.partitions.map((one) => [one.partitionIndex, one.lowWatermark, one.errorCode])
}

async function brokerWithRecords(): Promise<TestBroker> {
  const broker = testBroker()
  topicOf(broker, 'a', { partitions: 2 })
  await produceTo(broker, 'a', batchOf(['0', '1', '2', '3']))
  return broker
}

test('the start of the log moves forward, never back', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  for (let version = 0; version <= newest; version++) {
    const offset = version + 1
    assert.equal(await trim(broker, 'a', [[0, offset]], { version }), [[0, offset, NONE.code]])
    assert.equal(await trim(broker, 'a', [[0, 0]], { version }), [[0, offset, NONE.code]])
  }
})

test('−1 is the high watermark, beyond which nothing can be deleted', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  assert.equal(await trim(broker, 'a', [[0, 5]]), [[0, -1, OFFSET_OUT_OF_RANGE.code]])
  assert.equal(await trim(broker, 'a', [[0, -2]]), [[0, -1, OFFSET_OUT_OF_RANGE.code]])
  assert.equal(
    await trim(broker, 'a', [
      [0, -1],
      [1, -1],
    ]),
    [
      [0, 4, NONE.code],
      [1, 0, NONE.code],
    ],
  )
})

test('a topic that is named twice is answered once, one without partitions not at all', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const ask = async (...topics: { name: string; partitions: { partitionIndex: number; offset: number }[] }[]) => {
    const answer = await broker.request(deleteRecords, newest, { topics, timeoutMs: 1000 })
    return answer.topics.map(({ name, partitions }) => [name, partitions.map(({ partitionIndex }) => partitionIndex)])
  }
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, offset: -1 }))
  const [first, second] = partitions as [(typeof partitions)[number], (typeof partitions)[number]]
  assert.equal(await ask({ name: 'a', partitions: [first] }, { name: 'a', partitions: [second, first] }), [
    ['a', [0, 1]],
  ])
  assert.equal(await ask({ name: 'a', partitions: [] }), [])
})

test('of a partition that is named twice the last offset counts', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  assert.equal(
    await trim(broker, 'a', [
      [0, 1],
      [0, 3],
    ]),
    [[0, 3, NONE.code]],
  )
})

test('a topic that is only compacted keeps its records', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'compacted', { configs: { 'cleanup.policy': 'compact' } })
  topicOf(broker, 'both', { configs: { 'cleanup.policy': 'compact,delete' } })
  assert.equal(await trim(broker, 'compacted', [[0, 0]]), [[0, -1, POLICY_VIOLATION.code]])
  assert.equal(await trim(broker, 'both', [[0, 0]]), [[0, 0, NONE.code]])
})

test('what is not there is unknown; what another broker leads is not ours', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  topicOf(broker, 'a')
  assert.equal(
    await trim(broker, 'a', [
      [9, 0],
      [-1, 0],
    ]),
    [
      [9, -1, UNKNOWN_TOPIC_OR_PARTITION.code],
      [-1, -1, UNKNOWN_TOPIC_OR_PARTITION.code],
    ],
  )
  assert.equal(await trim(broker, 'nope', [[0, 0]]), [[0, -1, UNKNOWN_TOPIC_OR_PARTITION.code]])
  assert.equal(await trim(broker, 'a', [[0, 0]], { nodeId: 2 }), [[0, -1, NOT_LEADER_OR_FOLLOWER.code]])
})

test.run()
