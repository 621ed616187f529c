import * as assert from 'uvu/assert'
import { ScramUsers, type ScramUpsertion } from '../../src/authentication/scram-users.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { saltedPassword } from '../../src/protocol/scram.ts'
import { suite } from '../support/suite.ts'

const test = suite('scram-users')

const salt = Buffer.from('salt')

function users(passwords: Record<string, string> = {}): ScramUsers {
  return new ScramUsers(new Map(Object.entries(passwords)), new SeededRandom(1))
}

function upsertion(name: string, change: Partial<ScramUpsertion> = {}): ScramUpsertion {
  const password = saltedPassword('SCRAM-SHA-256', 'secret', salt, 4096)
  return { name, mechanism: 1, iterations: 4096, salt, saltedPassword: password, ...change }
}

function outcomes(altered: ReturnType<ScramUsers['alter']>): string[] {
  return altered.map(({ user, error }) => [user, error.name, error.message].filter((part) => part !== null).join(' '))
}

test('users of the settings have both mechanisms, with the same salt at each login', () => {
  const some = users({ alice: 'secret' })
  assert.equal(some.describe(null)[0]?.credentials, [
    { mechanism: 1, iterations: 4096 },
    { mechanism: 2, iterations: 4096 },
  ])
  const credential = some.credential('alice', 'SCRAM-SHA-512')!
  assert.is(credential, some.credential('alice', 'SCRAM-SHA-512'))
  assert.is(credential.storedKey.length, 64)
})

test('a user that a client made logs in by the mechanism it was made for', () => {
  const some = users()
  assert.equal(outcomes(some.alter([], [upsertion('bob', { iterations: 8192 })])), ['bob NONE'])
  assert.is(some.credential('bob', 'SCRAM-SHA-256')?.iterations, 8192)
  assert.is(some.credential('bob', 'SCRAM-SHA-512'), undefined)
  assert.equal(outcomes(some.alter([{ name: 'bob', mechanism: 1 }], [])), ['bob NONE'])
  assert.equal(some.describe(null), [])
})

const refused: readonly (readonly [change: Partial<ScramUpsertion>, outcome: string])[] = [
  [{ name: '' }, ' UNACCEPTABLE_CREDENTIAL The user name is empty'],
  [{ mechanism: 3 }, 'u UNSUPPORTED_SASL_MECHANISM Unknown SCRAM mechanism'],
  [{ iterations: 4095 }, 'u UNACCEPTABLE_CREDENTIAL Too few iterations'],
  [{ iterations: 16_385 }, 'u UNACCEPTABLE_CREDENTIAL Too many iterations'],
  [{ saltedPassword: Buffer.alloc(0) }, 'u UNKNOWN_SERVER_ERROR'],
]

for (const [change, outcome] of refused) {
  test(`with ${JSON.stringify(change)} nobody is made`, () => {
    const some = users()
    assert.equal(outcomes(some.alter([], [upsertion('u', change)])), [outcome])
    assert.equal(some.describe(null), [])
  })
}

test('who stands twice in a request is left as he is, and the others are changed', () => {
  const some = users({ alice: 'secret', carol: 'secret' })
  const both = { name: 'alice', mechanism: 1 }
  const altered = some.alter([both, { name: 'carol', mechanism: 2 }], [upsertion('alice'), upsertion('alice')])
  const twice = 'alice DUPLICATE_RESOURCE The request names this credential twice; name it once'
  assert.equal(outcomes(altered), ['carol NONE', twice])
  assert.ok(some.credential('alice', 'SCRAM-SHA-256'))
})

test('what is not there cannot be deleted or described', () => {
  const some = users({ alice: 'secret' })
  assert.equal(outcomes(some.alter([{ name: 'bob', mechanism: 1 }], [])), [
    'bob RESOURCE_NOT_FOUND There is no such credential to delete',
  ])
  const described = some.describe(['bob', 'alice', 'alice'])
  assert.equal(
    described.map(({ user, error }) => `${user} ${error.name}`),
    ['bob RESOURCE_NOT_FOUND', 'alice DUPLICATE_RESOURCE'],
  )
})

test('an image brings back who was there, whatever has changed since', () => {
  const some = users({ alice: 'secret' })
  const image = some.image()
  some.alter([{ name: 'alice', mechanism: 1 }], [upsertion('bob')])
  some.restore(image)
  assert.equal(
    some.describe(null).map(({ user, credentials }) => `${user} ${credentials.length}`),
    ['alice 2'],
  )
})

test.run()
