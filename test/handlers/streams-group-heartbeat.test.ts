import * as assert from 'uvu/assert'
import { GROUP_ID_NOT_FOUND, INVALID_REQUEST, NONE, STREAMS_INVALID_TOPOLOGY } from '../../src/protocol/errors.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { streamsGroupHeartbeat } from '../../src/protocol/messages/streams-group-heartbeat.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { beating, internalTopic, joining, startsAtOnce, subtopology } from '../support/streams-requests.ts'
import { suite } from '../support/suite.ts'

const test = suite('handler StreamsGroupHeartbeat')

test('topics of its own are made for a group, and then its tasks are told', async () => {
  const broker = testBroker()
  startsAtOnce(broker)
  topicOf(broker, 't', { partitions: 2 })
  const log = internalTopic('l', {
    replicationFactor: -1,
    topicConfigs: [{ key: 'cleanup.policy', value: 'compact' }],
  })
  const asked = joining('g', 'm', [subtopology('0', ['t'], { stateChangelogTopics: [log] })])
  const first = await broker.request(streamsGroupHeartbeat, 1, asked)
  assert.equal([first.memberEpoch, first.status![0]!.statusCode, first.activeTasks], [2, 3, []])
  const { partitions, config } = broker.cluster.topics.get('l')!
  assert.equal([partitions.length, config.get('cleanup.policy')], [2, 'compact'])
  const { memberEpoch, status, activeTasks, heartbeatIntervalMs } = await broker.request(
    streamsGroupHeartbeat,
    1,
    beating('g', 'm', 2),
  )
  assert.equal([memberEpoch, status, heartbeatIntervalMs], [3, [], 5_000])
  assert.equal(activeTasks, [{ subtopologyId: '0', partitions: [0, 1] }])
})

test('a topic that cannot be made is told with its reason', async () => {
  const broker = testBroker()
  topicOf(broker, 't')
  const log = internalTopic('l', { replicationFactor: 9 })
  const asked = joining('g', 'm', [subtopology('0', ['t'], { stateChangelogTopics: [log] })])
  const { status } = await broker.request(streamsGroupHeartbeat, 1, asked)
  const missing = status!.find(({ statusCode }) => statusCode === 3)
  assert.match(missing!.statusDetail, /l: .*(replica|factor)/i)
})

test('what a heartbeat must hold', async () => {
  const broker = testBroker()
  topicOf(broker, 't')
  const simple = [subtopology('0', ['t'])]
  const errorOf = async (asked: object) =>
    (await broker.request(streamsGroupHeartbeat, 1, { ...joining('g', 'm', simple), ...asked })).errorCode
  assert.is(await errorOf({}), NONE.code)
  const wrong = [
    ...[{ memberId: '' }, { groupId: ' ' }, { instanceId: '' }, { rackId: '' }, { memberEpoch: -3 }],
    ...[{ rebalanceTimeoutMs: -1 }, { activeTasks: null }, { standbyTasks: [{ subtopologyId: '0', partitions: [0] }] }],
    ...[{ topology: null }, { memberEpoch: 1 }, { memberEpoch: -2, topology: null }],
  ]
  for (const each of wrong) assert.is(await errorOf(each), INVALID_REQUEST.code, JSON.stringify(each))
  const offset = { subtopologyId: '0', partition: 0, offset: 1 }
  assert.is(await errorOf({ taskOffsets: [offset, offset] }), INVALID_REQUEST.code)
  for (const name of ['__consumer_offsets', 'not a name']) {
    const topology = { epoch: 0, subtopologies: [subtopology('0', [name])] }
    assert.is(await errorOf({ topology }), STREAMS_INVALID_TOPOLOGY.code, name)
  }
})

test('missing tags are told to clients that know of them', async () => {
  const broker = testBroker()
  startsAtOnce(broker, { 'streams.rack.aware.assignment.tags': 'zone' })
  topicOf(broker, 't')
  const asked = joining('g', 'm', [subtopology('0', ['t'])])
  assert.equal((await broker.request(streamsGroupHeartbeat, 0, asked)).status, [])
  assert.is((await broker.request(streamsGroupHeartbeat, 1, asked)).status![0]!.statusCode, 6)
})

test('a streams group is listed as one, has no other members, and is classic once it is empty', async () => {
  const broker = testBroker()
  startsAtOnce(broker)
  topicOf(broker, 't')
  await broker.request(streamsGroupHeartbeat, 1, joining('g', 'm', [subtopology('0', ['t'])]))
  const { groups } = await broker.request(listGroups, 5, { typesFilter: ['Streams'] })
  assert.equal(groups, [{ groupId: 'g', protocolType: 'streams', groupState: 'Stable', groupType: 'streams' }])
  const classic = { groupId: 'g', sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 1_000, protocolType: 'consumer' }
  const protocols = [{ name: 'range', metadata: Buffer.alloc(0) }]
  const enter = async () => (await broker.request(joinGroup, 5, { ...classic, protocols })).errorCode
  assert.is(await enter(), 23)
  const deleted = async () => (await broker.request(deleteGroups, 2, { groupsNames: ['g'] })).results[0]!.errorCode
  assert.is(await deleted(), 68)
  await broker.request(streamsGroupHeartbeat, 1, beating('g', 'm', -1))
  assert.is(await enter(), 79)
  const { errorCode } = await broker.request(streamsGroupHeartbeat, 1, beating('g', 'm', 3))
  assert.is(errorCode, GROUP_ID_NOT_FOUND.code)
})

test.run()
