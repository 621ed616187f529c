import * as assert from 'uvu/assert'
import { LoginRefusal, type Step } from '../../src/authentication/mechanism.ts'
import { OauthBearerExchange, type TokenJudge } from '../../src/authentication/oauth-bearer.ts'
import { suite } from '../support/suite.ts'

const test = suite('oauth-bearer')

const judge: TokenJudge = async (token) => {
  if (token === 'good') return { name: 'alice', expiresMs: 99 }
  if (token === 'narrow') return { status: 'insufficient_scope', scope: '[a]', reason: 'r' }
  return { status: 'invalid_token', reason: 'r' }
}

async function told(exchange: OauthBearerExchange, text: string): Promise<string> {
  const outcome: Step | LoginRefusal = await exchange.step(Buffer.from(text), 0)
  if (outcome instanceof LoginRefusal) return `refused: ${outcome.message}`
  return outcome.login === null ? outcome.reply.toString() : `User:${outcome.login.principal.name}`
}

const cases: readonly (readonly [message: string, told: string])[] = [
  ['n,,\x01auth=Bearer good\x01\x01', 'User:alice'],
  ['n,a=alice,\x01auth=bearer good\x01ext=1\x01\x01', 'User:alice'],
  [
    'n,a=bob,\x01auth=Bearer good\x01\x01',
    "refused: Authentication failed: the token is for 'alice', the client asks to be 'bob'; " +
      'leave the authorization id out',
  ],
  ['n,,\x01auth=Bearer bad\x01\x01', '{"status":"invalid_token"}'],
  ['n,,\x01auth=Bearer narrow\x01\x01', '{"status":"insufficient_scope", "scope":"[a]"}'],
  ['n,,\x01auth=Basic good\x01\x01', 'refused: null'],
  ['n,,\x01\x01', 'refused: null'],
  ['good', 'refused: null'],
  ['\x01', 'refused: null'],
]

for (const [message, expected] of cases) {
  test(`${JSON.stringify(message)} comes to: ${expected}`, async () => {
    assert.is(await told(new OauthBearerExchange(judge), message), expected)
  })
}

test('who has heard what is wrong with his token has failed, and is told once more', async () => {
  const exchange = new OauthBearerExchange(judge)
  await told(exchange, 'n,,\x01auth=Bearer bad\x01\x01')
  assert.is(await told(exchange, '\x01'), 'refused: {"status":"invalid_token"}')
})

test('he may try another instead', async () => {
  const exchange = new OauthBearerExchange(judge)
  await told(exchange, 'n,,\x01auth=Bearer bad\x01\x01')
  assert.is(await told(exchange, 'n,,\x01auth=Bearer good\x01\x01'), 'User:alice')
})

test.run()
