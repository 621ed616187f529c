import * as assert from 'uvu/assert'
import { errorOf } from '../../src/protocol/errors.ts'
import { consumerGroupDescribe } from '../../src/protocol/messages/consumer-group-describe.ts'
import { consumerGroupHeartbeat } from '../../src/protocol/messages/consumer-group-heartbeat.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { testBroker } from '../support/broker.ts'
import { createTopic } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('handler ConsumerGroupDescribe')

const joining = {
  groupId: 'g',
  memberId: 'm',
  memberEpoch: 0,
  rebalanceTimeoutMs: 60_000,
  subscribedTopicNames: ['t'],
  topicPartitions: [],
}

test('a group is described with what each member has, and is to have', async () => {
  const broker = testBroker()
  const topicId = await createTopic(broker, 't', 2)
  await broker.request(consumerGroupHeartbeat, 1, joining)
  const { groups } = await broker.request(consumerGroupDescribe, 1, { groupIds: ['g', '', 'none'] })
  const [group, nameless, none] = groups
  assert.equal(
    [group!.groupState, group!.groupEpoch, group!.assignmentEpoch, group!.assignorName],
    ['Stable', 2, 2, 'uniform'],
  )
  const [member] = group!.members
  const has = { topicPartitions: [{ topicId, topicName: 't', partitions: [0, 1] }] }
  assert.equal([member!.memberId, member!.memberEpoch, member!.memberType], ['m', 2, 1])
  assert.equal([member!.assignment, member!.targetAssignment], [has, has])
  assert.equal(
    [nameless, none].map((one) => errorOf(one!.errorCode).name),
    ['INVALID_GROUP_ID', 'GROUP_ID_NOT_FOUND'],
  )
})

test('the group is listed with its type, and is none to those who ask for classic groups', async () => {
  const broker = testBroker()
  await createTopic(broker, 't')
  await broker.request(consumerGroupHeartbeat, 1, joining)
  const listed = async (typesFilter: readonly string[]) =>
    (await broker.request(listGroups, 5, { statesFilter: [], typesFilter: [...typesFilter] })).groups
  assert.equal(await listed(['Consumer']), [
    { groupId: 'g', protocolType: 'consumer', groupState: 'Stable', groupType: 'consumer' },
  ])
  assert.equal(await listed(['classic']), [])
  const { groups } = await broker.request(describeGroups, 6, { groups: ['g'] })
  assert.equal([groups[0]!.groupState, groups[0]!.errorMessage], ['Dead', 'Group g is not a classic group.'])
})

test.run()
