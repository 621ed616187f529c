import * as assert from 'uvu/assert'
import { anonymous, insider, principalOf, principalText, provenPrincipal } from '../../src/protocol/principal.ts'
import { suite } from '../support/suite.ts'

const test = suite('principal')

test('is written with its type, and read again; its name may hold colons', () => {
  for (const [text, type, name] of [
    ['User:alice', 'User', 'alice'],
    ['User:CN=a,OU=b:c', 'User', 'CN=a,OU=b:c'],
  ] as const) {
    assert.equal(principalOf(text), { type, name })
    assert.is(principalText({ type, name }), text)
  }
})

test('nobody has proved to be who did not have to', () => {
  assert.is(provenPrincipal({ type: 'User', name: 'alice' }), 'User:alice')
  assert.is(provenPrincipal(anonymous), null)
  assert.is(provenPrincipal(insider), null)
})

test('without a type or a name is none', () => {
  for (const text of ['', 'alice', ':alice', 'User:']) assert.is(principalOf(text), null)
})

test.run()
