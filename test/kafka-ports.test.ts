import * as assert from 'uvu/assert'
import { nodesOf } from '../src/kafka-ports.ts'
import type { ListenerEntry } from '../src/settings/security.ts'
import { describeCluster } from '../src/protocol/messages/describe-cluster.ts'
import { findCoordinator } from '../src/protocol/messages/find-coordinator.ts'
import { metadata } from '../src/protocol/messages/metadata.ts'
import { StartError } from '../src/start-error.ts'
import { authority, commonName } from './support/certificates.ts'
import { settingsFor, start } from './support/running.ts'
import { suite } from './support/suite.ts'
import { wire } from './support/wire.ts'

const test = suite('kafka ports')

function listener(change: Partial<ListenerEntry>): ListenerEntry {
  return { name: null, protocol: 'PLAINTEXT', ports: [0], host: null, advertised: [], ...change }
}

const placed: readonly (readonly [advertised: readonly string[], kafkaHostname: string | null, places: unknown])[] = [
  [[], null, ['null:9', 'null:10']],
  [[], 'kafka', ['kafka:9', 'kafka:10']],
  [['a'], 'kafka', ['a:9', 'a:10']],
  [['a:1', 'b:2'], null, ['a:1', 'b:2']],
  [['[::1]:7'], null, ['::1:7', '::1:7']],
]

for (const [advertised, kafkaHostname, places] of placed) {
  test(`a listener that advertises ${JSON.stringify(advertised)} is told as ${JSON.stringify(places)}`, () => {
    const entry = listener({ name: 'LAN', ports: [9, 10], advertised })
    const nodes = nodesOf(settingsFor({ brokerPorts: [1, 2], kafkaHostname, listeners: [entry] }))
    const told = nodes.map(({ listeners }) => listeners.get('LAN')!)
    assert.equal(
      told.map(({ advertisedHost, port }) => `${advertisedHost}:${port}`),
      places,
    )
  })
}

test('whoever asks is told the addresses of the listener by which he asks', async (cleanup) => {
  const listeners = [listener({ name: 'LAN', advertised: ['lan.example'] })]
  const { broker } = await start(cleanup, { restPort: null, brokerPorts: [0, 0], listeners })
  const told = async (port: number) => {
    const client = await wire(cleanup, `127.0.0.1:${port}`)
    client.send(metadata, 12, { topics: [] })
    const { brokers } = await client.answer(metadata, 12)
    client.send(describeCluster, 1, {})
    const cluster = await client.answer(describeCluster, 1)
    client.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })
    const { coordinators } = await client.answer(findCoordinator, 4)
    const shown = brokers.map((one) => `${one.host}:${one.port}`)
    assert.equal(
      shown,
      cluster.brokers.map((one) => `${one.host}:${one.port}`),
    )
    assert.ok(shown.includes(`${coordinators[0]!.host}:${coordinators[0]!.port}`))
    return shown
  }
  const [plain, lan] = [broker.kafkaPorts, broker.portsOf('LAN')]
  assert.equal(
    await told(plain[0]!),
    plain.map((port) => `127.0.0.1:${port}`),
  )
  assert.equal(
    await told(lan[1]!),
    lan.map((port) => `lan.example:${port}`),
  )
  assert.is(new Set([...plain, ...lan]).size, 4)
})

test('without broker_ports the first listener is what the broker is known by', async (cleanup) => {
  const { broker } = await start(cleanup, { restPort: null, brokerPorts: [], listeners: [listener({ name: 'ONLY' })] })
  assert.equal(broker.kafkaPorts, broker.portsOf('ONLY'))
  assert.is(broker.cluster.nodes[0]?.port, broker.kafkaPorts[0])
})

const ours = authority().issue([[commonName, 'localhost']])
const other = authority().issue([[commonName, 'localhost']])
const tls = { tlsKey: ours.key, tlsCertificate: ours.certificate, listeners: [listener({ protocol: 'SSL' })] }
const faulty: readonly (readonly [title: string, settings: object, message: RegExp])[] = [
  [
    'a key that is not that of the certificate',
    { tlsKey: other.key },
    /^tls_key with tls_certificate cannot be used: /,
  ],
  ['rules that are none', { tlsPrincipalRules: 'RULE:x' }, /^tls_principal_mapping_rules cannot be used: RULE:x is no/],
]

for (const [title, change, message] of faulty) {
  test(`${title} end the start with a sentence that says so`, async (cleanup) => {
    try {
      await start(cleanup, { restPort: null, ...tls, ...change })
    } catch (error) {
      assert.instance(error, StartError)
      assert.match((error as Error).message, message)
      return
    }
    assert.unreachable('it started')
  })
}

test.run()
