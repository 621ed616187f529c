import * as assert from 'uvu/assert'
import { entityKey, entityRefusal, type QuotaEntity, valueRefusal } from '../../src/quotas/quota-entity.ts'
import { suite } from '../support/suite.ts'

const test = suite('quota entity')

function entity(...parts: readonly (readonly [string, string | null])[]): QuotaEntity {
  return new Map(parts)
}

test('is the same however its parts are ordered, and its default is another', () => {
  const both = entity(['user', 'u'], ['client-id', 'c'])
  assert.is(entityKey(both), entityKey(entity(['client-id', 'c'], ['user', 'u'])))
  assert.is.not(entityKey(entity(['user', null])), entityKey(entity(['user', 'null'])))
})

test('is a user, a client, both, or an address', () => {
  const right = [
    entity(['user', 'u']),
    entity(['user', null]),
    entity(['client-id', 'c']),
    entity(['user', 'u'], ['client-id', null]),
    entity(['ip', '10.0.0.1']),
    entity(['ip', '2001:db8::1']),
    entity(['ip', null]),
  ]
  for (const one of right) assert.is(entityRefusal(one), null, entityKey(one))
  const wrong = [
    entity(),
    entity(['group', 'g']),
    entity(['user', 'u'], ['ip', '10.0.0.1']),
    entity(['ip', 'no host']),
    entity(['user', '']),
  ]
  for (const one of wrong) assert.type(entityRefusal(one)?.message, 'string', entityKey(one))
})

const values: readonly (readonly [key: string, value: number, isRight: boolean])[] = [
  ['producer_byte_rate', 1, true],
  ['producer_byte_rate', 0, false],
  ['producer_byte_rate', -1, false],
  ['producer_byte_rate', 1.5, false],
  ['producer_byte_rate', 1e19, false],
  ['request_percentage', 0.5, true],
  ['controller_mutation_rate', 0.5, true],
  ['connection_creation_rate', 5, false],
  ['constructor', 5, false],
  ['request_percentage', Number.NaN, false],
  ['request_percentage', Number.POSITIVE_INFINITY, false],
]

test('of a client has four quotas, two of them whole numbers', () => {
  for (const [key, value, isRight] of values) {
    assert.is(valueRefusal(entity(['user', 'u']), key, value) === null, isRight, `${key} ${value}`)
  }
})

test('of an address has one, a whole number of 32 bits', () => {
  const address = entity(['ip', '10.0.0.1'])
  assert.is(valueRefusal(address, 'connection_creation_rate', 2_147_483_647), null)
  assert.ok(valueRefusal(address, 'connection_creation_rate', 2_147_483_648))
  assert.ok(valueRefusal(address, 'producer_byte_rate', 5))
})

test.run()
