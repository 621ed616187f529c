import * as assert from 'uvu/assert'
import { NONE, UNKNOWN_TOPIC_OR_PARTITION } from '../../src/protocol/errors.ts'
import { describeQuorum } from '../../src/protocol/messages/describe-quorum.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeQuorum')
const newest = 2

function asked(topicName: string, ...indexes: number[]) {
  return { topics: [{ topicName, partitions: indexes.map((partitionIndex) => ({ partitionIndex })) }] }
}

test('the controller votes, the others observe', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const { topics, nodes } = await broker.request(describeQuorum, newest, asked('__cluster_metadata', 0))
  const { errorCode, leaderId, currentVoters, observers } = topics[0]!.partitions[0]!
  const ids = (states: readonly { replicaId: number }[]) => states.map(({ replicaId }) => replicaId)
  assert.equal([errorCode, leaderId, ids(currentVoters), ids(observers)], [NONE.code, 1, [1], [2, 3]])
  assert.equal(nodes, [{ nodeId: 1, listeners: [{ name: 'CONTROLLER', host: '127.0.0.1', port: 9092 }] }])
})

test('of anything but the metadata log nothing is known', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const request of [asked('a', 0), asked('__cluster_metadata', 1), asked('__cluster_metadata', 0, 1)]) {
    const { topics } = await broker.request(describeQuorum, newest, request)
    assert.ok(topics[0]!.partitions.every(({ errorCode }) => errorCode === UNKNOWN_TOPIC_OR_PARTITION.code))
  }
  assert.equal((await broker.request(describeQuorum, newest, { topics: [] })).topics, [])
})

test.run()
