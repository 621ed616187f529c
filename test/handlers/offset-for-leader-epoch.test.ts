import * as assert from 'uvu/assert'
import {
  FENCED_LEADER_EPOCH,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_LEADER_EPOCH,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { offsetForLeaderEpoch } from '../../src/protocol/messages/offset-for-leader-epoch.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { batchOf, produceTo, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('OffsetForLeaderEpoch')
const newest = 4

async function ask(broker: TestBroker, leaderEpoch: number, rest = {}) {
  const asked = { name: 'a', partition: 0, version: newest, currentLeaderEpoch: -1, nodeId: 1, ...rest }
  const { name, partition, version, currentLeaderEpoch, nodeId } = asked
  const topics = [{ topic: name, partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }]
  const answer = await broker.request(offsetForLeaderEpoch, version, { replicaId: -1, topics }, { nodeId })
  const { errorCode, leaderEpoch: found, endOffset } = answer.topics[0]!.partitions[0]!
  return [errorCode, found, endOffset]
}

test('the latest epoch ends where the log does', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['0', '1']))
  for (let version = 2; version <= newest; version++) {
    assert.equal(await ask(broker, 0, { version }), [NONE.code, 0, 2])
  }
})

test('an earlier epoch ends where the next began; of a later one nothing is known', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['0', '1']))
  partitions[0]?.beginLeaderEpoch(3)
  await produceTo(broker, 'a', batchOf(['2']))
  assert.equal(await ask(broker, 0), [NONE.code, 0, 2])
  assert.equal(await ask(broker, 2), [NONE.code, 0, 2])
  assert.equal(await ask(broker, 3), [NONE.code, 3, 3])
  for (const unknown of [4, -1]) assert.equal(await ask(broker, unknown), [NONE.code, -1, -1])
})

test('a client that knows another leader epoch is told', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a').partitions[0]?.beginLeaderEpoch(1)
  assert.equal(await ask(broker, 0, { currentLeaderEpoch: 0 }), [FENCED_LEADER_EPOCH.code, -1, -1])
  assert.equal(await ask(broker, 0, { currentLeaderEpoch: 2 }), [UNKNOWN_LEADER_EPOCH.code, -1, -1])
  assert.is((await ask(broker, 0, { currentLeaderEpoch: 1 }))[0], NONE.code)
})

test('what is not there is unknown; what another broker leads is not ours', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  topicOf(broker, 'a')
  const unknown = [UNKNOWN_TOPIC_OR_PARTITION.code, -1, -1]
  for (const rest of [{ name: 'nope' }, { partition: 7 }, { partition: -1 }]) {
    assert.equal(await ask(broker, 0, rest), unknown)
  }
  assert.equal(await ask(broker, 0, { nodeId: 2 }), [NOT_LEADER_OR_FOLLOWER.code, -1, -1])
})

test.run()
