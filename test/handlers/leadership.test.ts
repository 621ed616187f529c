import * as assert from 'uvu/assert'
import { balanceLeaders, cancelReassignment, electLeader, reassign } from '../../src/handlers/leadership.ts'
import { moveLeader } from '../../src/handlers/moves.ts'
import {
  ELECTION_NOT_NEEDED,
  ELIGIBLE_LEADERS_NOT_AVAILABLE,
  FENCED_LEADER_EPOCH,
  LEADER_NOT_AVAILABLE,
  NONE,
  PREFERRED_LEADER_NOT_AVAILABLE,
} from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { noLeader } from '../../src/topics/replicas.ts'
import { testBroker } from '../support/broker.ts'
import { fetchRequest, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('leadership')

function cluster(after: (close: () => void) => void, replicationFactor = 3) {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const topic = topicOf(broker, 'a', { replicationFactor })
  const partition = topic.partitions[0]!
  return { broker, topic, partition, state: () => [topic.replicas[0]!.leader, partition.leaderEpoch] }
}

test('a broker that stops leaves its partitions to the next in sync, in a new epoch', ({ after }) => {
  const { broker, state } = cluster(after)
  assert.equal(state(), [1, 0])
  broker.stop(1)
  assert.equal(state(), [2, 1])
  broker.start(1)
  assert.equal(state(), [2, 1])
})

test('clients hear who is in sync, and that nobody leads', async ({ after }) => {
  const { broker } = cluster(after, 2)
  const told = async () => {
    const { topics } = await broker.request(metadata, 12, { topics: null }, { nodeId: 3 })
    const { errorCode, leaderId, isrNodes, offlineReplicas, replicaNodes } = topics[0]!.partitions[0]!
    return { errorCode, leaderId, isrNodes, offlineReplicas, replicaNodes }
  }
  const replicaNodes = [1, 2]
  broker.stop(1)
  const led = { errorCode: NONE.code, leaderId: 2, isrNodes: [2], offlineReplicas: [1], replicaNodes }
  assert.equal(await told(), led)
  broker.stop(2)
  const lost = { errorCode: LEADER_NOT_AVAILABLE.code, leaderId: noLeader, isrNodes: [], offlineReplicas: [1, 2] }
  assert.equal(await told(), { ...lost, replicaNodes })
})

test('leaders go back to where they are preferred within five minutes', ({ after }) => {
  const { broker, topic, state } = cluster(after)
  moveLeader(topic, 0, broker.cluster)
  assert.equal(state(), [2, 1])
  broker.clock.advance(300_000)
  assert.equal(state(), [1, 2])
  balanceLeaders(broker.cluster)
  assert.equal(state(), [1, 2])
})

test('an election is needed where another leads than is preferred, or nobody', ({ after }) => {
  const { broker, topic, state } = cluster(after, 2)
  const elect = (how: 'preferred' | 'unclean') => electLeader(topic, 0, how, broker.cluster)
  assert.is(elect('preferred'), ELECTION_NOT_NEEDED)
  assert.is(elect('unclean'), ELECTION_NOT_NEEDED)
  broker.stop(1)
  assert.is(elect('preferred'), PREFERRED_LEADER_NOT_AVAILABLE)
  broker.stop(2)
  assert.is(elect('unclean'), ELIGIBLE_LEADERS_NOT_AVAILABLE)
  broker.start(1)
  assert.equal(state(), [noLeader, 2])
  assert.is(elect('unclean'), null)
  assert.equal(state(), [1, 3])
})

test('a reassignment that waits for a broker can be called off', ({ after }) => {
  const { broker, topic, state } = cluster(after, 2)
  broker.stop(3)
  reassign(topic, 0, [3], broker.cluster)
  assert.equal(topic.replicas[0]!.replicas, [3, 1, 2])
  assert.equal(state(), [1, 0])
  cancelReassignment(topic, 0, broker.cluster)
  assert.equal(topic.replicas[0]!.replicas, [1, 2])
  broker.start(3)
  reassign(topic, 0, [3], broker.cluster)
  assert.equal(topic.replicas[0], {
    ...topic.replicas[0],
    replicas: [3],
    leader: 3,
    isr: [3],
    adding: [],
    removing: [],
  })
})

test('a fetch that waits at the leader hears at once that another leads', async ({ after }) => {
  const { broker, topic } = cluster(after)
  const asked = fetchRequest(topic, [{ currentLeaderEpoch: 0 }], { minBytes: 1, maxWaitMs: 500 })
  const answer = broker.request(fetch, 16, asked)
  moveLeader(topic, 0, broker.cluster)
  const { responses, nodeEndpoints } = await answer
  const { errorCode, currentLeader } = responses[0]!.partitions[0]!
  assert.is(errorCode, FENCED_LEADER_EPOCH.code)
  assert.equal(currentLeader, { leaderId: 2, leaderEpoch: 1 })
  assert.equal(
    nodeEndpoints.map(({ nodeId }) => nodeId),
    [2],
  )
})

test.run()
