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
  ['\0alice\0wrong', 'Authentication failed: Invalid username or password'],
  ['\0alice\0secret!', 'Authentication failed: Invalid username or password'],
  ['\0bob\0secret', 'Authentication failed: Invalid username or password'],
  ['bob\0alice\0secret', 'Authentication failed: Client requested an authorization id that is different from username'],
  ['\0\0secret', 'Authentication failed: username not specified'],
  ['\0alice\0', 'Authentication failed: password not specified'],
  ['alice', 'Invalid SASL/PLAIN response: expected 3 tokens, got 1'],
  ['alice\0secret', 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
  ['a\0b\0c\0d\0e', 'Invalid SASL/PLAIN response: expected 3 tokens, got 4'],
]

for (const [token, expected] of cases) {
  test(`${JSON.stringify(token)} comes to: ${expected}`, () => assert.is(told(token), expected))
}

test.run()
