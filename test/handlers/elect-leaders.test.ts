import * as assert from 'uvu/assert'
import { moveLeader } from '../../src/handlers/moves.ts'
import {
  ELECTION_NOT_NEEDED,
  INVALID_REQUEST,
  NONE,
  PREFERRED_LEADER_NOT_AVAILABLE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { electLeaders } from '../../src/protocol/messages/elect-leaders.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('ElectLeaders')
const newest = 2
type Asked = { topic: string; partitions: number[] }[] | null

/** A cluster of three whose topic `a` is led by its second replica. */
function moved(after: (close: () => void) => void) {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const topic = topicOf(broker, 'a', { replicationFactor: 2 })
  moveLeader(topic, 0, broker.cluster)
  return { broker, leader: () => topic.replicas[0]!.leader }
}

async function elect(broker: TestBroker, topicPartitions: Asked, electionType = 0) {
  const { errorCode, replicaElectionResults } = await broker.request(
    electLeaders,
    newest,
    { electionType, topicPartitions },
    { nodeId: 3 },
  )
  const results = replicaElectionResults.map(({ topic, partitionResult }) => [
    topic,
    ...partitionResult.map((one) => one.errorCode),
  ])
  return [errorCode, ...results]
}

test('has the preferred replica lead again, once', async ({ after }) => {
  const { broker, leader } = moved(after)
  assert.is(leader(), 2)
  assert.equal(await elect(broker, [{ topic: 'a', partitions: [0] }]), [NONE.code, ['a', NONE.code]])
  assert.is(leader(), 1)
  assert.equal(await elect(broker, [{ topic: 'a', partitions: [0] }]), [NONE.code, ['a', ELECTION_NOT_NEEDED.code]])
})

test('asked for all, tells only of partitions where there was something to be done', async ({ after }) => {
  const { broker, leader } = moved(after)
  topicOf(broker, 'b')
  assert.equal(await elect(broker, null), [NONE.code, ['a', NONE.code], ['b']])
  assert.is(leader(), 1)
})

test('says why it cannot be', async ({ after }) => {
  const { broker, leader } = moved(after)
  broker.stop(1)
  const asked = [
    { topic: 'a', partitions: [0, 7] },
    { topic: 'nowhere', partitions: [0] },
  ]
  const unknown = UNKNOWN_TOPIC_OR_PARTITION.code
  assert.equal(await elect(broker, asked), [
    NONE.code,
    ['a', PREFERRED_LEADER_NOT_AVAILABLE.code, unknown],
    ['nowhere', unknown],
  ])
  assert.is(leader(), 2)
  const refused = INVALID_REQUEST.code
  assert.equal(await elect(broker, asked.slice(0, 1), 9), [refused, ['a', refused, refused]])
})

test.run()
