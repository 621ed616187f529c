import * as assert from 'uvu/assert'
import { alterUserScramCredentials } from '../../src/protocol/messages/alter-user-scram-credentials.ts'
import { describeUserScramCredentials } from '../../src/protocol/messages/describe-user-scram-credentials.ts'
import { saltedPassword } from '../../src/protocol/scram.ts'
import { type Sparse, testBroker } from '../support/broker.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('alter-user-scram-credentials')

const salt = Buffer.from('salt')
const upsertion = {
  name: 'bob',
  mechanism: 1,
  iterations: 4096,
  salt,
  saltedPassword: saltedPassword('SCRAM-SHA-256', 'secret', salt, 4096),
}

function open({ after }: Cleanup) {
  const broker = testBroker()
  after(() => broker.close())
  const alter = async (message: Sparse<typeof alterUserScramCredentials.request>) =>
    (await broker.request(alterUserScramCredentials, 0, message)).results
  const describe = async (names: readonly string[] | null) =>
    (await broker.request(describeUserScramCredentials, 0, { users: names?.map((name) => ({ name })) ?? null })).results
  return { ...broker, alter, describe }
}

test('a user is made, told of, and deleted', async (cleanup) => {
  const { alter, describe } = open(cleanup)
  assert.equal(await alter({ upsertions: [upsertion] }), [{ user: 'bob', errorCode: 0, errorMessage: null }])
  const bob = { user: 'bob', errorCode: 0, errorMessage: '', credentialInfos: [{ mechanism: 1, iterations: 4096 }] }
  assert.equal(await describe(null), [bob])
  assert.equal(await describe(['bob']), [bob])
  assert.equal(await alter({ deletions: [{ name: 'bob', mechanism: 1 }] }), [
    { user: 'bob', errorCode: 0, errorMessage: null },
  ])
  assert.equal(await describe([]), [])
})

test('what is kept of a password is what came, though the bytes were lent', async (cleanup) => {
  const { alter, cluster } = open(cleanup)
  await alter({ upsertions: [upsertion] })
  assert.equal(cluster.authentication.scramUsers.credential('bob', 'SCRAM-SHA-256')?.salt, salt)
})

test.run()
