import * as assert from 'uvu/assert'
import { FENCED_LEADER_EPOCH, NONE, NOT_LEADER_OR_FOLLOWER, OFFSET_OUT_OF_RANGE } from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { testBroker } from '../support/broker.ts'
import { batchOf, type FetchedPartition, fetchRequest, produceTo, topicOf, valuesOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('Fetch, from followers')
const racks = ['x', 'y', 'y', 'z']

/** A topic on the brokers 1, 2 and 3, led by 1, with one record. */
async function world(after: (close: () => void) => void, settings = {}) {
  const broker = testBroker({ racks, settings })
  after(broker.close)
  const topic = topicOf(broker, 'a', { assignment: [[1, 2, 3]] })
  await produceTo(broker, 'a', batchOf(['v']))
  const read = async (nodeId: number, rackId = '', version = 16, partition: FetchedPartition = {}) => {
    const asked = fetchRequest(topic, [partition], version < 11 ? {} : { rackId, maxWaitMs: 10_000, minBytes: 1 })
    const { responses } = await broker.request(fetch, version, asked, { nodeId })
    const { errorCode, preferredReadReplica, records, highWatermark } = responses[0]!.partitions[0]!
    return { errorCode, preferredReadReplica, values: valuesOf(records), highWatermark }
  }
  return { broker, topic, read }
}

const served = { errorCode: NONE.code, preferredReadReplica: -1, values: ['v'], highWatermark: 1 }
const sentTo = (preferredReadReplica: number) => ({ ...served, preferredReadReplica, values: [] })

// What Kafka 4.4 answered with three brokers, each in a rack of its own.
test('a leader sends a consumer to the follower in its rack, at once', async ({ after }) => {
  const { read } = await world(after)
  assert.equal(await read(1, 'y'), sentTo(3))
  for (const rackId of ['', 'x', 'z', 'elsewhere']) assert.equal(await read(1, rackId), served)
  assert.is((await read(1, 'y', 16, { fetchOffset: 5 })).errorCode, OFFSET_OUT_OF_RANGE.code)
})

test('a follower answers what the leader would, whichever rack it is asked from', async ({ after }) => {
  const { read } = await world(after)
  for (const rackId of ['', 'y', 'x']) assert.equal(await read(3, rackId), served)
  assert.is((await read(4, 'z')).errorCode, NOT_LEADER_OR_FOLLOWER.code)
  assert.is((await read(3, 'y', 16, { currentLeaderEpoch: 0 })).errorCode, NONE.code)
})

test('before version 11 only leaders are asked', async ({ after }) => {
  const { read } = await world(after)
  assert.equal(await read(1, '', 10), served)
  assert.is((await read(3, '', 10)).errorCode, NOT_LEADER_OR_FOLLOWER.code)
})

test('only who is in sync is preferred, and in the epoch that the consumer knows', async ({ after }) => {
  const { broker, read } = await world(after)
  broker.stop(3)
  assert.equal(await read(1, 'y'), sentTo(2))
  broker.stop(2)
  assert.equal(await read(1, 'y'), served)
  broker.start(2)
  broker.stop(1)
  assert.equal(await read(2, 'y'), served)
  assert.is((await read(2, 'y', 16, { currentLeaderEpoch: 0 })).errorCode, FENCED_LEADER_EPOCH.code)
})

test('without a selector of replicas the leader answers, as is Kafka’s default', async ({ after }) => {
  const { read } = await world(after, { brokerRacks: [] })
  assert.equal(await read(1, 'y'), served)
})

test.run()
