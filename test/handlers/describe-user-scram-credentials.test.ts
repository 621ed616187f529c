import * as assert from 'uvu/assert'
import { describeUserScramCredentials } from '../../src/protocol/messages/describe-user-scram-credentials.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('describe-user-scram-credentials')

test('users of the settings are told of, and each who is not there with an error of his own', async ({ after }) => {
  const broker = testBroker({ settings: { saslUsers: [{ name: 'alice', password: 'secret' }] } })
  after(() => broker.close())
  const users = [{ name: 'alice' }, { name: 'carol' }]
  const { errorCode, results } = await broker.request(describeUserScramCredentials, 0, { users })
  assert.is(errorCode, 0)
  const [alice, carol] = results
  const credentialInfos = [
    { mechanism: 1, iterations: 4096 },
    { mechanism: 2, iterations: 4096 },
  ]
  assert.equal(alice, { user: 'alice', errorCode: 0, errorMessage: '', credentialInfos })
  assert.equal([carol?.errorCode, carol?.credentialInfos], [91, []])
  assert.match(carol!.errorMessage!, /no such credential to describe: carol$/)
})

test.run()
