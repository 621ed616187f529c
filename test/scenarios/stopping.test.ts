import * as assert from 'uvu/assert'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { chaos, chaosLetters, noop } from '../support/components.ts'
import { consuming, kafkajs, producing, readAll } from '../support/kafkajs.ts'
import { joining } from '../support/membership.ts'
import { plugin, type Running, start, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'
import { fetching, fetchVersion, produceVersion, producing as producingTo, wire } from '../support/wire.ts'

const test = suite('stopping', 10)

/** Within what the issue of a stop promises. */
async function stopsInTime({ broker }: Running, limitMs = 1000): Promise<void> {
  const startMs = performance.now()
  await broker.close()
  const tookMs = performance.now() - startMs
  assert.ok(tookMs < limitMs, `the stop took ${Math.round(tookMs)} ms`)
}

const batchOf = (value: string) => encodeBatch([{ timestamp: Date.now(), key: null, value: Buffer.from(value) }])

test('a parked fetch is answered, and its connection ended', async (cleanup) => {
  const running = await start(cleanup, { bootTopics: ['t'] })
  const { send, answer, isClosed } = await wire(cleanup, running.brokers[0]!)
  send(fetchApi, fetchVersion, fetching('t', 0, 60_000))
  await until('the fetch is parked', () => running.broker.cluster.parking.count === 1)
  await stopsInTime(running)
  const { errorCode, responses } = await answer(fetchApi, fetchVersion)
  assert.is(errorCode, 0)
  assert.equal(
    responses.map(({ partitions }) => partitions[0]?.errorCode),
    [0],
  )
  await until('the connection is ended', isClosed)
})

test('a parked fetch over HTTP is answered', async (cleanup) => {
  const running = await start(cleanup, { bootTopics: ['t'] })
  const reply = running.get('/fetch?topic=t&wait_ms=50000')
  await until('the fetch is parked', () => running.broker.cluster.parking.count === 1)
  await stopsInTime(running)
  const { status, json } = await reply
  assert.is(status, 200)
  assert.equal(json.records, [])
})

test('who follows a plugin’s log is told of the end', async (cleanup) => {
  const running = await start(cleanup, { plugins: [plugin(await noop(), { name: 'quiet' })] })
  const url = `http://127.0.0.1:${running.broker.httpPort}/plugins/quiet/logs?follow=true&lines=0`
  // Answered at once, though the plugin has said nothing.
  const followed = await fetch(url, { headers: { connection: 'close' } })
  await stopsInTime(running)
  assert.is(await followed.text(), 'event: end\ndata: {"plugin":"quiet","why":"Blink stops"}\n\n')
})

test('a parked join is answered with an error after which clients look for the coordinator again', async (cleanup) => {
  const running = await start(cleanup, { bootTopics: ['t'], groupInitialRebalanceDelayMs: 60_000 })
  const { send, answer } = await wire(cleanup, running.brokers[0]!)
  send(joinGroup, 3, joining({ groupId: 'g', topics: ['t'] }))
  const { groups } = running.broker.cluster
  await until('the member waits', () => [...groups.all()].some(({ memberCount }) => memberCount === 1))
  await stopsInTime(running)
  const { errorCode, generationId } = await answer(joinGroup, 3)
  assert.equal([errorCode, generationId], [15, -1], 'COORDINATOR_NOT_AVAILABLE: ask again who coordinates')
})

test('a produce in hand gets its verdict and its answer', async (cleanup) => {
  const path = await chaos()
  const running = await start(cleanup, { bootTopics: ['t'], plugins: [plugin(path, { timeoutMs: 200 })] })
  const [address] = running.brokers
  const doomed = await wire(cleanup, address!)
  const sound = await wire(cleanup, address!)
  doomed.send(produce, produceVersion, producingTo('t', batchOf(chaosLetters.loop)))
  sound.send(produce, produceVersion, producingTo('t', batchOf('sound')))
  await until('the first is with the plugin', () => running.broker.plugins[0]!.queuedBatches > 0)
  await stopsInTime(running, 3000)
  for (const [{ answer }, errorCode] of [
    [doomed, 87],
    [sound, 0],
  ] as const) {
    const { responses } = await answer(produce, produceVersion)
    assert.is(responses[0]?.partitionResponses[0]?.errorCode, errorCode)
  }
})

test('idle clients, members of groups and kept-alive HTTP connections hold up nothing', async (cleanup) => {
  const running = await start(cleanup, { bootTopics: ['t'] })
  const kafka = kafkajs(running.brokers, { retry: { retries: 0 } })
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic: 't', messages: [{ value: 'x' }] })
  await readAll(cleanup, kafka, 't', 1)
  // Left to itself, kafkajs would look for the broker for ever.
  const member = await consuming(cleanup, kafka, 't', { retry: { retries: 0, restartOnFailure: async () => false } })
  await until('the member has read', () => member.read.length === 1)
  await (await fetch(`http://127.0.0.1:${running.broker.httpPort}/health`)).text()
  await stopsInTime(running, 2000)
})

test('a client that does not read its answers is cut off when its time is over', async (cleanup) => {
  const running = await start(cleanup, { bootTopics: ['t'], shutdownTimeoutMs: 500 })
  const producer = await producing(cleanup, kafkajs(running.brokers))
  for (let i = 0; i < 20; i++) {
    await producer.send({ topic: 't', messages: [{ value: Buffer.alloc(900_000) }] })
  }
  const { send, socket } = await wire(cleanup, running.brokers[0]!)
  socket.pause()
  for (let i = 0; i < 20; i++) send(fetchApi, fetchVersion, fetching('t', i))
  await until('answers wait', async () => /request="Fetch"/.test((await running.get('/metrics')).text))
  await stopsInTime(running)
})

test('a plugin that hangs does not hold up a stop', async (cleanup) => {
  const endless = plugin(await chaos(), { timeoutMs: 600_000 })
  const running = await start(cleanup, { bootTopics: ['t'], plugins: [endless], shutdownTimeoutMs: 500 })
  const { send } = await wire(cleanup, running.brokers[0]!)
  send(produce, produceVersion, producingTo('t', batchOf(chaosLetters.loop)))
  await until('the batch is with the plugin', () => running.broker.plugins[0]!.queuedBatches > 0)
  await stopsInTime(running, 5000)
})

test('a broker that was stopped leaves its port to the next one', async (cleanup) => {
  const first = await start(cleanup)
  const [port] = first.broker.kafkaPorts
  await first.broker.close()
  const second = await start(cleanup, { brokerPorts: [port!] })
  assert.is(second.broker.kafkaPorts[0], port)
  await second.broker.close()
  await second.broker.close()
})

test.run()
