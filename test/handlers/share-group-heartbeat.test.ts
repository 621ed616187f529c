import * as assert from 'uvu/assert'
import {
  GROUP_ID_NOT_FOUND,
  INVALID_REQUEST,
  NON_EMPTY_GROUP,
  NONE,
  UNKNOWN_MEMBER_ID,
} from '../../src/protocol/errors.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { Sharer } from '../support/sharing.ts'
import { suite } from '../support/suite.ts'

const test = suite('ShareGroupHeartbeat')

test('a member is told what to fetch from once its topic can be read', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'a', { partitions: 2 })
  const member = new Sharer(broker, 'm')
  const first = await member.beat(0, ['a'])
  assert.equal([first.memberEpoch, first.heartbeatIntervalMs, first.assignment], [2, 5_000, { topicPartitions: [] }])
  assert.is((await member.beat(2)).assignment, null)
  broker.clock.advance(1_000)
  const { memberEpoch, assignment } = await member.beat(2)
  assert.equal([memberEpoch, assignment], [3, { topicPartitions: [{ topicId: id, partitions: [0, 1] }] }])
})

test('what a heartbeat must hold', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  const beat = async (memberId: string, epoch: number, topics: string[] | null, groupId = 'g') =>
    (await new Sharer(broker, memberId, 'a', groupId).beat(epoch, topics)).errorCode
  assert.is(await beat('', 0, ['a']), INVALID_REQUEST.code)
  assert.is(await beat('m'.repeat(37), 0, ['a']), INVALID_REQUEST.code)
  assert.is(await beat('m', 0, ['a'], ''), INVALID_REQUEST.code)
  assert.is(await beat('m', 0, null), INVALID_REQUEST.code)
  assert.is(await beat('m', -2, ['a']), INVALID_REQUEST.code)
  assert.is(await beat('m', 1, null), GROUP_ID_NOT_FOUND.code)
  assert.is(await beat('m', -1, null), GROUP_ID_NOT_FOUND.code)
})

test('when all groups are gone at once, members are told to join again, and strangers that there is no group', async ({
  after,
}) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  const [member, stranger] = [await new Sharer(broker, 'm').join(), new Sharer(broker, 'x')]
  broker.cluster.groups.clear()
  assert.is((await member.beat(2)).errorCode, UNKNOWN_MEMBER_ID.code)
  assert.is((await stranger.beat(2)).errorCode, GROUP_ID_NOT_FOUND.code)
  assert.is((await member.beat(0, ['a'])).errorCode, NONE.code)
})

test('a share group is listed as one, and deleted when nobody is left', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  const member = await new Sharer(broker, 'm').join()
  const { groups } = await broker.request(listGroups, 5, { typesFilter: ['share'] })
  assert.equal(groups, [{ groupId: 'g', protocolType: 'share', groupState: 'Stable', groupType: 'share' }])
  const deleted = async () => (await broker.request(deleteGroups, 2, { groupsNames: ['g'] })).results[0]!.errorCode
  assert.is(await deleted(), NON_EMPTY_GROUP.code)
  await member.beat(-1)
  broker.clock.advance(30 * 86_400_000)
  assert.is(broker.cluster.groups.get('g')?.state, 'Empty', 'it does not expire')
  assert.is(await deleted(), NONE.code)
  assert.is(broker.cluster.shares.states.ofGroup('g').size, 0)
})

test.run()
