import * as assert from 'uvu/assert'
import {
  coordinatorRefusal,
  groupTypeRefusal,
  isCoordinatedHere,
  membershipRefusal,
} from '../../src/handlers/group-access.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  INVALID_GROUP_ID,
  NOT_COORDINATOR,
  UNSUPPORTED_VERSION,
} from '../../src/protocol/errors.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('access to groups')

function access({ cluster }: TestBroker, nodeId: number) {
  return {
    cluster,
    connection: { nodeId, localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', principal: anonymous },
  }
}

test('a group is served by its coordinator alone', ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const refusals = [1, 2, 3].map((nodeId) => membershipRefusal('b', access(broker, nodeId)))
  assert.equal(refusals, [null, NOT_COORDINATOR, NOT_COORDINATOR])
  assert.equal(
    [1, 2, 3].map((nodeId) => isCoordinatedHere('b', access(broker, nodeId))),
    [true, false, false],
  )
})

test('the group with the empty name has offsets, but no members', ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.is(membershipRefusal('', access(broker, 1)), INVALID_GROUP_ID)
  assert.is(coordinatorRefusal('', access(broker, 1)), null)
})

test('a type of group is served while its feature is on, and group.coordinator.rebalance.protocols names it', () => {
  const protocols = (names: string) => ({
    brokerConfigs: new Map([['group.coordinator.rebalance.protocols', names]]),
  })
  const seen = (broker: TestBroker) =>
    (['consumer', 'share'] as const).map((type) => groupTypeRefusal(type, access(broker, 1))?.name ?? 'served')
  const broker = testBroker()
  assert.equal(seen(broker), ['served', 'served'])
  for (const feature of ['group.version', 'share.version']) {
    const updates = [{ feature, maxVersionLevel: 0, upgradeType: 2 }]
    assert.is(broker.cluster.features.update(updates, false), null)
  }
  assert.equal(seen(broker), [UNSUPPORTED_VERSION.name, UNSUPPORTED_VERSION.name])
  assert.equal(seen(testBroker({ settings: protocols('classic') })), [UNSUPPORTED_VERSION.name, 'served'])
})

test('a coordinator that does not run is said first', () => {
  const broker = testBroker({ nodeCount: 3 })
  broker.close()
  for (const groupId of ['', 'b', 'hello']) {
    assert.is(membershipRefusal(groupId, access(broker, 2)), COORDINATOR_NOT_AVAILABLE)
    assert.is(coordinatorRefusal(groupId, access(broker, 2)), COORDINATOR_NOT_AVAILABLE)
  }
})

test.run()
