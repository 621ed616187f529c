import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import type { Duplex } from 'node:stream'
import * as assert from 'uvu/assert'
import { readInto } from '../../src/server/direct-reads.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('direct reads')

interface Talk {
  readonly server: Server
  readonly client: Socket
  readonly accepted: Duplex
  readonly room: Buffer
  /** What was received, each time. */
  readonly received: Buffer[]
}

async function open({ after }: Cleanup): Promise<Talk> {
  const server = createServer()
  after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  after(() => client.destroy())
  const room = Buffer.alloc(1000)
  const received: Buffer[] = []
  const [socket] = await once(server, 'connection')
  const accepted = readInto({ room: () => room, push: (bytes) => received.push(bytes) }, socket)
  after(() => accepted.destroy())
  return { server, client, accepted, room, received }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
}

test('what a socket receives lies where it is wanted', async (cleanup) => {
  const { client, received, room } = await open(cleanup)
  client.write('hello')
  await until(() => received.length > 0)
  assert.is(received[0]!.toString(), 'hello')
  assert.is(received[0]!.buffer, room.buffer)
  assert.is(received[0]!.byteOffset, room.byteOffset)
})

test('it is answered, and nothing more is read while it is paused', async (cleanup) => {
  const { client, accepted, received } = await open(cleanup)
  accepted.pause()
  client.write('hello')
  accepted.write('hi')
  const [answer] = await once(client, 'data')
  assert.is(`${answer}`, 'hi')
  assert.is(received.length, 0)
  accepted.resume()
  await until(() => received.length > 0)
})

test('its end is told, and its server no longer counts it', async (cleanup) => {
  const { server, client, accepted } = await open(cleanup)
  assert.is(await connections(server), 1)
  const closed = once(accepted, 'close')
  client.end()
  await once(accepted, 'end')
  await closed
  await until(async () => (await connections(server)) === 0)
})

test('what any other stream receives is passed on', async () => {
  const [client, server] = duplexPair()
  const received: Buffer[] = []
  assert.is(readInto({ room: () => Buffer.alloc(0), push: (bytes) => received.push(bytes) }, server), server)
  client.write('hello')
  await until(() => received.length > 0)
  assert.is(`${received[0]}`, 'hello')
})

test.run()
