import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { loadSettings, SettingsError } from '../../src/settings/file.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { authority, commonName } from '../support/certificates.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('settings of security')

function load({ after }: Cleanup, yaml: string): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'blink-security-'))
  after(() => rmSync(folder, { recursive: true }))
  const { key, certificate } = authority().issue([[commonName, 'localhost']])
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'cert.pem'), certificate)
  writeFileSync(join(folder, 'keys.json'), '{"keys":[]}')
  writeFileSync(join(folder, 'settings.yaml'), yaml)
  return loadSettings({ file: 'settings.yaml', env: {}, flags: {}, folder }).settings
}

function mistakes(cleanup: Cleanup, yaml: string): string {
  try {
    load(cleanup, yaml)
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
  return 'none'
}

test('a listener has a protocol, and is called by it', (cleanup) => {
  const { listeners, brokerPorts } = load(
    cleanup,
    'listeners: [SASL_PLAINTEXT, {protocol: plaintext, name: LAN, port: 9095}]',
  )
  assert.equal(brokerPorts, [9092])
  assert.equal(
    listeners.map(({ name, protocol, ports }) => [name, protocol, ports]),
    [
      [null, 'SASL_PLAINTEXT', [0]],
      ['LAN', 'PLAINTEXT', [9095]],
    ],
  )
})

test('users are mappings, or a name and a password', (cleanup) => {
  const { saslUsers } = load(cleanup, 'sasl_users: ["alice:a:b c", {name: bob, password: 1234}]')
  assert.equal(saslUsers, [
    { name: 'alice', password: 'a:b c' },
    { name: 'bob', password: '1234' },
  ])
})

test('keys and certificates are read where they are named', (cleanup) => {
  const settings = load(cleanup, 'listeners: [SSL]\ntls_key: key.pem\ntls_certificate: cert.pem\noauth_jwks: keys.json')
  assert.match(settings.tlsKey!, /BEGIN PRIVATE KEY/)
  assert.match(settings.tlsCertificate!, /BEGIN CERTIFICATE/)
  assert.is(settings.oauthJwks, '{"keys":[]}')
})

test('broker_ports can be off, where there is a listener', (cleanup) => {
  assert.equal(load(cleanup, 'broker_ports: off\nlisteners: [SASL_PLAINTEXT]').brokerPorts, [])
})

const refused: readonly (readonly [yaml: string, mistake: RegExp])[] = [
  ['listeners: [TLS]', /listeners\[0\]\.protocol is TLS; use PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL/],
  ['listeners: [SSL]', /a listener with TLS needs tls_key and tls_certificate; set both/],
  ['listeners: [PLAINTEXT]', /two listeners are called PLAINTEXT; give one another name/],
  ['listeners: [{protocol: SASL_PLAINTEXT, port: [1, 2]}]', /SASL_PLAINTEXT has 2 ports for 1 brokers/],
  ['listeners: [{protocol: SASL_PLAINTEXT, port: 9092}]', /name 9092 twice/],
  ['listeners: [{protocol: SASL_PLAINTEXT, advertised: [a, b]}]', /advertises 2 addresses for 1 brokers/],
  ['listeners: [{protocol: SASL_PLAINTEXT, advertised: "a b"}]', /use a host, or host:port/],
  ['broker_ports: off', /broker_ports are off and there are no listeners/],
  ['tls_key: none.pem', /none\.pem cannot be read \(ENOENT\); name a PEM file/],
  ['tls_key: keys.json', /keys\.json is no PEM file/],
  ['oauth_jwks: key.pem', /key\.pem cannot be read \(.*\); name a JWKS file/],
  ['tls_client_auth: required', /tls_client_auth is required, which needs tls_ca/],
  ['sasl_mechanisms: [GSSAPI]', /sasl_mechanisms\[0\] is GSSAPI; use PLAIN/],
]

for (const [yaml, mistake] of refused) {
  test(`${yaml} is refused`, (cleanup) => assert.match(mistakes(cleanup, yaml), mistake))
}

for (const user of ['topsecret', ':topsecret', '{name: "a b", password: topsecret}', '{password: topsecret}']) {
  test(`what is wrong with ${user} is said without the password`, (cleanup) => {
    const told = mistakes(cleanup, `sasl_users: [${user.startsWith('{') ? user : JSON.stringify(user)}]`)
    assert.match(told, /sasl_users\[0\]/)
    assert.not.match(told, /topsecret/)
  })
}

test.run()
