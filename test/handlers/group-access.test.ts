import * as assert from 'uvu/assert'
import { coordinatorRefusal, isCoordinatedHere, membershipRefusal } from '../../src/handlers/group-access.ts'
import { COORDINATOR_NOT_AVAILABLE, INVALID_GROUP_ID, NOT_COORDINATOR } from '../../src/protocol/errors.ts'
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

test('a coordinator that does not run is said first', () => {
  const broker = testBroker({ nodeCount: 3 })
  broker.close()
  for (const groupId of ['', 'b', 'hello']) {
    assert.is(membershipRefusal(groupId, access(broker, 2)), COORDINATOR_NOT_AVAILABLE)
    assert.is(coordinatorRefusal(groupId, access(broker, 2)), COORDINATOR_NOT_AVAILABLE)
  }
})

test.run()
