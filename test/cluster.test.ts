import * as assert from 'uvu/assert'
import { ManualClock } from '../src/base/clock.ts'
import { type LogEvent, Logger } from '../src/base/logger.ts'
import { SeededRandom } from '../src/base/random.ts'
import { makeCluster } from '../src/cluster.ts'
import { encodeBatch } from '../src/protocol/records.ts'
import { defaultSettings, type Settings } from '../src/settings/settings.ts'
import { nobody, startMs, testBroker } from './support/broker.ts'
import { sound, storedBatches } from './support/partitions.ts'
import { batchOf, produceTo, topicOf, valuesOf } from './support/produced.ts'
import { suite } from './support/suite.ts'

const test = suite('the cluster')

test('tells under Kafka’s names what settings say', ({ after }) => {
  const settings = { createsTopics: false, partitionCount: 7, retentionMs: 5000, requestBytesMax: 99 }
  const { cluster, close } = testBroker({ settings })
  after(close)
  const names = ['auto.create.topics.enable', 'num.partitions', 'log.retention.ms', 'socket.request.max.bytes']
  assert.equal(
    names.map((name) => cluster.config.get(name)),
    ['false', '7', '5000', '99'],
  )
})

test('has the id that settings give it, else one of its own', ({ after }) => {
  const brokers = [testBroker({ settings: { clusterId: 'mine' } }), testBroker()]
  for (const { close } of brokers) after(close)
  assert.is(brokers[0]?.cluster.id, 'mine')
  assert.is(brokers[1]?.cluster.id.length, 22)
})

test('records that have outlived their retention go at the next check, every five minutes', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a', { configs: { 'retention.ms': '1000' } })
  await produceTo(broker, 'a', batchOf(['x']))
  broker.clock.advance(299_000)
  assert.is(partitions[0]?.logStartOffset, 0)
  broker.clock.advance(1_000)
  assert.is(partitions[0]?.logStartOffset, 1)
})

test('a topic that asks for it is compacted within fifteen seconds, however time passes', async ({ after }) => {
  const broker = testBroker({ settings: { clock: 'manual' } })
  after(broker.close)
  const configs = { 'cleanup.policy': 'compact', 'segment.ms': '1' }
  const [partition] = topicOf(broker, 'a', { configs }).partitions
  for (const [index, value] of ['old', 'new', 'newer', 'last'].entries()) {
    const record = { timestamp: startMs + 10 * index, key: Buffer.from('k'), value: Buffer.from(value) }
    await produceTo(broker, 'a', encodeBatch([record]))
  }
  const values = () => valuesOf(storedBatches(partition!).map(({ bytes }) => bytes))
  broker.time.advance(14_000)
  assert.equal(values(), ['old', 'new', 'newer', 'last'])
  broker.time.advance(1_000)
  assert.equal(values(), ['newer', 'last'])
})

test('a short retention in settings is looked after more often', async ({ after }) => {
  const broker = testBroker({ settings: { retentionMs: 20_000 } })
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['x']))
  broker.clock.advance(20_000)
  assert.is(partitions[0]?.logStartOffset, 0)
  broker.clock.advance(2_000)
  assert.is(partitions[0]?.logStartOffset, 1)
})

test('producers that fell silent are forgotten', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['x'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }))
  broker.cluster.config.replace(new Map([['producer.id.expiration.ms', '400000']]))
  broker.clock.advance(300_000)
  assert.is(partitions[0]?.producerCount, 1)
  broker.clock.advance(300_000)
  assert.is(partitions[0]?.producerCount, 0)
})

test('when memory is full the oldest records go, and a line says so', ({ after }) => {
  const events: LogEvent[] = []
  const settings: Settings = { ...defaultSettings('.'), memoryBytesMax: 1_000_000 }
  const { cluster, close } = makeCluster(settings, {
    nodes: [{ id: 1, port: 9092, advertisedHost: null, rack: null }],
    judge: nobody,
    clock: new ManualClock(startMs),
    random: new SeededRandom(1),
    logger: new Logger('t', { level: 'info', now: () => 0, write: (event) => events.push(event) }),
  })
  after(close)
  const topic = cluster.topics.create({ name: 'a', partitionCount: 1 })
  if ('code' in topic) throw new Error(topic.name)
  const batch = () => sound(encodeBatch([{ timestamp: startMs, key: null, value: Buffer.alloc(100_000) }]))
  for (let count = 0; count < 20; count++) topic.partitions[0]!.append(batch(), startMs)
  assert.ok(cluster.memory.storedBytes <= 1_100_000)
  assert.ok(topic.partitions[0]!.logStartOffset > 0)
  assert.match(events[0]?.message ?? '', /max_memory is reached: deleted the oldest segment of a-0/)
})

test.run()
