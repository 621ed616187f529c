import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { chaos, chaosLetters } from '../support/components.ts'
import { administering, kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { plugin, type Running, start, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'
import { fetching, fetchVersion, frameOf, produceVersion, producing as producingTo, wire } from '../support/wire.ts'

const test = suite('limits', 15)

const batchOf = (value: string | Buffer) =>
  encodeBatch([{ timestamp: Date.now(), key: null, value: Buffer.from(value) }])

const warnings = ({ events }: Running) => events.filter(({ level }) => level === 'warn').map(({ message }) => message)

test('beyond max_connections a client is turned away, until another one leaves', async (cleanup) => {
  const running = await start(cleanup, { connectionsMax: 2, restPort: null })
  const [address] = running.brokers
  const first = await wire(cleanup, address!)
  await wire(cleanup, address!)
  const third = await wire(cleanup, address!)
  await until('the third is turned away', third.isClosed)
  assert.equal(warnings(running), ['refused a connection: max_connections is 2'])
  first.socket.destroy()
  await until('there is room again', async () => {
    const next = await wire(cleanup, address!)
    next.send(apiVersions, 0, {})
    return next.answer(apiVersions, 0).then(
      ({ errorCode }) => errorCode === 0,
      () => false,
    )
  })
})

test('a request beyond max_request_size closes its connection, with one line in the log', async (cleanup) => {
  const running = await start(cleanup, { requestBytesMax: 100_000, restPort: null, bootTopics: ['t'] })
  const { socket, isClosed } = await wire(cleanup, running.brokers[0]!)
  socket.write(frameOf(produce, produceVersion, producingTo('t', batchOf(Buffer.alloc(100_001)))))
  await until('the connection is closed', isClosed)
  assert.is(warnings(running).length, 1)
  assert.match(warnings(running)[0]!, /^closed a connection: .*100\d{3}/)
  const admin = await administering(cleanup, kafkajs(running.brokers))
  assert.is((await admin.fetchTopicOffsets('t'))[0]?.high, '0')
})

test('a malformed frame closes its connection, with one line in the log', async (cleanup) => {
  const running = await start(cleanup, { restPort: null })
  const { socket, isClosed } = await wire(cleanup, running.brokers[0]!)
  socket.write(Buffer.from('00000008' + 'ffffffffffffffff', 'hex'))
  await until('the connection is closed', isClosed)
  assert.is(warnings(running).length, 1)
  assert.match(warnings(running)[0]!, /^closed a connection: malformed request/)
})

test('an HTTP request on a Kafka port is told in HTTP which port is meant', async (cleanup) => {
  const running = await start(cleanup)
  const answer = await fetch(`http://${running.brokers[0]}/`)
  assert.is(answer.status, 400)
  assert.match(await answer.text(), new RegExp(`HTTP is served on port ${running.broker.httpPort}`))
})

test('a client that does not read its answers is not served more, and gets them all when it reads', async (cleanup) => {
  const running = await start(cleanup, { queuedResponseBytesMax: 100_000, bootTopics: ['t'] })
  const producer = await producing(cleanup, kafkajs(running.brokers))
  await producer.send({ topic: 't', messages: [{ value: Buffer.alloc(1_000_000) }] })
  const served = async () => {
    const { text } = await running.get('/metrics')
    return Number(text.match(/totalitems{request="Fetch"} (\d+)/)?.[1] ?? 0)
  }
  const { socket, send, answer } = await wire(cleanup, running.brokers[0]!)
  socket.pause()
  const asked = 50
  for (let i = 0; i < asked; i++) send(fetchApi, fetchVersion, fetching('t', 0))
  let seen = -1
  await until('no more are served', async () => {
    const now = await served()
    const isStill = now === seen && now > 0
    seen = now
    return isStill
  })
  assert.ok(seen < asked, `${seen} of ${asked} were served`)
  socket.resume()
  for (let i = 0; i < asked; i++) {
    const { responses } = await answer(fetchApi, fetchVersion)
    assert.is(responses[0]?.partitions[0]?.errorCode, 0)
  }
})

test('a client that dies in the middle of a request leaves nothing behind', async (cleanup) => {
  const running = await start(cleanup, { restPort: null, bootTopics: ['t'] })
  const frame = frameOf(produce, produceVersion, producingTo('t', batchOf('half')))
  for (const bytes of [2, 10, frame.length >> 1, frame.length - 1]) {
    const { socket } = await wire(cleanup, running.brokers[0]!)
    socket.write(frame.subarray(0, bytes), () => socket.resetAndDestroy())
    await once(socket, 'close')
  }
  const kafka = kafkajs(running.brokers)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic: 't', messages: [{ value: 'whole' }] })
  const [read] = await readAll(cleanup, kafka, 't', 1)
  assert.equal([read?.offset, textOf(read!)], ['0', 'whole'])
  assert.equal(
    running.lines().filter((line) => /^(warn|error)/.test(line)),
    [],
  )
})

test('a client that dies while a plugin looks at its record holds up nobody', async (cleanup) => {
  const judge = plugin(await chaos(), { timeoutMs: 100 })
  const running = await start(cleanup, { plugins: [judge], restPort: null, bootTopics: ['t'] })
  const { socket, send } = await wire(cleanup, running.brokers[0]!)
  send(produce, produceVersion, producingTo('t', batchOf(chaosLetters.loop)))
  await until('the record is with the plugin', () => running.broker.plugins[0]!.queuedBatches > 0)
  socket.resetAndDestroy()
  const kafka = kafkajs(running.brokers)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic: 't', messages: [{ value: 'after' }] })
  assert.equal((await readAll(cleanup, kafka, 't', 1)).map(textOf), ['after'])
})

test('a connection on which nothing is asked is ended after connection_idle_timeout', async (cleanup) => {
  const clock = new ManualClock(Date.now())
  const { brokers } = await start(cleanup, { restPort: null, connectionIdleTimeoutMs: 60_000, machine: clock })
  const idle = await wire(cleanup, brokers[0]!)
  const { send, answer, isClosed } = await wire(cleanup, brokers[0]!)
  send(apiVersions, 0, {})
  await answer(apiVersions, 0)
  clock.advance(61_000)
  await until('the idle one is ended', idle.isClosed)
  assert.is(isClosed(), false)
})

test.run()
