import * as assert from 'uvu/assert'
import { LoginRefusal } from '../../src/authentication/mechanism.ts'
import { PlainExchange } from '../../src/authentication/plain.ts'
import { suite } from '../support/suite.ts'

const test = suite('plain')

const users = new Map([['alice', 'secret']])

function told(token: string): string | null {
  const outcome = new PlainExchange(users).step(Buffer.from(token))
  if (outcome instanceof LoginRefusal) return outcome.message
  return `${outcome.login?.principal.type}:${outcome.login?.principal.name}`
}

const cases: readonly (readonly [token: string, told: string])[] = [
  ['\0alice\0secret', 'User:alice'],
  ['alice\0alice\0secret', 'User:alice'],
  ['\0alice\0wrong', 'Authentication failed: wrong user name or password'],
  ['\0alice\0secret!', 'Authentication failed: wrong user name or password'],
  ['\0bob\0secret', 'Authentication failed: wrong user name or password'],
  ['bob\0alice\0secret', 'Authentication failed: a user may be nobody else; leave the authorization id empty'],
  ['\0\0secret', 'Authentication failed: the user name is empty'],
  ['\0alice\0', 'Authentication failed: the password is empty'],
  ['alice', 'A SASL/PLAIN message has 3 parts, parted by zero bytes; got 1'],
  ['alice\0secret', 'A SASL/PLAIN message has 3 parts, parted by zero bytes; got 2'],
  ['a\0b\0c\0d\0e', 'A SASL/PLAIN message has 3 parts, parted by zero bytes; got 4'],
]

for (const [token, expected] of cases) {
  test(`${JSON.stringify(token)} comes to: ${expected}`, () => assert.is(told(token), expected))
}

test.run()
