import * as assert from 'uvu/assert'
import { saslHandshake } from '../../src/protocol/messages/sasl-handshake.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('sasl-handshake')

for (const version of [0, 1]) {
  test(`where nobody has to log in, version ${version} is told so, and no mechanisms`, async ({ after }) => {
    const broker = testBroker()
    after(() => broker.close())
    const answer = await broker.request(saslHandshake, version, { mechanism: 'PLAIN' })
    assert.equal(answer, { errorCode: 34, mechanisms: [] })
  })
}

test.run()
