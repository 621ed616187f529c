import * as assert from 'uvu/assert'
import { GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP, NONE, NOT_COORDINATOR } from '../../src/protocol/errors.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { testBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('DeleteGroups')

test('every version deletes groups without members, and answers each name once', async ({ after }) => {
  for (let version = 0; version <= 3; version++) {
    const broker = testBroker()
    after(broker.close)
    await onlyMember(broker, { groupId: 'busy' })
    const { memberId } = await onlyMember(broker, { groupId: 'idle' })
    await broker.request(leaveGroup, 0, { groupId: 'idle', memberId })
    const groupsNames = ['busy', 'idle', 'none', 'idle']
    assert.equal(await broker.request(deleteGroups, version, { groupsNames }), {
      throttleTimeMs: 0,
      results: [
        { groupId: 'busy', errorCode: NON_EMPTY_GROUP.code, errorMessage: null },
        { groupId: 'idle', errorCode: NONE.code, errorMessage: null },
        { groupId: 'none', errorCode: GROUP_ID_NOT_FOUND.code, errorMessage: null },
      ],
    })
  }
})

test('only its coordinator deletes a group', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const { results } = await broker.request(deleteGroups, 2, { groupsNames: ['b'] }, { nodeId: 2 })
  assert.is(results[0]?.errorCode, NOT_COORDINATOR.code)
})

test.run()
