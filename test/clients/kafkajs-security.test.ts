import clients, { type KafkaConfig } from 'kafkajs'
import * as assert from 'uvu/assert'
import type { ListenerEntry } from '../../src/settings/security.ts'
import { authority, commonName } from '../support/certificates.ts'
import { administering, kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('kafkajs-security', 15)

const trusted = authority()
const server = trusted.issue([[commonName, 'localhost']], ['localhost', '127.0.0.1'])
const alice = trusted.issue([[commonName, 'alice']])
const protocols = ['SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const

/** One broker with each protocol; how clients of each are configured. */
async function secured(cleanup: Cleanup) {
  const listeners = protocols.map((protocol): ListenerEntry => {
    return { name: null, protocol, ports: [0], host: null, advertised: [] }
  })
  const { broker, lines } = await start(cleanup, {
    restPort: null,
    listeners,
    tlsKey: server.key,
    tlsCertificate: server.certificate,
    tlsCa: trusted.certificate,
    tlsClientAuth: 'required',
    saslUsers: [{ name: 'alice', password: 'secret' }],
  })
  const kafka = (protocol: (typeof protocols)[number], config: Partial<KafkaConfig>) =>
    kafkajs(
      broker.portsOf(protocol).map((port) => `localhost:${port}`),
      config,
    )
  return { kafka, lines }
}

const ca = [trusted.certificate]
const password = { username: 'alice', password: 'secret' }
const ways: readonly (readonly [protocol: (typeof protocols)[number], title: string, config: Partial<KafkaConfig>])[] =
  [
    ['SSL', 'a certificate', { ssl: { ca, key: alice.key, cert: alice.certificate } }],
    ['SASL_PLAINTEXT', 'PLAIN', { sasl: { mechanism: 'plain', ...password } }],
    ['SASL_PLAINTEXT', 'SCRAM-SHA-256', { sasl: { mechanism: 'scram-sha-256', ...password } }],
    ['SASL_SSL', 'SCRAM-SHA-512', { ssl: { ca }, sasl: { mechanism: 'scram-sha-512', ...password } }],
  ]

for (const [protocol, title, config] of ways) {
  test(`by ${title} on a listener of ${protocol} records go in and come out`, async (cleanup) => {
    const kafka = (await secured(cleanup)).kafka(protocol, config)
    const large = 'x'.repeat(300_000)
    const producer = await producing(cleanup, kafka)
    await producer.send({ topic: 'words', messages: [{ value: 'small' }, { value: large }] })
    assert.equal((await readAll(cleanup, kafka, 'words', 2)).map(textOf), ['small', large])
  })
}

for (const mechanism of ['plain', 'scram-sha-256'] as const) {
  test(`a wrong password for ${mechanism} is an error that says so, and the log does not tell it`, async (cleanup) => {
    const { kafka, lines } = await secured(cleanup)
    const sasl = { mechanism, username: 'alice', password: 'wrong-password' } as KafkaConfig['sasl']
    const admin = kafka('SASL_PLAINTEXT', { sasl: sasl!, retry: { retries: 0 } }).admin()
    cleanup.after(() => admin.disconnect())
    await admin.connect().then(
      () => assert.unreachable('it came in'),
      (error: Error) => {
        assert.instance(error, clients.KafkaJSSASLAuthenticationError)
        assert.match(error.message, /wrong user name or password|not the credentials that SCRAM/)
      },
    )
    assert.not.match(lines().join('\n'), /wrong-password/)
  })
}

test('without a certificate nobody comes to a listener that requires one', async (cleanup) => {
  const { kafka } = await secured(cleanup)
  const refused = await administering(cleanup, kafka('SSL', { ssl: { ca }, retry: { retries: 0 } })).catch(() => null)
  assert.is(refused, null)
})

test.run()
