/** The short story, told by @platformatic/kafka, which needs Node.js 22. */
import {
  Admin,
  type BaseOptions,
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { compressionTypes } from '../../../src/protocol/compression.ts'
import { address, codecRecords, groupRecords, groupTold, name, tell, told, until } from '../matrix/teller.ts'

type TextConsumer = Consumer<string, string, string, string>
const options: BaseOptions = { clientId: 'story', bootstrapBrokers: [address], retries: 5, retryDelay: 50 }
const admin = new Admin(options)
const topic = `${name}-t`
const topicConfigs = { resourceType: 2, resourceName: topic } as const
const setConfig = 0 as const

function producing(more: { transactionalId?: string; idempotent?: boolean } = {}) {
  return new Producer<string, string, string, string>({ ...options, serializers: stringSerializers, ...more })
}

async function administer(): Promise<void> {
  const configs = [{ name: 'retention.ms', value: '60000' }]
  await admin.createTopics({ topics: [topic], partitions: 4, replicas: 1, configs })
  const { topics } = await metadata()
  tell('create', `${topics.get(topic)!.partitionsCount} partitions`)
  const again = admin.createTopics({ topics: [topic], partitions: 4, replicas: 1 })
  tell(
    'create again',
    await again.then(
      () => 'created',
      () => 'refused',
    ),
  )
  const before = await retention()
  const change = { name: 'retention.ms', configOperation: setConfig, value: '120000' }
  await admin.incrementalAlterConfigs({ resources: [{ ...topicConfigs, configs: [change] }] })
  await until('the config is changed', async () => (await retention()) !== before)
  tell('configs', `${before}, then ${await retention()}`)
}

/** Asked until there is a leader for each partition. */
async function metadata() {
  await until('the topic is there', () => admin.metadata({ topics: [topic], forceUpdate: true }).catch(() => null))
  return admin.metadata({ topics: [topic], forceUpdate: true })
}

async function retention(): Promise<string | null | undefined> {
  const asked = { ...topicConfigs, configurationKeys: ['retention.ms'] }
  const [answer] = await admin.describeConfigs({ resources: [asked] })
  return answer!.configs[0]?.value
}

async function compress(): Promise<void> {
  const producer = producing()
  for (const compression of compressionTypes) {
    const to = `${name}-${compression}`
    await admin.createTopics({ topics: [to], partitions: 1, replicas: 1 })
    await producer.send({ messages: codecRecords.map((record) => ({ topic: to, ...record })), compression })
    tell(compression, told(await readAll(to, codecRecords.length)))
  }
  await producer.close()
}

function consuming(groupId: string, isolationLevel: 0 | 1 = 1): TextConsumer {
  const patience = { heartbeatInterval: 100, sessionTimeout: 10_000, rebalanceTimeout: 10_000, maxWaitTime: 100 }
  const own = { groupId, isolationLevel, deserializers: stringDeserializers, autocommit: 50 }
  return new Consumer<string, string, string, string>({ ...options, ...patience, ...own })
}

async function reading(consumer: TextConsumer, from: string): Promise<string[]> {
  const stream = await consumer.consume({ topics: [from], mode: 'committed', fallbackMode: 'earliest' })
  const read: string[] = []
  stream.on('data', ({ value }) => read.push(value))
  stream.on('error', () => {}) // What it did not read is missed below.
  return read
}

async function readAll(from: string, count: number, isolationLevel: 0 | 1 = 1): Promise<string[]> {
  const consumer = consuming(`${from}-${isolationLevel}`, isolationLevel)
  const read = await reading(consumer, from)
  await until(`${count} records of ${from} are read`, () => read.length >= count)
  await consumer.close(true)
  return read
}

async function share(): Promise<void> {
  const producer = producing()
  const join = async () => {
    const consumer = consuming(`${name}-g`)
    return { consumer, read: await reading(consumer, topic) }
  }
  const owns =
    ({ consumer }: { consumer: TextConsumer }, count: number) =>
    () =>
      consumer.assignments?.find((each) => each.topic === topic)?.partitions.length === count
  const first = await join()
  await until('the first owns all', owns(first, 4))
  const second = await join()
  await until('the second owns two', owns(second, 2))
  await until('the first owns two', owns(first, 2))
  await producer.send({ messages: groupRecords.map((record) => ({ topic, ...record })) })
  const values = () => [...first.read, ...second.read]
  await until('every record is read', () => values().length >= groupRecords.length)
  await second.consumer.close(true)
  await until('the first owns all again', owns(first, 4))
  tell('group', '4, then 2 and 2, then 4')
  tell('group records', groupTold(values()))
  // It commits now and then, and not when it is closed.
  await until('what was read is committed', async () => (await committed()) === groupRecords.length)
  await first.consumer.close(true)
  await producer.send({ messages: [{ topic, value: 'later' }] })
  const third = await join()
  await until('the third reads', () => third.read.length > 0)
  tell('goes on', third.read.join(' '))
  await third.consumer.close(true)
  await producer.close()
}

async function committed(): Promise<number> {
  const [group] = await admin.listConsumerGroupOffsets({ groups: [`${name}-g`] })
  const partitions = group?.topics.flatMap((each) => each.partitions) ?? []
  return partitions.reduce((sum, { committedOffset }) => sum + Math.max(0, Number(committedOffset)), 0)
}

async function transact(): Promise<void> {
  const written = `${name}-tx`
  await admin.createTopics({ topics: [written], partitions: 1, replicas: 1 })
  const producer = producing({ transactionalId: written, idempotent: true })
  for (const [value, ending] of [
    ['a', 'commit'],
    ['b', 'abort'],
    ['c', 'commit'],
  ] as const) {
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: [{ topic: written, value }] })
    await transaction[ending]()
  }
  await producer.close()
  tell('read committed', (await readAll(written, 2)).join(' '))
  tell('read uncommitted', (await readAll(written, 3, 0)).join(' '))
}

await administer()
await compress()
await share()
await transact()
await admin.deleteTopics({ topics: [topic] })
await until('the topic is gone', async () => !(await admin.listTopics()).includes(topic))
tell('delete', 'gone')
await admin.close()
