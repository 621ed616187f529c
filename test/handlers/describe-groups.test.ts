import * as assert from 'uvu/assert'
import { GROUP_ID_NOT_FOUND, NONE, NOT_COORDINATOR } from '../../src/protocol/errors.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { testBroker } from '../support/broker.ts'
import { joining, onlyMember } from '../support/membership.ts'
import { subscription } from '../support/play.ts'
import { suite } from '../support/suite.ts'

const test = suite('DescribeGroups')
const unasked = -2147483648

test('every version describes a stable group with its members', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { memberId } = await onlyMember(broker, { groupId: 'g', topics: ['t'], groupInstanceId: 'i' })
  for (let version = 0; version <= 6; version++) {
    const { groups } = await broker.request(describeGroups, version, { groups: ['g'] })
    assert.equal(groups, [
      {
        errorCode: NONE.code,
        errorMessage: null,
        groupId: 'g',
        groupState: 'Stable',
        protocolType: 'consumer',
        protocolData: 'range',
        members: [
          {
            memberId,
            groupInstanceId: version >= 4 ? 'i' : null,
            clientId: 'test',
            clientHost: '/127.0.0.1',
            memberMetadata: subscription(['t']),
            memberAssignment: Buffer.from('share'),
          },
        ],
        authorizedOperations: unasked,
      },
    ])
  }
})

test('while a group rebalances its protocol is not told', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await broker.request(joinGroup, 3, joining({ groupId: 'g', topics: ['t'] }))
  const [group] = (await broker.request(describeGroups, 6, { groups: ['g'] })).groups
  assert.is(group?.groupState, 'CompletingRebalance')
  assert.is(group?.protocolType, 'consumer')
  assert.is(group?.protocolData, '')
  assert.is(group?.members[0]?.memberMetadata.length, 0)
})

test('a group that does not exist is Dead, and from version 6 on an error', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const dead = async (version: number) => (await broker.request(describeGroups, version, { groups: ['g'] })).groups[0]!
  const before = await dead(5)
  assert.is(before.groupState, 'Dead')
  assert.is(before.errorCode, NONE.code)
  const since = await dead(6)
  assert.is(since.groupState, 'Dead')
  assert.is(since.errorCode, GROUP_ID_NOT_FOUND.code)
  assert.is(since.errorMessage, 'Group g not found.')
})

test('what may be done with a group is told to those who ask', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const asked = { groups: ['g'], includeAuthorizedOperations: true }
  const { groups } = await broker.request(describeGroups, 5, asked)
  // READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS, by their numbers.
  assert.is(groups[0]?.authorizedOperations, (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11))
})

test('another broker than its coordinator knows nothing of a group', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const { groups } = await broker.request(describeGroups, 6, { groups: ['b'] }, { nodeId: 2 })
  assert.is(groups[0]?.errorCode, NOT_COORDINATOR.code)
  assert.is(groups[0]?.groupState, '')
})

test.run()
