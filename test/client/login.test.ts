import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { ClientError } from '../../src/client/client-error.ts'
import { Connection } from '../../src/client/connection.ts'
import { type Credentials, logIn } from '../../src/client/login.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('login')

const settings: Partial<Settings> = {
  restPort: null,
  listeners: [{ name: null, protocol: 'SASL_PLAINTEXT', ports: [0], host: null, advertised: [] }],
  saslMechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
  saslUsers: [{ name: 'a=b,c', password: 'secret' }],
  failedAuthenticationDelayMs: 0,
}

async function login(cleanup: Cleanup, credentials: Credentials, listener = 'SASL_PLAINTEXT'): Promise<Connection> {
  const { broker } = await start(cleanup, settings)
  const address = `127.0.0.1:${broker.portsOf(listener)[0]}`
  const connection = await Connection.open(address, { clock: systemClock, clientId: 'c' })
  cleanup.after(() => connection.close())
  await logIn(connection, credentials, systemRandom)
  return connection
}

async function failure(cleanup: Cleanup, credentials: Credentials, listener?: string): Promise<string> {
  try {
    await login(cleanup, credentials, listener)
  } catch (error) {
    assert.instance(error, ClientError)
    return (error as Error).message.replace(/127\.0\.0\.1:\d+/, 'there')
  }
  return 'none'
}

const user = { user: 'a=b,c', password: 'secret' }

for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
  test(`by ${mechanism} one comes in with the right password, and not with another`, async (cleanup) => {
    const connection = await login(cleanup, { mechanism, ...user })
    assert.is((await connection.request(listGroups, {})).errorCode, 0)
    const told = await failure(cleanup, { mechanism, ...user, password: 'other' })
    assert.match(told, /^no login at there: Authentication failed: (wrong|not the credentials)/)
  })
}

test('by OAUTHBEARER one comes in with a token', async (cleanup) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const password = `${part({ alg: 'none' })}.${part({ sub: 'alice', exp: Date.now() / 1000 + 60 })}.`
  const connection = await login(cleanup, { mechanism: 'OAUTHBEARER', user: '', password })
  assert.is((await connection.request(listGroups, {})).errorCode, 0)
})

test('a mechanism that is not offered, and a port where nobody logs in, are told as that', async (cleanup) => {
  const plain = { mechanism: 'PLAIN', ...user } as const
  assert.is(
    await failure(cleanup, plain, 'PLAINTEXT'),
    'no login at there: PLAIN is not to be had: nobody logs in there',
  )
})

test.run()
