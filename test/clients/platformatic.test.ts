import type { Admin, BaseOptions, Consumer, Producer } from '@platformatic/kafka'
import * as assert from 'uvu/assert'
import { anyBroker, guardPath, plugin, start, unique, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

/** What the package itself asks for. */
const nodeNeeded = [22, 22] as const
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isServed = major > nodeNeeded[0] || (major === nodeNeeded[0] && minor >= nodeNeeded[1])
const missing = isServed
  ? null
  : `@platformatic/kafka needs Node.js ${nodeNeeded.join('.')}, this is ${process.version}`

const test = suite('@platformatic/kafka', 15, missing)

type Clients = typeof import('@platformatic/kafka')
const {
  Admin: AdminClient,
  Consumer: ConsumerClient,
  Producer: ProducerClient,
  ...clients
} = (isServed ? await import('@platformatic/kafka') : {}) as Clients

/** Any Kafka tells these alike: each has a topic and a group of its own at whichever broker. */
async function opened(cleanup: Cleanup) {
  return { brokers: await anyBroker(cleanup), topic: unique('t'), groupId: unique('g') }
}

function options(brokers: readonly string[]): BaseOptions {
  return { clientId: 'blink-test', bootstrapBrokers: [...brokers], retries: 2, retryDelay: 20, strict: true }
}

function producing({ after }: Cleanup, brokers: readonly string[]): Producer<string, string, string, string> {
  const producer = new ProducerClient({
    ...options(brokers),
    serializers: clients.stringSerializers,
    autocreateTopics: true,
  })
  after(() => producer.close())
  return producer
}

function consuming(
  { after }: Cleanup,
  brokers: readonly string[],
  groupId: string,
): Consumer<string, string, string, string> {
  const consumer = new ConsumerClient({
    ...options(brokers),
    groupId,
    deserializers: clients.stringDeserializers,
    heartbeatInterval: 50,
    sessionTimeout: 10_000,
    maxWaitTime: 100,
    autocommit: 100,
  })
  after(() => consumer.close(true))
  return consumer
}

function administering({ after }: Cleanup, brokers: readonly string[]): Admin {
  const admin = new AdminClient(options(brokers))
  after(() => admin.close())
  return admin
}

async function reading(consumer: Consumer<string, string, string, string>, topic: string) {
  const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
  const read: { key: string; value: string; offset: bigint; partition: number; headers: Map<string, string> }[] = []
  stream.on('data', (message) => read.push(message))
  return read
}

const words = Array.from({ length: 200 }, (_, index) => `word ${index} of many that compress well`)

for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
  test(`what is produced with codec ${compression} is read back`, async (cleanup) => {
    const { brokers, topic, groupId } = await opened(cleanup)
    const messages = words.map((value) => ({ topic, value }))
    const { offsets } = await producing(cleanup, brokers).send({ messages, compression })
    assert.equal(offsets, [{ topic, partition: 0, offset: 0n }])
    const read = await reading(consuming(cleanup, brokers, groupId), topic)
    await until('every record is read', () => read.length === words.length)
    assert.equal(
      read.map(({ value }) => value),
      words,
    )
  })
}

test('keys, headers and empty values come back as they were', async (cleanup) => {
  const { brokers, topic, groupId } = await opened(cleanup)
  const messages = [
    { topic, key: 'k', value: 'v', headers: { a: '1', b: '' } },
    { topic, key: 'empty', value: '' },
  ]
  await producing(cleanup, brokers).send({ messages })
  const read = await reading(consuming(cleanup, brokers, groupId), topic)
  await until('both are read', () => read.length === 2)
  assert.equal(
    read.map(({ key, value }) => [key, value]),
    [
      ['k', 'v'],
      ['empty', ''],
    ],
  )
  assert.equal(
    [...read[0]!.headers],
    [
      ['a', '1'],
      ['b', ''],
    ],
  )
})

test('members that join and leave a group share its partitions, and every record is read', async (cleanup) => {
  const { brokers, topic, groupId } = await opened(cleanup)
  const admin = administering(cleanup, brokers)
  await admin.createTopics({ topics: [topic], partitions: 6 })
  const producer = producing(cleanup, brokers)
  let sent = 0
  const produceSome = () =>
    producer.send({
      messages: Array.from({ length: 60 }, () => ({ topic, key: `key ${sent}`, value: `${sent++}` })),
    })
  const members: Consumer<string, string, string, string>[] = []
  const reads: { value: string }[][] = []
  const join = async () => {
    const member = consuming(cleanup, brokers, groupId)
    members.push(member)
    reads.push(await reading(member, topic))
  }
  const shares =
    (...sizes: number[]) =>
    () => {
      const owned = members.map(
        ({ assignments }) => assignments?.find((each) => each.topic === topic)?.partitions ?? [],
      )
      return `${owned.flat().sort()}` === '0,1,2,3,4,5' && `${owned.map(({ length }) => length).sort()}` === `${sizes}`
    }

  await produceSome()
  await join()
  await until('the only member owns all', shares(6))
  await join()
  await produceSome()
  await until('two members own three each', shares(3, 3))
  await join()
  await produceSome()
  await until('three members own two each', shares(2, 2, 2))
  await members.shift()!.close(true)
  await produceSome()
  await until('those who stay own three each', shares(3, 3))
  const values = () => new Set(reads.flatMap((read) => read.map(({ value }) => Number(value))))
  await until('every record is read', () => values().size === sent)
  const group = (await admin.describeGroups({ groups: [groupId] })).get(groupId)
  assert.is(group?.state, 'Stable')
  assert.is(group?.members.size, 2)
})

test('an administrator creates, grows, describes and deletes topics', async (cleanup) => {
  const { brokers, topic } = await opened(cleanup)
  const admin = administering(cleanup, brokers)
  const [created] = await admin.createTopics({
    topics: [topic],
    partitions: 2,
    configs: [{ name: 'retention.ms', value: '5' }],
  })
  assert.is(created?.partitions, 2)
  assert.is(created?.configuration['retention.ms'], '5')
  await admin.createPartitions({
    topics: [{ name: topic, count: 4, assignments: [{ brokerIds: [1] }, { brokerIds: [1] }] }],
  })
  const count = async () => (await admin.metadata({ topics: [topic] })).topics.get(topic)?.partitionsCount
  await until('there are four', async () => (await count()) === 4)
  const resource = { resourceType: clients.ConfigResourceTypes.TOPIC, resourceName: topic }
  const set = { name: 'retention.ms', configOperation: clients.IncrementalAlterConfigOperationTypes.SET, value: '7' }
  await admin.incrementalAlterConfigs({ resources: [{ ...resource, configs: [set] }] })
  const asked = { resources: [{ ...resource, configurationKeys: ['retention.ms'] }] }
  await until('it is in force', async () => {
    const [described] = await admin.describeConfigs(asked)
    return described?.configs.length === 1 && described.configs[0]?.value === '7'
  })
  await admin.deleteTopics({ topics: [topic] })
  await until('it is gone', async () => !(await admin.listTopics()).includes(topic))
})

test('an administrator sees and moves offsets, and deletes records and groups', async (cleanup) => {
  const { brokers, topic, groupId } = await opened(cleanup)
  const admin = administering(cleanup, brokers)
  const stamp = BigInt(Date.now()) - 1000n
  const messages = [0n, 1n, 2n, 3n].map((at) => ({ topic, value: `${at}`, timestamp: stamp + at }))
  await producing(cleanup, brokers).send({ messages })
  const offsetAt = async (timestamp: bigint) => {
    const topics = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }]
    const [told] = await admin.listOffsets({ topics })
    return told?.partitions[0]?.offset
  }
  assert.is(await offsetAt(stamp + 2n), 2n)
  assert.is(await offsetAt(clients.ListOffsetTimestamps.LATEST), 4n)
  const idle = `${groupId}-idle`
  const partitionOffsets = [{ partition: 0, offset: 3n }]
  await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] })
  const [offsets] = await admin.listConsumerGroupOffsets({ groups: [groupId] })
  assert.is(offsets?.topics[0]?.partitions[0]?.committedOffset, 3n)
  const read = await reading(consuming(cleanup, brokers, groupId), topic)
  await until('the record behind it is read', () => read.length > 0)
  assert.equal(
    read.map(({ value }) => value),
    ['3'],
  )

  const [deleted] = await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }] })
  assert.equal(deleted?.partitions, [{ partition: 0, lowWatermark: 2n }])
  assert.is(await offsetAt(clients.ListOffsetTimestamps.EARLIEST), 2n)
  await admin.alterConsumerGroupOffsets({ groupId: idle, topics: [{ name: topic, partitionOffsets }] })
  const listed = async () => [...(await admin.listGroups()).keys()].filter((group) => group.startsWith(groupId)).sort()
  assert.equal(await listed(), [groupId, idle])
  await admin.deleteGroups({ groups: [idle] })
  assert.equal(await listed(), [groupId])
})

test('an idempotent producer numbers its batches', async (cleanup) => {
  const { brokers, topic } = await opened(cleanup)
  const producer = producing(cleanup, brokers)
  for (let round = 0; round < 5; round++) {
    const messages = words.slice(round * 40, (round + 1) * 40).map((value) => ({ topic, value }))
    const { offsets } = await producer.send({ messages, idempotent: true, acks: -1 })
    assert.is(offsets?.[0]?.offset, BigInt(round * 40))
  }
})

test.ofBlink('a record that a plugin refuses is an error of producer.send', async (cleanup) => {
  const { brokers } = await start(cleanup, { plugins: [plugin(guardPath)] })
  const producer = producing(cleanup, brokers)
  const refused = await producer.send({ messages: [{ topic: 't', value: '' }] }).catch((error) => error)
  const [cause] = refused.errors ?? []
  assert.match(JSON.stringify(cause?.errors ?? cause) + cause?.message, /INVALID_RECORD|87/)
  const { offsets } = await producer.send({ messages: [{ topic: 't', value: 'not empty' }] })
  assert.is(offsets?.[0]?.offset, 0n, 'nothing was stored of what was refused')
})

test.run()
