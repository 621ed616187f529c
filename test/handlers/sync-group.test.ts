import * as assert from 'uvu/assert'
import { ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL, INVALID_GROUP_ID, NONE } from '../../src/protocol/errors.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import { testBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('SyncGroup')

test('every version tells a member of a stable group its share', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const member = await onlyMember(broker, { groupId: 'g' })
  for (let version = 0; version <= 5; version++) {
    const asked = { groupId: 'g', ...member, protocolType: 'consumer', protocolName: 'range' }
    assert.equal(await broker.request(syncGroup, version, asked), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      protocolType: version >= 5 ? 'consumer' : null,
      protocolName: version >= 5 ? 'range' : null,
      assignment: Buffer.from('share'),
    })
  }
})

test('from version 5 on the protocol has to be named, and to be the group’s', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const member = await onlyMember(broker, { groupId: 'g' })
  for (const protocol of [
    { protocolType: null, protocolName: 'range' },
    { protocolType: 'consumer', protocolName: null },
    { protocolType: 'connect', protocolName: 'range' },
    { protocolType: 'consumer', protocolName: 'sticky' },
  ]) {
    const { errorCode } = await broker.request(syncGroup, 5, { groupId: 'g', ...member, ...protocol })
    assert.is(errorCode, INCONSISTENT_GROUP_PROTOCOL.code)
  }
})

test('a refusal comes with an empty share', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { memberId } = await onlyMember(broker, { groupId: 'g' })
  const old = await broker.request(syncGroup, 4, { groupId: 'g', memberId, generationId: 9 })
  assert.is(old.errorCode, ILLEGAL_GENERATION.code)
  assert.is(old.assignment.length, 0)
  const nameless = await broker.request(syncGroup, 4, { groupId: '', memberId, generationId: 1 })
  assert.is(nameless.errorCode, INVALID_GROUP_ID.code)
})

test.run()
