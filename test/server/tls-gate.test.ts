import { createServer, type AddressInfo, connect as connectPlain } from 'node:net'
import { connect } from 'node:tls'
import * as assert from 'uvu/assert'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { principalText } from '../../src/protocol/principal.ts'
import { principalMapping } from '../../src/server/principal-mapping.ts'
import { TlsGate, type TlsOptions } from '../../src/server/tls-gate.ts'
import { authority, type Certified, commonName } from '../support/certificates.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { until } from '../support/running.ts'

const test = suite('tls-gate')

const ours = authority()
const server = ours.issue([[commonName, 'localhost']], ['localhost', '127.0.0.1'])
const alice = ours.issue([[commonName, 'alice']])
const stranger = authority().issue([[commonName, 'mallory']])

/** Who comes in is told who he is. */
async function open({ after }: Cleanup, change: Partial<TlsOptions> = {}) {
  const events: LogEvent[] = []
  const options: TlsOptions = {
    key: server.key,
    keyPassword: null,
    certificate: server.certificate,
    ca: ours.certificate,
    clientAuth: 'none',
    mapping: principalMapping('DEFAULT'),
    handshakeMs: 5000,
    ...change,
  }
  const logger = new Logger('t', { level: 'debug', now: () => 0, write: (event) => events.push(event) })
  const gate = new TlsGate(options, (stream, principal) => void stream.end(principalText(principal)), logger)
  const listening = createServer((socket) => gate.take(socket))
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  after(() => listening.close())
  const { port } = listening.address() as AddressInfo
  /** What was heard until the end, which is nothing where one was not let in. */
  const heard = async (own?: Certified): Promise<string> => {
    const shown = own === undefined ? {} : { key: own.key, cert: own.certificate }
    const socket = connect({ port, host: '127.0.0.1', ca: ours.certificate, ...shown })
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', () => {}) // Then nothing was heard.
    await new Promise((resolve) => socket.once('close', resolve))
    return text
  }
  return { port, heard, lines: () => events.map(({ message }) => message) }
}

test('where no certificate is asked for, nobody is anyone', async (cleanup) => {
  const { heard } = await open(cleanup)
  assert.is(await heard(), 'User:ANONYMOUS')
  assert.is(await heard(alice), 'User:ANONYMOUS')
})

test('where one is asked for, its subject is who comes; one not to be trusted is worse than none', async (cleanup) => {
  const { heard, lines } = await open(cleanup, { clientAuth: 'requested' })
  assert.is(await heard(), 'User:ANONYMOUS')
  assert.is(await heard(alice), 'User:CN=alice')
  assert.is(await heard(stranger), '')
  assert.match(lines().at(-1)!, /certificate is not to be trusted/)
})

test('where one is required, nobody comes without', async (cleanup) => {
  const { heard } = await open(cleanup, { clientAuth: 'required' })
  assert.is(await heard(alice), 'User:CN=alice')
  assert.is(await heard(), '')
  assert.is(await heard(stranger), '')
})

test('rules say what the holder of a certificate is called, and who is not meant by any stays out', async (cleanup) => {
  const mapping = principalMapping('RULE:^CN=(a.*)$/$1/U')
  const { heard, lines } = await open(cleanup, { clientAuth: 'required', mapping })
  assert.is(await heard(alice), 'User:ALICE')
  assert.is(await heard(ours.issue([[commonName, 'bob']])), '')
  assert.match(lines().at(-1)!, /no rule of tls_principal_mapping_rules is for CN=bob/)
})

const strangers: readonly (readonly [bytes: string, line: RegExp])[] = [
  ['GET / HTTP/1.1\r\n\r\n', /an HTTP request came to a Kafka port that speaks TLS/],
  ['\0\0\0\x1a\0\x12\0\x04\0\0\0\x01', /no TLS: set security\.protocol=SSL/],
]

for (const [bytes, line] of strangers) {
  test(`who sends ${JSON.stringify(bytes.slice(0, 5))} is turned away, and the log says why`, async (cleanup) => {
    const { port, lines } = await open(cleanup)
    const socket = connectPlain(port, '127.0.0.1')
    socket.on('error', () => {}) // It is cut off.
    socket.write(bytes)
    await new Promise((resolve) => socket.once('close', resolve))
    assert.match(lines().join('\n'), line)
  })
}

test('who says nothing is not waited for longer than handshake_timeout', async (cleanup) => {
  const { port, lines } = await open(cleanup, { handshakeMs: 30 })
  const socket = connectPlain(port, '127.0.0.1')
  socket.on('error', () => {}) // It is cut off.
  await new Promise((resolve) => socket.once('close', resolve))
  await until('it is said', () => /handshake_timeout/.test(lines().join()))
})

test.run()
