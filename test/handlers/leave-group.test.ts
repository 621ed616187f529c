import * as assert from 'uvu/assert'
import { INVALID_GROUP_ID, NONE, UNKNOWN_MEMBER_ID } from '../../src/protocol/errors.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { testBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('LeaveGroup')

test('before version 3 one member leaves, and its error is the request’s', async ({ after }) => {
  for (let version = 0; version <= 2; version++) {
    const broker = testBroker()
    after(broker.close)
    const { memberId } = await onlyMember(broker, { groupId: 'g' })
    const left = await broker.request(leaveGroup, version, { groupId: 'g', memberId })
    assert.equal(left, { throttleTimeMs: 0, errorCode: NONE.code, members: [] })
    const again = await broker.request(leaveGroup, version, { groupId: 'g', memberId })
    assert.equal(again, { throttleTimeMs: 0, errorCode: UNKNOWN_MEMBER_ID.code, members: [] })
  }
})

test('from version 3 on several leave, each with an error of its own', async ({ after }) => {
  for (let version = 3; version <= 5; version++) {
    const broker = testBroker()
    after(broker.close)
    const { memberId } = await onlyMember(broker, { groupId: 'g' })
    const members = [
      { memberId: 'lost', groupInstanceId: null, reason: null },
      { memberId, groupInstanceId: null, reason: null },
    ]
    assert.equal(await broker.request(leaveGroup, version, { groupId: 'g', members }), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      members: [
        { memberId: 'lost', groupInstanceId: null, errorCode: UNKNOWN_MEMBER_ID.code },
        { memberId, groupInstanceId: null, errorCode: NONE.code },
      ],
    })
  }
})

test('an administrator names a static member by its instance id, and is answered with just that', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await onlyMember(broker, { groupId: 'g', groupInstanceId: 'i' })
  const members = [{ memberId: '', groupInstanceId: 'i', reason: 'moved' }]
  const answer = await broker.request(leaveGroup, 5, { groupId: 'g', members })
  assert.equal(answer.members, [{ memberId: '', groupInstanceId: 'i', errorCode: NONE.code }])
})

test('of a group that does not exist nobody is known; without a name there is no group', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const members = [{ memberId: 'm', groupInstanceId: null, reason: null }]
  const unknown = await broker.request(leaveGroup, 5, { groupId: 'g', members })
  assert.is(unknown.errorCode, NONE.code)
  assert.is(unknown.members[0]?.errorCode, UNKNOWN_MEMBER_ID.code)
  const nameless = await broker.request(leaveGroup, 5, { groupId: '', members })
  assert.equal(nameless, { throttleTimeMs: 0, errorCode: INVALID_GROUP_ID.code, members: [] })
})

test.run()
