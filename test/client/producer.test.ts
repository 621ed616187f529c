import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { Fetcher, recordsOf } from '../../src/client/fetcher.ts'
import type { KafkaClient } from '../../src/client/kafka-client.ts'
import { earliest, endsOf, offsetsAt, partitionsOf } from '../../src/client/offsets.ts'
import { type Delivery, Producer, type ProducerOptions, type ToProduce } from '../../src/client/producer.ts'
import { compressionTypes } from '../../src/protocol/compression.ts'
import { clientOf, refused } from '../support/client.ts'
import { guardPath, plugin, type Starting, start } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('client: producer and fetcher', 15)

async function producing(cleanup: Cleanup, settings: Starting = {}, options: Partial<ProducerOptions<ToProduce>> = {}) {
  const { brokers } = await start(cleanup, { restPort: null, ...settings })
  const client = clientOf(cleanup, [brokers.at(-1)!])
  const deliveries: Delivery<ToProduce>[] = []
  const delivered = (delivery: Delivery<ToProduce>) => void deliveries.push(delivery)
  const producer = new Producer(client, { random: new SeededRandom(1), delivered, ...options })
  return { client, producer, deliveries, brokers }
}

function record(topic: string, value: string | null, rest: Partial<ToProduce> = {}): ToProduce {
  return { topic, timestamp: 1, key: null, value: value === null ? null : Buffer.from(value), ...rest }
}

/** All that is in a topic, as `partition:value`. */
async function readAll(client: KafkaClient, topic: string): Promise<string[]> {
  const partitions = await partitionsOf(client, topic)
  const ends = await endsOf(client, partitions)
  let left = ends.reduce((sum, { start, end }) => sum + end - start, 0)
  const done = new AbortController()
  if (left === 0) return []
  const read: string[] = []
  const fetcher = new Fetcher(client, {
    take: (fetched) => {
      for (const { value } of recordsOf(fetched)) {
        read.push(`${fetched.partition}:${value}`)
        left--
      }
      if (left === 0) done.abort()
    },
  })
  fetcher.assign(await offsetsAt(client, partitions, earliest))
  await fetcher.run(done.signal)
  return read
}

for (const compression of compressionTypes) {
  test(`what is produced with codec ${compression} is read back, in order`, async (cleanup) => {
    const { client, producer, deliveries } = await producing(cleanup, {}, { compression })
    const values = Array.from({ length: 300 }, (_, at) => `record ${at} of many that compress well`)
    for (const value of values) await producer.send(record('t', value))
    await producer.flush()
    assert.equal(
      await readAll(client, 't'),
      values.map((value) => `0:${value}`),
    )
    assert.equal(
      deliveries.map(({ offset }) => offset),
      values.map((_, at) => at),
    )
  })
}

test('leaders on several brokers are followed, by key or by what the record says', async (cleanup) => {
  const settings = { brokerPorts: [0, 0, 0], partitionCount: 6 }
  const { client, producer, deliveries } = await producing(cleanup, settings)
  for (let at = 0; at < 60; at++) await producer.send(record('t', `${at}`, { partition: at % 6 }))
  await producer.send(record('t', 'keyed', { key: Buffer.from('21') }))
  await producer.flush()
  assert.is((await readAll(client, 't')).length, 61)
  assert.is(deliveries.at(-1)?.record.value?.toString() === 'keyed' || deliveries.length === 61, true)
  const keyed = deliveries.find((one) => one.record.key !== null)
  assert.is(keyed?.partition, (-973932308 & 0x7fff_ffff) % 6)
})

test('a partition that is not there is told at once', async (cleanup) => {
  const { producer } = await producing(cleanup, { partitionCount: 2 })
  const { message } = await refused(() => producer.send(record('t', 'x', { partition: 2 })))
  assert.is(message, 'topic t has no partition 2; it has 0 to 1')
})

test('records that a plugin refuses are named, and the others of their batch stored', async (cleanup) => {
  const { client, producer, deliveries } = await producing(cleanup, { plugins: [plugin(guardPath)] })
  for (const value of ['a', '', 'b', '', 'c']) await producer.send(record('t', value))
  await producer.flush()
  assert.equal(await readAll(client, 't'), ['0:a', '0:b', '0:c'])
  const refusals = deliveries.filter(({ error }) => error !== null)
  assert.equal(
    refusals.map(({ record, error }) => [`${record.value}`, error?.name]),
    [
      ['', 'INVALID_RECORD'],
      ['', 'INVALID_RECORD'],
    ],
  )
  assert.match(refusals[0]!.error!.message!, /guard/)
})

test('a batch that is too large for the topic goes in pieces; a record that is, is refused', async (cleanup) => {
  const { client, producer, deliveries } = await producing(cleanup)
  const { createTopic } = await import('../../src/client/topic-admin.ts')
  const configs = new Map([['max.message.bytes', '2000']])
  await createTopic(client, { name: 't', partitions: 1, replicas: -1, configs })
  for (let at = 0; at < 10; at++) await producer.send(record('t', `${at}`.repeat(500)))
  await producer.send(record('t', 'x'.repeat(3000)))
  await producer.flush()
  assert.is((await readAll(client, 't')).length, 10)
  assert.equal(
    deliveries.filter(({ error }) => error !== null).map(({ error }) => error!.name),
    ['MESSAGE_TOO_LARGE'],
  )
})

test('with acks=0 nothing is said of offsets', async (cleanup) => {
  const { client, producer, deliveries } = await producing(cleanup, {}, { acks: 0 })
  await producer.send(record('t', 'x'))
  await producer.flush()
  assert.equal(
    deliveries.map(({ offset, error }) => [offset, error]),
    [[null, null]],
  )
  while ((await readAll(client, 't')).length === 0);
})

test('keys, tombstones, headers and times arrive as they were sent', async (cleanup) => {
  const { client, producer } = await producing(cleanup)
  const headers = [
    { key: 'a', value: Buffer.from('1') },
    { key: 'a', value: null },
  ]
  await producer.send(record('t', null, { key: Buffer.from('k'), headers, timestamp: 12_345 }))
  await producer.flush()
  const done = new AbortController()
  const fetcher = new Fetcher(client, {
    take: (fetched) => {
      const [read] = [...recordsOf(fetched)]
      assert.equal(
        [`${read!.key}`, read!.value, read!.timestamp, read!.headers.map(({ key, value }) => `${key}=${value}`)],
        ['k', null, 12_345, ['a=1', 'a=null']],
      )
      done.abort()
    },
  })
  fetcher.assign([{ topic: 't', partition: 0, offset: 0 }])
  await fetcher.run(done.signal)
})

test('without auto_create_topics a topic that is not there is told', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, createsTopics: false })
  const client = clientOf(cleanup, brokers, { timeoutMs: 50 })
  const producer = new Producer(client, { delivered: () => {} })
  assert.match((await refused(() => producer.send(record('nowhere', 'x')))).message, /^there is no topic nowhere; /)
})

test.run()
