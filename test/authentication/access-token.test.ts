import { generateKeyPairSync, sign } from 'node:crypto'
import * as assert from 'uvu/assert'
import { type AccessTokenRules, tokenJudge } from '../../src/authentication/access-token.ts'
import { suite } from '../support/suite.ts'

const test = suite('access-token')

const nowMs = 1_700_000_000_000
const now = nowMs / 1000
const claims = { sub: 'alice', iat: now - 10, exp: now + 60, scope: 'read write' }
const any: AccessTokenRules = {
  jwks: null,
  audiences: [],
  issuer: null,
  requiredScopes: [],
  scopeClaim: 'scope',
  subClaim: 'sub',
  clockSkewMs: 5000,
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function unsigned(payload: object, header: object = { alg: 'none' }): string {
  return `${part(header)}.${part(payload)}.`
}

const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwks = JSON.stringify({
  keys: [
    { ...elliptic.publicKey.export({ format: 'jwk' }), kid: 'e', alg: 'ES256' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r', alg: 'RS256' },
  ],
})

function signed(payload: object, alg: 'ES256' | 'RS256' = 'ES256', kid = alg === 'ES256' ? 'e' : 'r'): string {
  const body = `${part({ alg, kid })}.${part(payload)}`
  const key = alg === 'ES256' ? elliptic.privateKey : rsa.privateKey
  const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' })
  return `${body}.${signature.toString('base64url')}`
}

/** The user, or what is wrong. */
async function judged(token: string, rules: Partial<AccessTokenRules> = {}): Promise<string> {
  const found = await tokenJudge({ ...any, ...rules })(token, nowMs)
  return 'status' in found ? `${found.status}: ${found.reason}` : found.name
}

test('a token without a signature names its user, and says how long it holds', async () => {
  assert.equal(await tokenJudge(any)(unsigned(claims), nowMs), { name: 'alice', expiresMs: nowMs + 60_000 })
})

const faulty: readonly (readonly [title: string, token: string, fault: RegExp])[] = [
  ['one that has expired', unsigned({ ...claims, exp: now - 5 }), /has expired/],
  ['one of the future', unsigned({ ...claims, iat: now + 6 }), /in the future/],
  ['one without an end', unsigned({ sub: 'alice' }), /does not say when it expires/],
  ['one that ended before it began', unsigned({ ...claims, iat: now, exp: now }), /before it was issued/],
  ['one that names nobody', unsigned({ ...claims, sub: ' ' }), /names nobody \(sub\)/],
  ['one with a signature', `${unsigned(claims)}abc`, /it is signed/],
  ['one with another algorithm', unsigned(claims, { alg: 'HS256' }), /no unsigned token/],
  ['half of one', part(claims), /three parts/],
  ['one that is not JSON', 'a.b.', /no unsigned token/],
]

for (const [title, token, fault] of faulty) {
  test(`${title} is not taken`, async () => assert.match(await judged(token), fault))
}

test('scopes are a list or words; who lacks one is told which are wanted', async () => {
  const rules = { ...any, requiredScopes: ['read', 'write'] }
  assert.is(await judged(unsigned(claims), rules), 'alice')
  assert.is(await judged(unsigned({ ...claims, scope: ['write', 'read'] }), rules), 'alice')
  const lacking = await tokenJudge(rules)(unsigned({ ...claims, scope: 'read' }), nowMs)
  assert.equal(lacking, { status: 'insufficient_scope', scope: '[read, write]', reason: 'it lacks the scope write' })
})

test('other claims may name user and scopes', async () => {
  const token = unsigned({ exp: now + 60, user: 'bob', may: 'read' })
  assert.is(await judged(token, { subClaim: 'user', scopeClaim: 'may', requiredScopes: ['read'] }), 'bob')
})

test('with a key set, signatures by RS256 and ES256 count, and no signature counts for nothing', async () => {
  assert.is(await judged(signed(claims), { jwks }), 'alice')
  assert.is(await judged(signed(claims, 'RS256'), { jwks }), 'alice')
  assert.match(await judged(unsigned(claims), { jwks }), /^invalid_token/)
  assert.match(await judged(signed(claims, 'ES256', 'r'), { jwks }), /^invalid_token/)
  const [head, , tail] = signed(claims).split('.')
  assert.match(await judged(`${head}.${part({ ...claims, sub: 'bob' })}.${tail}`, { jwks }), /signature/)
})

test('with a key set, audience, issuer and times are looked at', async () => {
  const token = signed({ ...claims, aud: 'kafka', iss: 'me' })
  assert.is(await judged(token, { jwks, audiences: ['other', 'kafka'], issuer: 'me' }), 'alice')
  assert.match(await judged(token, { jwks, audiences: ['other'] }), /"aud"/)
  assert.match(await judged(token, { jwks, issuer: 'you' }), /"iss"/)
  assert.is(await judged(signed({ ...claims, exp: now - 4 }), { jwks }), 'alice', 'clocks may differ')
  assert.match(await judged(signed({ ...claims, exp: now - 6 }), { jwks }), /"exp"/)
  assert.match(await judged(signed({ sub: 'alice', exp: now + 60 }), { jwks }), /"iat"/)
})

test.run()
