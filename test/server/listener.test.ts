import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/base/clock.ts'
import { type LogEvent, Logger } from '../../src/base/logger.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { saslAuthenticate } from '../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../src/protocol/messages/sasl-handshake.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { AddressCounts } from '../../src/server/address-counts.ts'
import { Listener, type ListenerOptions } from '../../src/server/listener.ts'
import { encodeRequest, testBroker } from '../support/broker.ts'
import { fetchRequest, topicOf } from '../support/produced.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('listener')

interface Opened {
  readonly listener: Listener
  readonly events: LogEvent[]
}

async function open(
  { after }: Cleanup,
  connectionsMax = 10,
  broker = testBroker(),
  more: Partial<ListenerOptions> = {},
): Promise<Opened> {
  const events: LogEvent[] = []
  const listener = await Listener.open(0, {
    nodeId: 1,
    host: '127.0.0.1',
    connectionsMax: () => connectionsMax,
    addresses: new AddressCounts(broker.cluster.config),
    dispatcher: broker.dispatcher,
    clock: systemClock,
    logger: new Logger('t', { level: 'debug', now: () => 0, write: (event) => events.push(event) }),
    httpPort: null,
    limits: { requestBytesMax: 1000, queuedResponseBytesMax: 1000, idleMs: 60_000 },
    ...more,
  })
  after(() => broker.close())
  after(() => listener.close(0))
  return { listener, events }
}

async function client({ after }: Cleanup, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

function framed(request: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  return Buffer.concat([length, request])
}

const request = framed(encodeRequest(apiVersions, 0, {}, 'c'))

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

test('a connection beyond a quota is not served, and closed when its time is over', async (cleanup) => {
  const addresses: string[] = []
  const holdMs = (address: string) => {
    addresses.push(address)
    return addresses.length === 1 ? 20 : 0
  }
  const { listener } = await open(cleanup, 10, testBroker(), { holdMs })
  const held = await client(cleanup, listener.port)
  held.on('data', () => assert.unreachable('it is served'))
  held.write(request)
  await once(held, 'close')
  assert.is(listener.connectionCount, 0)
  const next = await client(cleanup, listener.port)
  next.write(request)
  await once(next, 'data')
  assert.equal(addresses, ['127.0.0.1', '127.0.0.1'])
})

test('a client that connects is served', async (cleanup) => {
  const { listener } = await open(cleanup)
  const socket = await client(cleanup, listener.port)
  socket.write(request)
  const [answer] = await once(socket, 'data')
  assert.is(answer.readInt32BE(4), 7)
  assert.is(listener.connectionCount, 1)
  socket.destroy()
  await until(() => listener.connectionCount === 0)
})

test('who is here is known by name, by software, and by what he asked last', async (cleanup) => {
  const { listener } = await open(cleanup)
  const socket = await client(cleanup, listener.port)
  await until(() => listener.visits.length === 1)
  assert.equal([listener.visits[0]!.clientId, listener.visits[0]!.software], [null, null])
  assert.equal([listener.visits[0]!.listener, listener.visits[0]!.principal], ['PLAINTEXT', 'User:ANONYMOUS'])
  const software = { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.3.0' }
  socket.write(framed(encodeRequest(apiVersions, 3, software, 'shop')))
  await once(socket, 'data')
  const { id, nodeId, clientId, software: told, requests, lastApiKey } = listener.visits[0]!
  assert.equal([id, nodeId, clientId, requests, lastApiKey], [`${nodeId}-1`, nodeId, 'shop', 1, apiVersions.key])
  assert.equal(told, { name: 'librdkafka', version: '2.3.0' })
})

test('who logs in is known by name from then on', async (cleanup) => {
  const broker = testBroker({ settings: { saslUsers: [{ name: 'alice', password: 'secret' }] } })
  const { authentication, clock } = broker.cluster
  const login = { authentication, time: clock, failureDelayMs: 0, loginMs: 60_000, requestBytesMax: 1000 }
  const { listener } = await open(cleanup, 10, broker, { name: 'LOGIN', login })
  const socket = await client(cleanup, listener.port)
  await until(() => listener.visits.length === 1)
  const who = () => [listener.visits[0]!.listener, listener.visits[0]!.principal]
  assert.equal(who(), ['LOGIN', 'User:ANONYMOUS'])
  socket.write(framed(encodeRequest(saslHandshake, 1, { mechanism: 'PLAIN' }, 'c')))
  await once(socket, 'data')
  const authBytes = Buffer.from('\0alice\0secret')
  socket.write(framed(encodeRequest(saslAuthenticate, 2, { authBytes }, 'c')))
  await once(socket, 'data')
  assert.equal(who(), ['LOGIN', 'User:alice'])
})

test('a connection beyond the limit is refused, with a line that names the setting', async (cleanup) => {
  const { listener, events } = await open(cleanup, 1)
  await client(cleanup, listener.port)
  await until(() => listener.connectionCount === 1)
  const second = await client(cleanup, listener.port)
  await once(second, 'close')
  assert.match(events.map(({ message }) => message).join(), /max_connections is 1/)
  assert.is(listener.connectionCount, 1)
})

test('max.connections.per.ip bounds the connections of one address, as soon as it is altered', async (cleanup) => {
  const broker = testBroker()
  const { listener, events } = await open(cleanup, 10, broker)
  const first = await client(cleanup, listener.port)
  await until(() => listener.connectionCount === 1)
  broker.cluster.config.replace(new Map([['max.connections.per.ip', '1']]))
  const second = await client(cleanup, listener.port)
  await once(second, 'close')
  assert.match(events.map(({ message }) => message).join(), /refused a connection from 127\.0\.0\.1: it has the 1/)
  first.destroy()
  await until(() => listener.connectionCount === 0)
  await client(cleanup, listener.port)
  await until(() => listener.connectionCount === 1)
})

test('a port that is taken cannot be opened', async (cleanup) => {
  const { listener } = await open(cleanup)
  const broker = testBroker()
  cleanup.after(() => broker.close())
  const again = Listener.open(listener.port, {
    nodeId: 1,
    host: '127.0.0.1',
    connectionsMax: () => 1,
    addresses: new AddressCounts(broker.cluster.config),
    dispatcher: broker.dispatcher,
    clock: systemClock,
    logger: new Logger('t', { level: 'error', now: () => 0, write: () => {} }),
    httpPort: null,
    limits: { requestBytesMax: 1000, queuedResponseBytesMax: 1000, idleMs: 60_000 },
  })
  const error = await again.then(
    () => null,
    (error: NodeJS.ErrnoException) => error,
  )
  assert.is(error?.code, 'EADDRINUSE')
})

test('closing lets a connection answer what is in hand', async (cleanup) => {
  const broker = testBroker()
  const { listener } = await open(cleanup, 10, broker)
  const socket = await client(cleanup, listener.port)
  const { id } = topicOf(broker, 'a')
  socket.write(framed(encodeRequest(fetch, 18, waiting(id), 'c')))
  await until(() => broker.cluster.parking.count === 1)
  const answered = once(socket, 'data')
  const closed = listener.close(10_000)
  broker.cluster.parking.close()
  assert.is((await answered)[0].readInt32BE(4), 7)
  await closed
  assert.is(listener.connectionCount, 0)
})

test('and cuts off what is not answered in time', async (cleanup) => {
  const broker = testBroker()
  const { listener } = await open(cleanup, 10, broker)
  const socket = await client(cleanup, listener.port)
  const { id } = topicOf(broker, 'a')
  socket.write(framed(encodeRequest(fetch, 18, waiting(id), 'c')))
  await until(() => broker.cluster.parking.count === 1)
  const closed = once(socket, 'close')
  await listener.close(10)
  await closed
  assert.is(broker.cluster.parking.count, 0, 'nobody waits whose client is gone')
})

function waiting(topicId: string) {
  return fetchRequest({ name: '', id: topicId }, [{}], { minBytes: 1, maxWaitMs: 600_000 })
}

test('closing ends idle connections and leaves none', async (cleanup) => {
  const { listener } = await open(cleanup)
  const socket = await client(cleanup, listener.port)
  await until(() => listener.connectionCount === 1)
  const closed = once(socket, 'close')
  socket.resume()
  await listener.close(1000)
  await closed
  assert.is(listener.connectionCount, 0)
})

test.run()
