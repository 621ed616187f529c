import * as assert from 'uvu/assert'
import {
  INVALID_REPLICA_ASSIGNMENT,
  INVALID_REPLICATION_FACTOR,
  NO_REASSIGNMENT_IN_PROGRESS,
  NONE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { alterPartitionReassignments } from '../../src/protocol/messages/alter-partition-reassignments.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('AlterPartitionReassignments')

function cluster(after: (close: () => void) => void) {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  return { broker, topic: topicOf(broker, 'a') }
}

async function alter(broker: TestBroker, replicas: number[] | null, { name = 'a', index = 0, changes = true } = {}) {
  const topics = [{ name, partitions: [{ partitionIndex: index, replicas }] }]
  const asked = { topics, allowReplicationFactorChange: changes }
  const { responses } = await broker.request(alterPartitionReassignments, 1, asked)
  return responses[0]!.partitions[0]!.errorCode
}

test('gives a partition to brokers that are there at once', async ({ after }) => {
  const { broker, topic } = cluster(after)
  assert.is(await alter(broker, [3, 2]), NONE.code)
  const { replicas, isr, leader } = topic.replicas[0]!
  assert.equal([replicas, isr, leader], [[3, 2], [2, 3], 3])
})

test('for a broker that is down it is under way, and can be ended', async ({ after }) => {
  const { broker, topic } = cluster(after)
  broker.stop(3)
  assert.is(await alter(broker, [3, 1]), NONE.code)
  assert.equal([topic.replicas[0]!.replicas, topic.replicas[0]!.adding], [[3, 1], [3]])
  assert.is(await alter(broker, null), NONE.code)
  assert.equal(topic.replicas[0]!.replicas, [1])
  assert.is(await alter(broker, null), NO_REASSIGNMENT_IN_PROGRESS.code)
})

test('refuses brokers that there are not, none, the same twice, and another number where it must stay', async ({
  after,
}) => {
  const { broker } = cluster(after)
  for (const replicas of [[], [7], [-1], [1, 1]]) {
    assert.is(await alter(broker, replicas), INVALID_REPLICA_ASSIGNMENT.code, `${replicas}`)
  }
  assert.is(await alter(broker, [1, 2], { changes: false }), INVALID_REPLICATION_FACTOR.code)
  assert.is(await alter(broker, [2], { changes: false }), NONE.code)
  assert.is(await alter(broker, [1], { name: 'nowhere' }), UNKNOWN_TOPIC_OR_PARTITION.code)
  assert.is(await alter(broker, [1], { index: 7 }), UNKNOWN_TOPIC_OR_PARTITION.code)
})

test.run()
