/** Sockets that plugins may import and never get. */
import * as assert from 'uvu/assert'
import { sockets } from '../../../src/plugins/wasi/sockets.ts'
import { suite } from '../../support/suite.ts'

const test = suite('wasi:sockets')

function refusal(call: unknown): unknown {
  try {
    return (call as () => unknown)()
  } catch (error) {
    return error
  }
}

test('no socket is made, and no name is looked up', () => {
  const all = sockets()
  assert.is(refusal(all['wasi:sockets/tcp-create-socket']!['createTcpSocket']), 'access-denied')
  assert.is(refusal(all['wasi:sockets/udp-create-socket']!['createUdpSocket']), 'access-denied')
  assert.is(refusal(all['wasi:sockets/ip-name-lookup']!['resolveAddresses']), 'access-denied')
})

test('the network that there is has nothing that could be called', () => {
  const { instanceNetwork } = sockets()['wasi:sockets/instance-network'] as { instanceNetwork(): object }
  assert.equal(Object.getOwnPropertyNames(Object.getPrototypeOf(instanceNetwork())), ['constructor'])
})

test.run()
