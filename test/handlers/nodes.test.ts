import * as assert from 'uvu/assert'
import { currentLeaders, endpointOf } from '../../src/handlers/nodes.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('nodes')
const connection = { nodeId: 1, localAddress: '192.168.0.7', remoteAddress: '192.168.0.9', principal: anonymous }
const node = { id: 2, port: 9093, advertisedHost: null, rack: 'r' }

test('a broker is to be found where the client found this one, unless settings name a host', () => {
  assert.equal(endpointOf(node, connection), { nodeId: 2, host: '192.168.0.7', port: 9093, rack: 'r' })
  assert.is(endpointOf({ ...node, advertisedHost: 'kafka.local' }, connection).host, 'kafka.local')
})

test('of the brokers that an answer names each is told once, and none where it names none', ({ after }) => {
  const { cluster, close } = testBroker({ nodeCount: 3 })
  after(close)
  const told = (leaderIds: number[]) => currentLeaders(leaderIds, { cluster, connection }).map(({ nodeId }) => nodeId)
  assert.equal(told([-1, 3, 2, 3]), [2, 3])
  assert.equal(told([-1, -1]), [])
})

test.run()
