/** Whole stories that any Kafka tells alike: with BROKER=host:port they are told by another one. */
import * as assert from 'uvu/assert'
import { fetch as fetchApi } from '../../src/protocol/messages/fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { administering, codecs, consuming, created, kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { anyBroker, unique, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'
import { fetching, fetchVersion, frameOf, produceVersion, producing as producingTo, wire } from '../support/wire.ts'

const test = suite('produce and consume', 20)

const batchOf = (value: string) => encodeBatch([{ timestamp: Date.now(), key: null, value: Buffer.from(value) }])

/** A topic of its own at whichever broker. */
async function story(cleanup: Cleanup, numPartitions = 1) {
  const brokers = await anyBroker(cleanup)
  const kafka = kafkajs(brokers)
  const admin = await administering(cleanup, kafka)
  const topic = unique('story')
  await created(admin, topic, numPartitions)
  cleanup.after(() => admin.deleteTopics({ topics: [topic] }).catch(() => {}))
  return { brokers, kafka, admin, topic, producer: await producing(cleanup, kafka) }
}

test('records of a key keep their order, in one partition', async (cleanup) => {
  const { kafka, producer, topic } = await story(cleanup, 4)
  const messages = Array.from({ length: 100 }, (_, index) => ({ key: `key ${index % 5}`, value: `${index}` }))
  await producer.send({ topic, messages: messages.slice(0, 50) })
  await producer.send({ topic, messages: messages.slice(50) })
  const read = await readAll(cleanup, kafka, topic, 100)
  for (const key of ['key 0', 'key 1', 'key 2', 'key 3', 'key 4']) {
    const ofKey = read.filter((record) => String(record.key) === key)
    assert.is(new Set(ofKey.map(({ partition }) => partition)).size, 1)
    const values = ofKey.map(({ value }) => Number(value))
    assert.equal(
      values,
      [...values].sort((a, b) => a - b),
    )
  }
})

test('batches of every codec lie side by side', async (cleanup) => {
  const { kafka, producer, topic } = await story(cleanup)
  for (const [name, compression] of Object.entries(codecs)) {
    await producer.send({ topic, compression, messages: [{ value: `${name} a` }, { value: `${name} b` }] })
  }
  const read = await readAll(cleanup, kafka, topic, 10)
  assert.equal(
    read.map(textOf),
    Object.keys(codecs).flatMap((name) => [`${name} a`, `${name} b`]),
  )
})

test('members that come and go leave no record unread', async (cleanup) => {
  const { kafka, producer, topic } = await story(cleanup, 6)
  const groupId = unique('group')
  const join = () => consuming(cleanup, kafka, topic, { groupId })
  let sent = 0
  const produceSome = () =>
    producer.send({ topic, messages: Array.from({ length: 30 }, () => ({ key: `${sent}`, value: `${sent++}` })) })
  await produceSome()
  const members = [await join()]
  await until('the first owns all', () => members[0]!.owned?.length === 6)
  members.push(await join(), await join())
  await produceSome()
  await until('all own two each', () => members.every(({ owned }) => owned?.length === 2))
  await members[1]!.leave()
  await produceSome()
  await until('the others own three each', () => `${members.map(({ owned }) => owned?.length)}` === '3,0,3')
  const values = () => new Set(members.flatMap(({ read }) => read.map(({ value }) => Number(value))))
  await until('every record is read', () => values().size === sent)
})

test('a parked fetch is answered as soon as a record comes', async (cleanup) => {
  const { brokers, topic, producer } = await story(cleanup)
  const { send, answer } = await wire(cleanup, brokers[0]!)
  send(fetchApi, fetchVersion, fetching(topic, 0, 30_000))
  const answered = answer(fetchApi, fetchVersion)
  await producer.send({ topic, messages: [{ value: 'x' }] })
  const { responses } = await answered
  assert.is(responses[0]?.partitions[0]?.highWatermark, 1)
})

test('requests of one connection are answered in their order', async (cleanup) => {
  const { brokers, topic } = await story(cleanup)
  const { send, answer } = await wire(cleanup, brokers[0]!)
  const batch = batchOf('x')
  send(fetchApi, fetchVersion, fetching(topic, 0, 200))
  for (let i = 0; i < 5; i++) send(produce, produceVersion, producingTo(topic, batch))
  const { responses } = await answer(fetchApi, fetchVersion)
  assert.is(responses[0]?.partitions[0]?.highWatermark, 0, 'the produces wait behind the fetch')
  for (let i = 0; i < 5; i++) {
    const { responses } = await answer(produce, produceVersion)
    assert.is(responses[0]?.partitionResponses[0]?.baseOffset, i)
  }
})

test('acks=0 is answered with silence', async (cleanup) => {
  const { brokers, topic } = await story(cleanup)
  const { send, answer } = await wire(cleanup, brokers[0]!)
  const batch = batchOf('x')
  for (const acks of [0, 0, 1]) send(produce, produceVersion, producingTo(topic, batch, acks))
  const { responses } = await answer(produce, produceVersion)
  assert.is(responses[0]?.partitionResponses[0]?.baseOffset, 2)
})

test('what a partition does not have, and what is no record batch, is refused and not stored', async (cleanup) => {
  const { brokers, topic } = await story(cleanup)
  const { send, answer } = await wire(cleanup, brokers[0]!)
  const sound = batchOf('x')
  const broken = Buffer.from(sound)
  broken[broken.length - 1]! ^= 1
  const produced = async (records: Buffer) => {
    send(produce, produceVersion, producingTo(topic, records))
    return (await answer(produce, produceVersion)).responses[0]?.partitionResponses[0]?.errorCode
  }
  assert.is(await produced(broken), 2, 'CORRUPT_MESSAGE')
  assert.is(await produced(Buffer.concat([sound, sound])), 87, 'INVALID_RECORD')
  assert.is(await produced(sound), 0)
  const fetched = async (offset: number) => {
    send(fetchApi, fetchVersion, fetching(topic, offset))
    const { errorCode, highWatermark } = (await answer(fetchApi, fetchVersion)).responses[0]!.partitions[0]!
    return [errorCode, highWatermark]
  }
  assert.equal(await fetched(1), [0, 1])
  assert.is((await fetched(2))[0], 1, 'OFFSET_OUT_OF_RANGE')
})

test('hundreds of clients at once are all served', async (cleanup) => {
  const { brokers, topic } = await story(cleanup)
  const clients = await Promise.all(Array.from({ length: 300 }, () => wire(cleanup, brokers[0]!)))
  for (const { send } of clients) send(produce, produceVersion, producingTo(topic, batchOf('x')))
  const answers = await Promise.all(clients.map(({ answer }) => answer(produce, produceVersion)))
  const offsets = answers.map(({ responses }) => responses[0]!.partitionResponses[0]!.baseOffset)
  assert.is(new Set(offsets).size, 300)
})

test('a request that comes byte by byte is answered as any other', async (cleanup) => {
  const { brokers, topic } = await story(cleanup)
  const { socket, answer } = await wire(cleanup, brokers[0]!)
  socket.setNoDelay(true)
  for (const byte of frameOf(produce, produceVersion, producingTo(topic, batchOf('slow')))) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { responses } = await answer(produce, produceVersion)
  assert.is(responses[0]?.partitionResponses[0]?.errorCode, 0)
})

test.run()
