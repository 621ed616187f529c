import * as assert from 'uvu/assert'
import { ClientQuotas } from '../../src/quotas/client-quotas.ts'
import { suite } from '../support/suite.ts'

const test = suite('client quotas')
const startMs = 1_000_000
const alice = { user: 'alice', clientId: 'app' }

/** `user=alice,client-id=` has the default client of alice. */
function quotas(limits: Readonly<Record<string, number>>, key = 'producer_byte_rate'): ClientQuotas {
  const made = new ClientQuotas()
  for (const [entity, limit] of Object.entries(limits)) {
    const parts = entity.split(',').map((part) => part.split('=') as [string, string])
    made.set(new Map(parts.map(([type, name]) => [type, name === '' ? null : name])), new Map([[key, limit]]))
  }
  return made
}

/** Of ten seconds' worth: so much, and a tenth more. */
function waits(made: ClientQuotas, limit: number): boolean {
  assert.is(made.use('producer_byte_rate', limit * 10, alice, startMs), 0)
  return made.use('producer_byte_rate', limit, alice, startMs) === 1_000
}

test('the most specific counts', () => {
  const order = [
    'client-id=app,user=alice',
    'client-id=,user=alice',
    'user=alice',
    'client-id=app,user=',
    'client-id=,user=',
    'user=',
    'client-id=app',
    'client-id=',
  ]
  for (let first = 0; first < order.length; first++) {
    const entities = order.slice(first)
    const made = quotas(Object.fromEntries(entities.map((entity, at) => [entity, 100 * (at + 1)])))
    assert.ok(waits(made, 100), entities[0]!)
  }
})

test('others, and those of whom there is no quota, do not wait', () => {
  const made = quotas({ 'user=alice': 100 })
  assert.is(made.use('producer_byte_rate', 1e9, { user: 'bob', clientId: 'app' }, startMs), 0)
  assert.is(made.use('consumer_byte_rate', 1e9, alice, startMs), 0)
})

test('all clients of a user share a quota of the user; by default each user has one of his own', () => {
  for (const entity of ['user=alice', 'user=']) {
    const made = quotas({ [entity]: 100 })
    made.use('producer_byte_rate', 1_000, alice, startMs)
    assert.is(made.use('producer_byte_rate', 100, { ...alice, clientId: 'other' }, startMs), 1_000)
    assert.is(made.use('producer_byte_rate', 100, { ...alice, user: 'bob' }, startMs), 0)
  }
})

test('a change holds at once for what was used before', () => {
  const made = quotas({ 'user=alice': 100 })
  made.use('producer_byte_rate', 1_000, alice, startMs)
  made.set(new Map([['user', 'alice']]), new Map([['producer_byte_rate', 50]]))
  assert.is(made.use('producer_byte_rate', 0, alice, startMs), 10_000)
  made.set(new Map([['user', 'alice']]), new Map([['producer_byte_rate', undefined]]))
  assert.not(made.isOn)
  assert.is(made.use('producer_byte_rate', 1e9, alice, startMs), 0)
})

test('of time nobody waits longer than a second', () => {
  const made = quotas({ 'user=alice': 1 }, 'request_percentage')
  assert.is(made.use('request_percentage', 1_000, alice, startMs), 1_000)
})

test('strictly, who owes partitions may make none, and what was refused is not owed', () => {
  const made = quotas({ 'user=alice': 1 }, 'controller_mutation_rate')
  assert.is(made.mutate(11, alice, startMs, true), 0)
  assert.is(made.mutate(5, alice, startMs, true), 0)
  assert.is(made.mutate(1, alice, startMs, true), 5_000)
  assert.is(made.mutate(1, alice, startMs + 4_999, true), 1)
  assert.is(made.mutate(1, alice, startMs + 5_000, true), 0)
})

test('else they are made, and waited for', () => {
  const made = quotas({ 'user=alice': 1 }, 'controller_mutation_rate')
  assert.is(made.mutate(16, alice, startMs, false), 5_000)
  assert.is(made.mutate(1, alice, startMs, false), 6_000)
})

test('connections of an address beyond its rate are held, a second at most, and not counted', () => {
  const made = quotas({ 'ip=10.0.0.1': 1, 'ip=': 100 }, 'connection_creation_rate')
  for (let count = 0; count < 10; count++) assert.is(made.connect('10.0.0.1', startMs), 0)
  for (let count = 0; count < 5; count++) assert.is(made.connect('10.0.0.1', startMs), 1_000)
  assert.is(made.connect('10.0.0.1', startMs + 11_000), 0)
  assert.is(made.connect('10.0.0.2', startMs), 0)
})

test('any number of clients may come and go', () => {
  const made = quotas({ 'client-id=': 1 })
  for (let count = 0; count < 20_001; count++) {
    made.use('producer_byte_rate', 1, { user: 'u', clientId: `c${count}` }, startMs)
  }
  assert.is(made.use('producer_byte_rate', 10, { user: 'u', clientId: 'c20000' }, startMs), 1_000)
})

test.run()
