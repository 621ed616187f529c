import * as assert from 'uvu/assert'
import { LoginRefusal, type Step } from '../../src/authentication/mechanism.ts'
import { credentialFrom, type FindHolder, ScramExchange } from '../../src/authentication/scram.ts'
import { clientKey, saltedPassword, type ScramMechanism, signature, storedKey, xor } from '../../src/protocol/scram.ts'
import { SeededRandom } from '../../src/base/random.ts'
import { suite } from '../support/suite.ts'

const test = suite('scram')

const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
const iterations = 4096

function finding(mechanism: ScramMechanism): FindHolder {
  const credential = credentialFrom(mechanism, saltedPassword(mechanism, 'pencil', salt, iterations), salt, iterations)
  const users = new Map([
    ['user', { credential, owner: { type: 'User', name: 'user' }, byToken: false, expiresMs: null }],
    ['a=b,c', { credential, owner: { type: 'User', name: 'a=b,c' }, byToken: false, expiresMs: null }],
  ])
  const token = { credential, owner: { type: 'User', name: 'owner' }, byToken: true, expiresMs: 77 }
  return (name, byToken) => (byToken ? (name === 'token' ? token : undefined) : users.get(name))
}

class Talk {
  readonly mechanism: ScramMechanism
  readonly exchange: ScramExchange
  constructor(mechanism: ScramMechanism = 'SCRAM-SHA-256', random = new SeededRandom(1)) {
    this.mechanism = mechanism
    this.exchange = new ScramExchange(mechanism, finding(mechanism), random)
  }
  step(text: string): Step | LoginRefusal {
    return this.exchange.step(Buffer.from(text))
  }
  /** All of it as a client does it. */
  login(clientFirstBare: string, password = 'pencil', header = 'n,,', before = ''): Step | LoginRefusal {
    const first = this.step(`${header}${clientFirstBare}`)
    if (first instanceof LoginRefusal) return first
    const serverFirst = first.reply.toString()
    const [, nonce] = /^r=([^,]+)/.exec(serverFirst)!
    const talk = { clientFirstBare, serverFirst, clientFinalBare: `c=biws,r=${before}${nonce}` }
    const key = clientKey(this.mechanism, saltedPassword(this.mechanism, password, salt, iterations))
    const proof = xor(key, signature(this.mechanism, storedKey(this.mechanism, key), talk))
    return this.step(`${talk.clientFinalBare},p=${proof.toString('base64')}`)
  }
}

test('the talk that RFC 7677 shows goes as it shows it', () => {
  const nonce = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  const random = { bytes: () => ({ toString: () => nonce }) as unknown as Buffer }
  const talk = new Talk('SCRAM-SHA-256', random as unknown as SeededRandom)
  const first = talk.step('n,,n=user,r=rOprNGfwEbeRWgbNEkqO') as Step
  assert.is(first.reply.toString(), `r=rOprNGfwEbeRWgbNEkqO${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
  const last = talk.step(`c=biws,r=rOprNGfwEbeRWgbNEkqO${nonce},p=${proof}`) as Step
  assert.is(last.reply.toString(), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  assert.equal(last.login, { principal: { type: 'User', name: 'user' }, byToken: false, expiresMs: null })
})

test('SCRAM-SHA-512 is the same with another hash', () => {
  const last = new Talk('SCRAM-SHA-512').login('n=user,r=abc') as Step
  assert.is(last.login?.principal.name, 'user')
})

test('who puts his nonce before the whole answer, as librdkafka does, comes in as at Kafka', () => {
  assert.is((new Talk().login('n=user,r=abc', 'pencil', 'n,,', 'abc') as Step).login?.principal.name, 'user')
})

test('commas and equals signs in names are written in other letters', () => {
  assert.is((new Talk().login('n=a=3Db=2Cc,r=abc') as Step).login?.principal.name, 'a=b,c')
})

test('a token logs in as its owner, for as long as it holds', () => {
  const last = new Talk().login('n=token,r=abc,tokenauth=true') as Step
  assert.equal(last.login, { principal: { type: 'User', name: 'owner' }, byToken: true, expiresMs: 77 })
})

/** What is told to the client, which does not learn whether there is such a user. */
const refused: readonly (readonly [title: string, outcome: () => Step | LoginRefusal, told: string | null])[] = [
  ['a wrong password', () => new Talk().login('n=user,r=abc', 'pen'), null],
  ['nobody of that name', () => new Talk().login('n=nobody,r=abc'), null],
  ['the name of a user as that of a token', () => new Talk().login('n=user,r=abc,tokenauth=true'), null],
  ['the name of a token as that of a user', () => new Talk().login('n=token,r=abc'), null],
  ['channel binding', () => new Talk().step('p=tls-unique,,n=user,r=abc'), null],
  ['bytes that are no message', () => new Talk().step('\x00\xff'), null],
  ['a name with an equals sign in it', () => new Talk().step('n,,n=a=b,r=abc'), null],
  [
    'who would act as another',
    () => new Talk().login('n=user,r=abc', 'pencil', 'n,a=bob,'),
    'Authentication failed: a user may be nobody else; leave the authorization id empty',
  ],
]

for (const [title, outcome, told] of refused) {
  test(`${title} is refused`, () => {
    const refusal = outcome()
    assert.instance(refusal, LoginRefusal)
    assert.is((refusal as LoginRefusal).message, told)
  })
}

for (const last of ['c=biws,r=other,p=AAAA', 'c=biws,p=AAAA', '', 'c=biws,r=NONCE,p=AAAA']) {
  test(`the last message may not be ${last === '' ? 'empty' : last}`, () => {
    const talk = new Talk()
    const [, nonce] = /^r=([^,]+)/.exec((talk.step('n,,n=user,r=abc') as Step).reply.toString())!
    assert.instance(talk.step(last.replace('NONCE', nonce!)), LoginRefusal)
  })
}

test.run()
