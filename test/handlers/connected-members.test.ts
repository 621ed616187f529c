import * as assert from 'uvu/assert'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { shareGroupHeartbeat } from '../../src/protocol/messages/share-group-heartbeat.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { encodeRequest, testBroker } from '../support/broker.ts'
import { joining } from '../support/membership.ts'
import { joining as streamsJoining, subtopology } from '../support/streams-requests.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('connected members')

function broker({ after }: Cleanup, groupEvictsOnDisconnect: boolean) {
  const { dispatcher, cluster, close } = testBroker({ settings: { groupEvictsOnDisconnect } })
  after(close)
  const client = () => ({ nodeId: 1, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', principal: anonymous })
  const join = (connection: ReturnType<typeof client>, groupInstanceId: string | null = null) => {
    const asked = { ...joining({ groupId: 'g', topics: ['t'] }), groupInstanceId }
    return dispatcher.serve(encodeRequest(joinGroup, 3, asked, 'c'), connection)
  }
  const members = () => cluster.groups.get('g')?.memberCount
  return { dispatcher, client, join, members }
}

test('a member whose connection closes is out at once, if settings say so', async (cleanup) => {
  for (const evicts of [true, false]) {
    const { dispatcher, client, join, members } = broker(cleanup, evicts)
    const connection = client()
    await join(connection)
    assert.is(members(), 1)
    dispatcher.disconnected(client())
    assert.is(members(), 1, 'another connection')
    dispatcher.disconnected(connection)
    assert.is(members(), evicts ? 0 : 1)
  }
})

test('so is a member of the new protocol', async (cleanup) => {
  const { dispatcher, client, members } = broker(cleanup, true)
  const connection = client()
  const asked = {
    groupId: 'g',
    memberId: 'm',
    rebalanceTimeoutMs: 1000,
    subscribedTopicNames: ['t'],
    topicPartitions: [],
  }
  await dispatcher.serve(encodeRequest(consumerGroupHeartbeat, 1, asked, 'c'), connection)
  assert.is(members(), 1)
  dispatcher.disconnected(connection)
  assert.is(members(), 0)
})

test('so is a member of a streams group, unless it is static', async (cleanup) => {
  const { dispatcher, client, members } = broker(cleanup, true)
  for (const [instanceId, left] of [
    [null, 0],
    ['i', 1],
  ] as const) {
    const connection = client()
    const asked = { ...streamsJoining('g', 'm', [subtopology('0', ['t'])]), instanceId }
    await dispatcher.serve(encodeRequest(streamsGroupHeartbeat, 1, asked, 'c'), connection)
    assert.is(members(), 1)
    dispatcher.disconnected(connection)
    assert.is(members(), left)
  }
})

test('so is a member of a share group', async (cleanup) => {
  const { dispatcher, client, members } = broker(cleanup, true)
  const connection = client()
  const asked = { groupId: 'g', memberId: 'm', memberEpoch: 0, subscribedTopicNames: ['t'] }
  await dispatcher.serve(encodeRequest(shareGroupHeartbeat, 1, asked, 'c'), connection)
  assert.is(members(), 1)
  dispatcher.disconnected(connection)
  assert.is(members(), 0)
})

test('a static member may come back', async (cleanup) => {
  const { dispatcher, client, members } = broker(cleanup, true)
  const connection = client()
  const asked = { ...joining({ groupId: 'g', topics: ['t'] }), groupInstanceId: 'i' }
  await dispatcher.serve(encodeRequest(joinGroup, 5, asked, 'c'), connection)
  dispatcher.disconnected(connection)
  assert.is(members(), 1)
})

test('one that went while it waited for the rebalance is out when it is over', async (cleanup) => {
  const { dispatcher, client, join, members } = broker(cleanup, true)
  const [first, second] = [client(), client()]
  await join(first)
  const waiting = join(second)
  dispatcher.disconnected(second)
  assert.is(members(), 2)
  dispatcher.disconnected(first) // Then the generation is complete, with nobody to hear of it.
  await waiting
  assert.is(members(), 0)
})

test.run()
