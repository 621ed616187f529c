import * as assert from 'uvu/assert'
import { saslAuthenticate } from '../../src/protocol/messages/sasl-authenticate.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('sasl-authenticate')

for (const version of [0, 1, 2]) {
  test(`where nobody has to log in, version ${version} is told that it comes too late`, async ({ after }) => {
    const broker = testBroker()
    after(() => broker.close())
    const answer = await broker.request(saslAuthenticate, version, { authBytes: Buffer.from('\0a\0b') })
    assert.is(answer.errorCode, 34)
    assert.is(answer.errorMessage, 'No login is due on this connection, so it takes no SaslAuthenticate')
  })
}

test.run()
