/** Logging in, its users and its tokens, asked where nobody has to log in; ../../security.ts asks where one has to. */
import { alterUserScramCredentials } from '../../../../src/protocol/messages/alter-user-scram-credentials.ts'
import { createDelegationToken } from '../../../../src/protocol/messages/create-delegation-token.ts'
import { describeDelegationToken } from '../../../../src/protocol/messages/describe-delegation-token.ts'
import { describeUserScramCredentials } from '../../../../src/protocol/messages/describe-user-scram-credentials.ts'
import { expireDelegationToken } from '../../../../src/protocol/messages/expire-delegation-token.ts'
import { renewDelegationToken } from '../../../../src/protocol/messages/renew-delegation-token.ts'
import { saslAuthenticate } from '../../../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../../../src/protocol/messages/sasl-handshake.ts'
import { type Story, story, type Telling } from '../telling.ts'

const user = { principalType: 'User', principalName: 'alice' }

function upsertion(name: string, change: object = {}) {
  const password = { salt: Buffer.from('salt'), saltedPassword: Buffer.alloc(32, 1) }
  return { name, mechanism: 1, iterations: 4096, ...password, ...change }
}

const handshake = story(saslHandshake, 'where nobody logs in', async (told) => {
  await told.askWithMutants(saslHandshake, () => ({ mechanism: 'PLAIN' }))
})

const authenticate = story(saslAuthenticate, 'where nobody logs in', async (told) => {
  await told.askWithMutants(saslAuthenticate, () => ({ authBytes: Buffer.from('\0alice\0secret') }))
})

const alter = story(alterUserScramCredentials, 'users', async (told) => {
  const { version } = told
  await told.askWithMutants(alterUserScramCredentials, () => ({ upsertions: [upsertion(told.name('user'))] }))
  await told.askWithMutants(alterUserScramCredentials, async () => {
    const name = told.name('user')
    await told.prepare(alterUserScramCredentials, 0, { upsertions: [upsertion(name)] })
    return { deletions: [{ name, mechanism: 1 }] }
  })
  const ask = (title: string, message: object) => told.ask(title, alterUserScramCredentials, version, message)
  const [one, other] = [told.name('user'), told.name('user')]
  await ask('nobody', {})
  await ask('by another mechanism', { upsertions: [upsertion(one, { mechanism: 2 })] })
  await ask('by no mechanism', { upsertions: [upsertion(one, { mechanism: 3 })] })
  await ask('with too few iterations', { upsertions: [upsertion(one, { iterations: 4095 })] })
  await ask('with too many iterations', { upsertions: [upsertion(one, { iterations: 16_385 })] })
  await ask('one twice, and another', { upsertions: [upsertion(one), upsertion(one), upsertion(other)] })
  await ask('one three times', { upsertions: [upsertion(one), upsertion(one), upsertion(one)] })
  await ask('one made and deleted', { upsertions: [upsertion(one)], deletions: [{ name: one, mechanism: 1 }] })
  await ask('deleted twice', { deletions: [1, 1].map((mechanism) => ({ name: other, mechanism })) })
  await ask('both mechanisms deleted at once', { deletions: [1, 2].map((mechanism) => ({ name: other, mechanism })) })
  await ask('one that is not there deleted', { deletions: [{ name: 'nobody', mechanism: 1 }] })
  await ask('deleted by no mechanism', { deletions: [{ name: other, mechanism: 0 }] })
  await ask('deleted', { deletions: [{ name: other, mechanism: 1 }] })
})

const describe = story(describeUserScramCredentials, 'users', async (told) => {
  const { version } = told
  const name = told.name('user')
  await told.prepare(alterUserScramCredentials, 0, { upsertions: [upsertion(name)] })
  await told.prepare(alterUserScramCredentials, 0, {
    upsertions: [upsertion(name, { mechanism: 2, iterations: 5000 })],
  })
  const ask = (title: string, ...names: readonly string[]) =>
    told.ask(
      title,
      describeUserScramCredentials,
      version,
      { users: names.map((one) => ({ name: one })) },
      { settles: true },
    )
  await ask('one', name)
  await ask('one twice', name, name)
  await ask('one who is not there', 'nobody')
  await ask('all')
  await told.askWithMutants(describeUserScramCredentials, () => ({ users: [{ name }] }))
})

const hmac = Buffer.alloc(64)
const tokens: readonly Story[] = [
  story(createDelegationToken, 'where nobody logs in', async (told) => {
    await told.askWithMutants(createDelegationToken, () => ({ ...owner(told), renewers: [user], maxLifetimeMs: -1 }))
  }),
  story(renewDelegationToken, 'where nobody logs in', async (told) => {
    await told.askWithMutants(renewDelegationToken, () => ({ hmac, renewPeriodMs: -1 }))
  }),
  story(expireDelegationToken, 'where nobody logs in', async (told) => {
    await told.askWithMutants(expireDelegationToken, () => ({ hmac, expiryTimePeriodMs: -1 }))
  }),
  story(describeDelegationToken, 'where nobody logs in', async (told) => {
    await told.askWithMutants(describeDelegationToken, () => ({ owners: [user] }))
  }),
]

function owner({ version }: Telling): object {
  return version < 3 ? {} : { ownerPrincipalType: 'User', ownerPrincipalName: 'alice' }
}

export const securityStories: readonly Story[] = [handshake, authenticate, alter, describe, ...tokens]
