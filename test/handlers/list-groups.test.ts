import * as assert from 'uvu/assert'
import { COORDINATOR_NOT_AVAILABLE, NONE } from '../../src/protocol/errors.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('ListGroups')

async function twoGroups(): Promise<TestBroker> {
  const broker = testBroker()
  await onlyMember(broker, { groupId: 'busy' })
  const { memberId } = await onlyMember(broker, { groupId: 'idle', protocolType: 'connect' })
  await broker.request(leaveGroup, 0, { groupId: 'idle', memberId })
  return broker
}

test('every version lists groups with as much as it has room for', async ({ after }) => {
  const broker = await twoGroups()
  after(broker.close)
  for (let version = 0; version <= 5; version++) {
    const groupType = version >= 5 ? 'classic' : ''
    const state = (name: string) => (version >= 4 ? name : '')
    assert.equal(await broker.request(listGroups, version, {}), {
      throttleTimeMs: 0,
      errorCode: NONE.code,
      groups: [
        { groupId: 'busy', protocolType: 'consumer', groupState: state('Stable'), groupType },
        { groupId: 'idle', protocolType: 'connect', groupState: state('Empty'), groupType },
      ],
    })
  }
})

test('states and types are filtered whatever their case; what does not exist fits nothing', async ({ after }) => {
  const broker = await twoGroups()
  after(broker.close)
  const listed = async (filters: { statesFilter?: string[]; typesFilter?: string[] }) =>
    (await broker.request(listGroups, 5, filters)).groups.map(({ groupId }) => groupId)
  assert.equal(await listed({ statesFilter: ['STABLE'] }), ['busy'])
  assert.equal(await listed({ statesFilter: [' empty ', 'Dead'] }), ['idle'])
  assert.equal(await listed({ statesFilter: ['Dreaming'] }), [])
  assert.equal(await listed({ typesFilter: ['Classic'] }), ['busy', 'idle'])
  assert.equal(await listed({ typesFilter: ['consumer', 'share'] }), [])
  assert.equal(await listed({ statesFilter: ['stable'], typesFilter: ['classic'] }), ['busy'])
})

test('each broker lists the groups that it coordinates', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  await onlyMember(broker, { groupId: 'b' })
  const counts = [1, 2, 3].map(async (nodeId) => (await broker.request(listGroups, 5, {}, { nodeId })).groups.length)
  assert.equal(await Promise.all(counts), [1, 0, 0])
})

test('without consumer groups there is nothing to list', async ({ after }) => {
  const broker = testBroker({ settings: { hasGroups: false } })
  after(broker.close)
  assert.is((await broker.request(listGroups, 5, {})).errorCode, COORDINATOR_NOT_AVAILABLE.code)
})

test.run()
