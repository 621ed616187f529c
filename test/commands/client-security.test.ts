import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { ClientError } from '../../src/client/client-error.ts'
import { KafkaClient } from '../../src/client/kafka-client.ts'
import { clientSecurity } from '../../src/commands/client-security.ts'
import { authority, commonName } from '../support/certificates.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('client-security')

const trusted = authority()
const server = trusted.issue([[commonName, 'localhost']], ['localhost', '127.0.0.1'])

function folderOf({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-client-'))
  after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'ca.pem'), trusted.certificate)
  return folder
}

/** The id of the cluster, or what went wrong. */
async function reached(cleanup: Cleanup, ...properties: readonly string[]): Promise<string> {
  const { broker } = await start(cleanup, {
    restPort: null,
    clusterId: 'the-cluster',
    listeners: [{ name: null, protocol: 'SASL_SSL', ports: [0], host: null, advertised: [] }],
    tlsKey: server.key,
    tlsCertificate: server.certificate,
    saslUsers: [{ name: 'alice', password: 'secret' }],
    failedAuthenticationDelayMs: 0,
  })
  const addresses = [`localhost:${broker.portsOf('SASL_SSL')[0]}`]
  const security = clientSecurity(properties, folderOf(cleanup))
  const client = new KafkaClient({ addresses, clock: systemClock, timeoutMs: 2000, ...security })
  cleanup.after(() => client.close())
  try {
    return (await client.cluster()).id!
  } catch (error) {
    assert.instance(error, ClientError)
    return (error as Error).message
  }
}

const protocol = 'security.protocol=SASL_SSL'
const login = ['sasl.mechanism=SCRAM-SHA-256', 'sasl.username=alice', 'sasl.password=secret']

test('a broker with TLS and a login is reached with both', async (cleanup) => {
  assert.is(await reached(cleanup, protocol, 'ssl.ca.location=ca.pem', ...login), 'the-cluster')
})

const failing: readonly (readonly [title: string, properties: readonly string[], why: RegExp])[] = [
  ['an authority that is not trusted', [protocol, ...login], /no connection to localhost.*(certificate|issuer)/],
  ['no TLS', ['security.protocol=SASL_PLAINTEXT', ...login], /closed the connection: does it want TLS/],
  [
    'a wrong password',
    [protocol, 'ssl.ca.location=ca.pem', 'sasl.username=alice', 'sasl.password=wrong'],
    /no login at localhost.*wrong user name or password/,
  ],
]

for (const [title, properties, why] of failing) {
  test(`${title} is told as what it is`, async (cleanup) => {
    assert.match(await reached(cleanup, ...properties), why)
  })
}

const mistaken: readonly (readonly [properties: readonly string[], mistake: RegExp])[] = [
  [['sasl.user=alice'], /^-X wants name=value; the names are security\.protocol/],
  [['secret'], /^-X wants name=value/],
  [['security.protocol=TLS'], /^security\.protocol is TLS; use PLAINTEXT, SSL/],
  [['security.protocol=SASL_SSL'], /needs sasl\.password/],
  [['security.protocol=SSL', 'ssl.ca.location=no.pem'], /ssl\.ca\.location: .*no\.pem cannot be read \(ENOENT\)/],
  [[protocol, 'sasl.mechanism=GSSAPI', 'sasl.password=secret'], /sasl\.mechanism is GSSAPI; use PLAIN/],
]

for (const [properties, mistake] of mistaken) {
  test(`${properties} is a mistake that says what to write`, (cleanup) => {
    assert.throws(
      () => clientSecurity(properties, folderOf(cleanup)),
      (error: Error) => {
        return mistake.test(error.message) && !/secret/.test(error.message)
      },
    )
  })
}

test('nothing said is nothing', () => assert.equal(clientSecurity([], '.'), {}))

test.run()
