import * as assert from 'uvu/assert'
import { ManualClock } from '../../src/base/clock.ts'
import { administering, consuming, kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { start, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'

const test = suite('what is kept', 15)

const mebibyte = 1024 * 1024

test('with max_memory full the oldest segments go, the newest records stay, and that is logged', async (cleanup) => {
  const memoryBytesMax = 2 * mebibyte
  const { broker, brokers, events } = await start(cleanup, { memoryBytesMax })
  const kafka = kafkajs(brokers)
  const admin = await administering(cleanup, kafka)
  const producer = await producing(cleanup, kafka)
  const values = [1, 2, 3, 4, 5].map((index) => Buffer.alloc(10_000, `record ${index} `))
  for (let round = 0; round < 120; round++) {
    await producer.send({ topic: round % 2 === 0 ? 'even' : 'odd', messages: values.map((value) => ({ value })) })
    const { storedBytes } = broker.cluster.memory
    assert.ok(storedBytes <= memoryBytesMax, `${storedBytes} bytes are stored`)
  }
  for (const topic of ['even', 'odd']) {
    const [offsets] = await admin.fetchTopicOffsets(topic)
    assert.is(offsets?.high, '300')
    const kept = 300 - Number(offsets?.low)
    assert.ok(kept > 75 && kept < 125, `${topic} keeps ${kept} records`)
    const read = await readAll(cleanup, kafka, topic, kept)
    assert.is(read[0]?.offset, offsets?.low)
    assert.is(read.at(-1)?.offset, '299')
  }
  const evicted = events.filter(({ message }) => message.startsWith('max_memory is reached'))
  assert.ok(evicted.length > 10)
  assert.ok(evicted.every(({ level, message }) => level === 'warn' && /(even|odd)-0$/.test(message)))
})

test('a reader whose records were evicted goes on at the oldest that are left', async (cleanup) => {
  const { brokers } = await start(cleanup, { memoryBytesMax: mebibyte, restPort: null })
  const kafka = kafkajs(brokers)
  const producer = await producing(cleanup, kafka)
  const member = await consuming(cleanup, kafka, 't')
  await producer.send({ topic: 't', messages: [{ value: 'first' }] })
  await until('the first record is read', () => member.read.length === 1)
  member.consumer.pause([{ topic: 't' }])
  for (let round = 0; round < 10; round++) {
    await producer.send({ topic: 't', messages: [{ value: Buffer.alloc(300_000) }] })
  }
  await producer.send({ topic: 't', messages: [{ value: 'last' }] })
  member.consumer.resume([{ topic: 't' }])
  await until('the last record is read', () => member.read.some((record) => textOf(record) === 'last'))
  assert.ok(member.read.length < 12)
})

test('with purge_on_fetch, what was read is gone once its reader asks for more', async (cleanup) => {
  const { brokers, get } = await start(cleanup, { isPurgedOnFetch: true })
  const kafka = kafkajs(brokers)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic: 't', messages: ['a', 'b', 'c'].map((value) => ({ value })) })
  const { read } = await consuming(cleanup, kafka, 't')
  await until('they are read', () => read.length === 3)
  assert.equal(read.map(textOf), ['a', 'b', 'c'])
  await until('they are gone', async () => {
    const [topic] = (await get('/dump')).json.topics
    return topic.partitions[0].start_offset === 3
  })
  const { records } = (await get('/fetch?topic=t')).json
  assert.equal(records, [])
})

test('records go when their retention is over', async (cleanup) => {
  const clock = new ManualClock(Date.now())
  const { brokers } = await start(cleanup, { retentionMs: 60_000, restPort: null, machine: clock })
  const kafka = kafkajs(brokers)
  const admin = await administering(cleanup, kafka)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic: 't', messages: [{ value: 'old' }] })
  clock.advance(50_000)
  await producer.send({ topic: 't', messages: [{ value: 'new' }] })
  assert.is((await admin.fetchTopicOffsets('t'))[0]?.low, '0')
  clock.advance(120_000)
  const [offsets] = await admin.fetchTopicOffsets('t')
  assert.equal([offsets?.low, offsets?.high], ['2', '2'])
})

test('a topic may keep its records for another time than the others', async (cleanup) => {
  const clock = new ManualClock(Date.now())
  const { brokers } = await start(cleanup, { retentionMs: 60_000, restPort: null, machine: clock })
  const kafka = kafkajs(brokers)
  const admin = await administering(cleanup, kafka)
  const configEntries = [{ name: 'retention.ms', value: '-1' }]
  await admin.createTopics({ topics: [{ topic: 'kept', configEntries }, { topic: 'not-kept' }] })
  const producer = await producing(cleanup, kafka)
  for (const topic of ['kept', 'not-kept']) await producer.send({ topic, messages: [{ value: 'x' }] })
  clock.advance(600_000)
  assert.is((await admin.fetchTopicOffsets('kept'))[0]?.low, '0')
  assert.is((await admin.fetchTopicOffsets('not-kept'))[0]?.low, '1')
})

test.run()
