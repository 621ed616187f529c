import * as assert from 'uvu/assert'
import { Authentication } from '../../src/authentication/authentication.ts'
import type { Mechanism } from '../../src/authentication/mechanism.ts'
import type { TokenHolder } from '../../src/authentication/oauth-bearer.ts'
import { SaslSession } from '../../src/authentication/sasl-session.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { suite } from '../support/suite.ts'

const test = suite('sasl-session')

const [alice, bob, wrong] = ['\0alice\0a', '\0bob\0b', '\0alice\0b'] as const

class Talk {
  readonly clock = new ManualClock()
  readonly session: SaslSession
  readonly logins: string[] = []
  readonly #authentication: Authentication

  constructor(reauthenticationMs = 0, mechanisms: readonly Mechanism[] = ['PLAIN', 'OAUTHBEARER']) {
    const users = [
      { name: 'alice', password: 'a' },
      { name: 'bob', password: 'b' },
    ]
    const tokenJudge = async (token: string): Promise<TokenHolder> => ({ name: 'alice', expiresMs: Number(token) })
    const delegationTokens = { secret: null, maxLifetimeMs: 1, expiryMs: 1 }
    const options = { mechanisms, users, tokenJudge, reauthenticationMs, delegationTokens }
    this.#authentication = new Authentication(options, { clock: this.clock, random: new SeededRandom(1) })
    this.session = new SaslSession(this.#authentication, ({ principal }) => this.logins.push(principal.name))
  }

  handshake(mechanism = 'PLAIN', version = 1): string {
    const { error, mechanisms } = this.session.handshake(mechanism, version, this.clock.now())
    return `${error.name} ${mechanisms.join(' ')}`.trim()
  }

  async prove(token: string): Promise<string> {
    const now = () => this.clock.now()
    const { error, message, lifetimeMs } = await this.session.authenticate(Buffer.from(token), now)
    return `${error.name} ${message === '' ? lifetimeMs : message}`
  }

  async login(token: string = alice): Promise<string> {
    this.handshake()
    return this.prove(token)
  }
}

test('who names a mechanism and proves himself is in', async () => {
  const talk = new Talk()
  assert.is(talk.handshake(), 'NONE PLAIN OAUTHBEARER')
  assert.is(talk.session.stage, 'proving')
  assert.is(await talk.prove(alice), 'NONE 0')
  assert.equal([talk.session.stage, talk.logins], ['in', ['alice']])
  assert.is(talk.session.isExpired(Number.MAX_SAFE_INTEGER), false)
})

test('who names a mechanism that is not offered hears which are, and has failed', () => {
  const talk = new Talk()
  assert.is(talk.handshake('GSSAPI'), 'UNSUPPORTED_SASL_MECHANISM PLAIN OAUTHBEARER')
  assert.is(talk.session.stage, 'failed')
})

test('who fails hears no more than he may know', async () => {
  const talk = new Talk()
  assert.is(await talk.login(wrong), 'SASL_AUTHENTICATION_FAILED Authentication failed: wrong user name or password')
  assert.equal([talk.session.stage, talk.logins], ['failed', []])
})

test('bytes that are no token fail in general words', async () => {
  const talk = new Talk(0, ['SCRAM-SHA-256'])
  talk.handshake('SCRAM-SHA-256')
  const told = 'Authentication failed: not the credentials that SCRAM-SHA-256 asks for'
  assert.is(await talk.prove('x'), `SASL_AUTHENTICATION_FAILED ${told}`)
})

test('who is in cannot log in again where logins do not expire', async () => {
  const talk = new Talk()
  await talk.login()
  assert.is(talk.handshake(), 'ILLEGAL_SASL_STATE')
  const late = 'ILLEGAL_SASL_STATE No login is due on this connection, so it takes no SaslAuthenticate'
  assert.is(await talk.prove(alice), late)
  assert.is(talk.session.stage, 'in')
})

test('a login expires, and is renewed by another one (KIP-368)', async () => {
  const talk = new Talk(60_000)
  assert.is(await talk.login(), 'NONE 60000')
  talk.clock.advance(60_000)
  assert.is(talk.session.isExpired(talk.clock.now()), false)
  talk.clock.advance(1)
  assert.is(talk.session.isExpired(talk.clock.now()), true)
  assert.is(await talk.login(), 'NONE 60000')
  assert.is(talk.session.isExpired(talk.clock.now()), false)
})

test('but not again within a second', async () => {
  const talk = new Talk(60_000)
  await talk.login()
  await talk.login()
  talk.clock.advance(999)
  assert.is(talk.handshake(), 'ILLEGAL_SASL_STATE')
  talk.clock.advance(1)
  assert.is(talk.handshake(), 'NONE PLAIN OAUTHBEARER')
})

test('nobody becomes another by logging in again', async () => {
  const talk = new Talk(60_000)
  await talk.login()
  const told = 'This connection belongs to User:alice; to be User:bob, open another'
  assert.is(await talk.login(bob), `SASL_AUTHENTICATION_FAILED ${told}`)
  assert.equal(talk.logins, ['alice'])
})

test('and nobody proves himself by another mechanism then', async () => {
  const talk = new Talk(60_000)
  await talk.login()
  assert.is(talk.handshake('OAUTHBEARER'), 'NONE PLAIN OAUTHBEARER')
  assert.is(talk.session.stage, 'renewing')
})

test('a login by a token lasts no longer than the token, nor than settings have it', async () => {
  for (const [reauthenticationMs, lifetimeMs] of [
    [0, 5000],
    [1000, 1000],
    [9000, 5000],
  ] as const) {
    const talk = new Talk(reauthenticationMs)
    talk.handshake('OAUTHBEARER')
    const token = `${talk.clock.now() + 5000}`
    assert.is(await talk.prove(`n,,\x01auth=Bearer ${token}\x01\x01`), `NONE ${lifetimeMs}`)
  }
})

test('after a handshake of version 0 tokens come bare', async () => {
  const talk = new Talk()
  talk.handshake('PLAIN', 0)
  assert.is(talk.session.wantsRawToken, true)
  await talk.prove(alice)
  assert.is(talk.session.wantsRawToken, false)
})

test.run()
