/** Connections to servers of the test's own, which answer as no broker of Blink's would. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { Writer } from '../../src/base/bytes.ts'
import { ManualClock, systemClock } from '../../src/base/clock.ts'
import { Connection } from '../../src/client/connection.ts'
import { compile } from '../../src/protocol/compile.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { refused } from '../support/client.ts'
import { start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('connection')
const options = { clock: systemClock, clientId: 'test' }

async function server({ after }: Cleanup, answer: (socket: Socket, request: Buffer) => void): Promise<string> {
  const sockets: Socket[] = []
  const listening = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (request) => answer(socket, request))
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  after(() => {
    for (const socket of sockets) socket.destroy()
    listening.close()
  })
  return `127.0.0.1:${(listening.address() as AddressInfo).port}`
}

function framed(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 4)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, body])
}

/** The answer to ApiVersions, in version 0. */
function versions(errorCode: number, apiKeys: readonly [key: number, min: number, max: number][]): Buffer {
  const writer = new Writer()
  const keys = apiKeys.map(([apiKey, minVersion, maxVersion]) => ({ apiKey, minVersion, maxVersion }))
  const absent = Object.entries(apiVersions.response).map(([name, { presence }]) => [name, presence.absent])
  const message = { ...Object.fromEntries(absent), errorCode, apiKeys: keys }
  compile(apiVersions.response, 0, false).encode(writer, message)
  return writer.concat()
}

test('a broker that does not know the new ApiVersions is asked in the old one', async (cleanup) => {
  const asked: number[] = []
  const address = await server(cleanup, (socket, request) => {
    const version = request.readInt16BE(6)
    asked.push(version)
    const body = version > 0 ? versions(35, [[18, 0, 2]]) : versions(0, [[3, 0, 5]])
    socket.write(framed(request.readInt32BE(8), body))
  })
  const connection = await Connection.open(address, options)
  assert.equal(asked, [3, 0])
  assert.is(connection.versionOf(metadata), 5)
  assert.is(connection.versionOf(fetch), null)
  const { message, failure } = await refused(() => connection.request(fetch, {}))
  assert.match(message, /does not serve Fetch, and this client 4 to 18$/)
  assert.is(failure, 'refused')
  connection.close()
})

test('many requests are under way at once, and each has its own answer', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, bootTopics: ['a', 'b', 'c'] })
  const connection = await Connection.open(brokers[0]!, options)
  const names = ['a', 'b', 'c', 'a', 'c']
  const answers = await Promise.all(
    names.map((name) => connection.request(metadata, { topics: [{ name, topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }] })),
  )
  assert.equal(
    answers.map(({ topics }) => topics[0]!.name),
    names,
  )
  connection.close()
  assert.not(connection.isOpen)
})

const strangers: readonly [what: string, answer: string, said: RegExp][] = [
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', /does not speak Kafka: it did not send frames of Kafka$/],
  ['answers another request', framed(99, versions(0, [])).toString('latin1'), /answered what it was not asked/],
  ['cuts its answer short', framed(1, Buffer.from([0])).toString('latin1'), /cannot be read|length beyond/],
]
for (const [what, answer, said] of strangers) {
  test(`who ${what} is no broker`, async (cleanup) => {
    const address = await server(cleanup, (socket) => socket.write(answer, 'latin1'))
    const { message, failure } = await refused(() => Connection.open(address, options))
    assert.match(message, said)
    assert.is(failure, 'unreachable')
  })
}

test('who says nothing is given up after a time', async (cleanup) => {
  const clock = new ManualClock()
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => (isAsked = resolve))
  const address = await server(cleanup, () => isAsked())
  const opening = refused(() => Connection.open(address, { ...options, clock }))
  await asked
  clock.advance(5000)
  assert.match((await opening).message, /did not answer ApiVersions within 5000 ms$/)
})

test('where nobody listens, that is told with a remedy', async () => {
  const { message, failure } = await refused(() => Connection.open('127.0.0.1:1', options))
  assert.match(message, /^no connection to 127\.0\.0\.1:1: .*ECONNREFUSED.*; is the broker running\?$/)
  assert.is(failure, 'unreachable')
})

test.run()
