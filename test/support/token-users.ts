/** Users who have logged in, and ask for delegation tokens. */
import { SaslSession } from '../../src/authentication/sasl-session.ts'
import type { Connection } from '../../src/handlers/handler.ts'
import { createDelegationToken } from '../../src/protocol/messages/create-delegation-token.ts'
import { describeDelegationToken } from '../../src/protocol/messages/describe-delegation-token.ts'
import { expireDelegationToken } from '../../src/protocol/messages/expire-delegation-token.ts'
import { renewDelegationToken } from '../../src/protocol/messages/renew-delegation-token.ts'
import { anonymous } from '../../src/protocol/principal.ts'
import type { Value } from '../../src/protocol/schema.ts'
import { type Sparse, testBroker } from './broker.ts'
import type { Cleanup } from './suite.ts'

export const asked = { maxLifetimeMs: -1 }
export const [bob, carol] = ['bob', 'carol'].map((principalName) => ({ principalType: 'User', principalName })) as [
  Who,
  Who,
]

type Who = { principalType: string; principalName: string }

export function tokenUsers({ after }: Cleanup, delegationTokenSecret: string | null = 'secret-of-tokens') {
  const saslUsers = ['alice', 'bob', 'carol'].map((name) => ({ name, password: 'p' }))
  const broker = testBroker({ settings: { delegationTokenSecret, saslUsers } })
  after(() => broker.close())
  const { clock, authentication } = broker.cluster
  /** Someone who has logged in. */
  const login = async (name: string): Promise<Partial<Connection>> => {
    const client = { principal: anonymous }
    const sasl = new SaslSession(authentication, ({ principal }) => {
      client.principal = principal
    })
    sasl.handshake('PLAIN', 1, clock.now())
    await sasl.authenticate(Buffer.from(`\0${name}\0p`), () => clock.now())
    return { ...client, sasl }
  }
  const as = (connection: Partial<Connection>) => ({
    create: (message: Sparse<typeof createDelegationToken.request> = asked) =>
      broker.request(createDelegationToken, 3, message, { connection }),
    renew: (hmac: Buffer, renewPeriodMs: number) =>
      broker.request(renewDelegationToken, 2, { hmac, renewPeriodMs }, { connection }),
    expire: (hmac: Buffer, expiryTimePeriodMs = -1) =>
      broker.request(expireDelegationToken, 2, { hmac, expiryTimePeriodMs }, { connection }),
    describe: (owners: Value<typeof describeDelegationToken.request>['owners'] = null) =>
      broker.request(describeDelegationToken, 3, { owners }, { connection }),
  })
  return { as, user: async (name: string) => as(await login(name)), now: clock.now() }
}
