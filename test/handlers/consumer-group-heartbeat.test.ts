import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { testBroker } from '../support/broker.ts'
import { createTopic } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('handler ConsumerGroupHeartbeat')

const joining = {
  groupId: 'g',
  memberId: 'm',
  memberEpoch: 0,
  rebalanceTimeoutMs: 60_000,
  subscribedTopicNames: ['t'],
  topicPartitions: [],
}

test('a member joins, and is told its partitions', async () => {
  const broker = testBroker()
  const topicId = await createTopic(broker, 't', 2)
  const joined = await broker.request(consumerGroupHeartbeat, 1, joining)
  assert.equal([joined.errorCode, joined.memberId, joined.memberEpoch, joined.heartbeatIntervalMs], [0, 'm', 2, 5000])
  assert.equal(joined.assignment, { topicPartitions: [{ topicId, partitions: [0, 1] }] })
})

test('what makes no sense is refused by name', async () => {
  const broker = testBroker()
  const cases: readonly (readonly [object, string])[] = [
    [{ memberId: '' }, 'MemberId is empty.'],
    [{ groupId: ' ' }, 'GroupId is empty.'],
    [{ instanceId: '' }, 'InstanceId is empty; leave it null.'],
    [{ rackId: '' }, 'RackId is empty; leave it null.'],
    [{ rebalanceTimeoutMs: -1 }, 'A member that joins must give RebalanceTimeoutMs.'],
    [{ topicPartitions: null }, 'A member that joins owns nothing: TopicPartitions must be an empty list.'],
    [{ subscribedTopicNames: null }, 'A member that joins must give SubscribedTopicNames or SubscribedTopicRegex.'],
    [{ memberEpoch: -2 }, 'Only a member with an InstanceId can leave for a while.'],
    [{ memberEpoch: -3 }, 'There is no MemberEpoch -3.'],
  ]
  for (const [change, message] of cases) {
    const { errorCode, errorMessage } = await broker.request(consumerGroupHeartbeat, 1, { ...joining, ...change })
    assert.equal([errorOf(errorCode).name, errorMessage], ['INVALID_REQUEST', message])
  }
  const odd = await broker.request(consumerGroupHeartbeat, 1, { ...joining, serverAssignor: 'odd' })
  assert.is(odd.errorMessage, 'There is no assignor odd; there are uniform, range.')
  assert.is(broker.cluster.groups.get('g'), undefined)
})

test('only assignors that group.consumer.assignors names are there, the first by default', async () => {
  const broker = testBroker({ settings: { brokerConfigs: new Map([['group.consumer.assignors', 'range']]) } })
  await createTopic(broker, 't', 2)
  const refused = await broker.request(consumerGroupHeartbeat, 1, { ...joining, serverAssignor: 'uniform' })
  assert.equal(
    [errorOf(refused.errorCode).name, refused.errorMessage],
    ['UNSUPPORTED_ASSIGNOR', 'There is no assignor uniform; there are range.'],
  )
  await broker.request(consumerGroupHeartbeat, 1, joining)
  assert.is(broker.cluster.groups.get('g')?.protocolName, 'range')
})

test('version 0 gives a newcomer its id', async () => {
  const broker = testBroker()
  const { memberId, memberEpoch } = await broker.request(consumerGroupHeartbeat, 0, { ...joining, memberId: '' })
  assert.equal([memberId!.length, memberEpoch], [22, 2])
})

test('a regular expression that is none is refused; one that is names topics', async () => {
  const broker = testBroker()
  await createTopic(broker, 'orders')
  const asked = { ...joining, subscribedTopicNames: [] }
  const wrong = await broker.request(consumerGroupHeartbeat, 1, { ...asked, subscribedTopicRegex: '(' })
  assert.equal(
    [errorOf(wrong.errorCode).name, wrong.errorMessage],
    ['INVALID_REGULAR_EXPRESSION', 'SubscribedTopicRegex `(` is not a valid regular expression: missing closing ).'],
  )
  assert.is((await broker.request(consumerGroupHeartbeat, 1, { ...asked, subscribedTopicRegex: 'o.*' })).errorCode, 0)
})

test('OffsetFetch asks for the last epoch of a member that names itself', async () => {
  const broker = testBroker()
  await createTopic(broker, 't')
  await broker.request(consumerGroupHeartbeat, 1, joining)
  const fetched = async (memberId: string | null, memberEpoch: number) => {
    const groups = [{ groupId: 'g', memberId, memberEpoch, topics: null }]
    return errorOf((await broker.request(offsetFetch, 9, { groups, requireStable: false })).groups[0]!.errorCode).name
  }
  assert.is(await fetched('m', 2), 'NONE')
  assert.is(await fetched('m', 1), 'STALE_MEMBER_EPOCH')
  assert.is(await fetched('x', 1), 'UNKNOWN_MEMBER_ID')
  assert.is(await fetched(null, -1), 'NONE')
})

test.run()
