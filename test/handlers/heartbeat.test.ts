import * as assert from 'uvu/assert'
import {
  FENCED_INSTANCE_ID,
  INVALID_GROUP_ID,
  NONE,
  NOT_COORDINATOR,
  UNKNOWN_MEMBER_ID,
} from '../../src/protocol/errors.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { testBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('Heartbeat')

test('every version takes the heartbeat of a member', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const member = await onlyMember(broker, { groupId: 'g' })
  for (let version = 0; version <= 4; version++) {
    const answer = await broker.request(heartbeat, version, { groupId: 'g', ...member })
    assert.equal(answer, { throttleTimeMs: 0, errorCode: NONE.code })
  }
})

test('from version 3 on a static member is fenced', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const member = await onlyMember(broker, { groupId: 'g', groupInstanceId: 'i' })
  const asked = { groupId: 'g', ...member, groupInstanceId: 'i' }
  assert.is((await broker.request(heartbeat, 3, asked)).errorCode, NONE.code)
  assert.is((await broker.request(heartbeat, 3, { ...asked, memberId: 'old' })).errorCode, FENCED_INSTANCE_ID.code)
})

test('a heartbeat to nobody’s group, to no group, and to another broker', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const error = async (groupId: string, nodeId: number) =>
    (await broker.request(heartbeat, 4, { groupId, memberId: 'm', generationId: 1 }, { nodeId })).errorCode
  assert.is(await error('b', 1), UNKNOWN_MEMBER_ID.code)
  assert.is(await error('', 1), INVALID_GROUP_ID.code)
  assert.is(await error('b', 2), NOT_COORDINATOR.code)
})

test.run()
