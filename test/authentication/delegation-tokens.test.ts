import * as assert from 'uvu/assert'
import { type DelegationToken, DelegationTokens } from '../../src/authentication/delegation-tokens.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { suite } from '../support/suite.ts'

const test = suite('delegation-tokens')

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => ({ type: 'User', name })) as [
  DelegationToken['owner'],
  DelegationToken['owner'],
  DelegationToken['owner'],
]
const hourMs = 3_600_000

function make(secret: string | null = 'secret') {
  const clock = new ManualClock()
  const random = new SeededRandom(1)
  const tokens = new DelegationTokens({ secret, maxLifetimeMs: 10 * hourMs, expiryMs: 2 * hourMs, clock, random })
  const create = (lifetimeMs = -1) =>
    tokens.create({ owner: alice, requester: alice, renewers: [bob] }, lifetimeMs) as DelegationToken
  return { clock, tokens, create }
}

function outcome(result: unknown): unknown {
  return result instanceof KafkaError ? result.name : result
}

test('without a secret there are none', () => {
  const { tokens, create } = make(null)
  const nothing = Buffer.alloc(1)
  const outcomes = [create(), tokens.renew(alice, nothing, 1), tokens.expire(alice, nothing, 1)].map(outcome)
  assert.equal(new Set(outcomes), new Set(['DELEGATION_TOKEN_AUTH_DISABLED']))
})

test('a token holds for the time settings give it, and no longer than was asked for', () => {
  const { clock, create } = make()
  const now = clock.now()
  const times = ({ issuedMs, expiryMs, maxMs }: DelegationToken) =>
    [issuedMs, expiryMs, maxMs].map((ms) => (ms - now) / hourMs)
  assert.equal(times(create()), [0, 2, 10])
  assert.equal(times(create(hourMs)), [0, 1, 1])
  assert.equal(times(create(99 * hourMs)), [0, 2, 10])
})

test('its HMAC is that of its id, so that who knows the secret knows it', () => {
  const { create } = make()
  const [one, other] = [create(), create()]
  assert.is(one.hmac.length, 64)
  assert.not.equal(one.hmac, other.hmac)
})

test('its owner and its renewers may renew it, up to its end', () => {
  const { clock, tokens, create } = make()
  const { hmac } = create(3 * hourMs)
  const now = clock.now()
  clock.advance(hourMs)
  assert.is(tokens.renew(bob, hmac, -1), now + 3 * hourMs)
  assert.is(tokens.renew(alice, hmac, hourMs), now + 2 * hourMs)
  assert.is(outcome(tokens.renew(carol, hmac, -1)), 'DELEGATION_TOKEN_OWNER_MISMATCH')
  assert.is(outcome(tokens.renew(alice, Buffer.from('x'), -1)), 'DELEGATION_TOKEN_NOT_FOUND')
  clock.advance(2 * hourMs)
  assert.is(outcome(tokens.renew(alice, hmac, -1)), 'DELEGATION_TOKEN_NOT_FOUND', 'it has been swept away')
})

test('who is late hears that it has expired, until it is swept away', () => {
  const { clock, tokens, create } = make()
  clock.advance(hourMs / 2)
  const { hmac } = create(hourMs / 4)
  clock.advance(hourMs / 4 + 1)
  assert.is(outcome(tokens.renew(alice, hmac, -1)), 'DELEGATION_TOKEN_EXPIRED')
  assert.is(outcome(tokens.expire(alice, hmac, 5)), 'DELEGATION_TOKEN_EXPIRED')
  clock.advance(hourMs)
  assert.is(outcome(tokens.renew(alice, hmac, -1)), 'DELEGATION_TOKEN_NOT_FOUND')
})

test('it ends at once, or when it is told to', () => {
  const { clock, tokens, create } = make()
  const { id, hmac } = create()
  assert.is(tokens.expire(alice, hmac, 1000), clock.now() + 1000)
  assert.is(outcome(tokens.expire(carol, hmac, -1)), 'DELEGATION_TOKEN_OWNER_MISMATCH')
  assert.is(tokens.expire(bob, hmac, -1), clock.now())
  assert.is(tokens.get(id), undefined)
})

test('its credential is made once for each mechanism', () => {
  const { tokens, create } = make()
  const token = create()
  const credential = tokens.credential(token, 'SCRAM-SHA-256')
  assert.is(tokens.credential(token, 'SCRAM-SHA-256'), credential)
  assert.is(credential.iterations, 4096)
})

test('an image brings back what there was', () => {
  const { tokens, create } = make()
  const { id, hmac } = create()
  const image = tokens.image()
  tokens.expire(alice, hmac, -1)
  create()
  tokens.restore(image)
  assert.equal(
    [...tokens.all()].map((one) => one.id),
    [id],
  )
})

test.run()
