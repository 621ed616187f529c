/**
 * The short story, told by node-rdkafka, which is librdkafka in Node.js. It is built from source, and so no package of
 * the project's: it is in the folder that NODE_RDKAFKA names.
 */
import { createRequire } from 'node:module'
import { compressionTypes } from '../../../src/protocol/compression.ts'
import { address, codecRecords, groupRecords, groupTold, name, tell, told, until } from '../matrix/teller.ts'

type Done<T = void> = (error: Error | null, value: T) => void

interface Client {
  connect(options: object, done: Done<object>): void
  disconnect(done: Done<object>): void
  on(event: string, listen: (...values: { value: Buffer }[]) => void): void
}

interface Producer extends Client {
  setPollInterval(ms: number): void
  produce(topic: string, partition: null, value: Buffer, key: string): void
  flush(ms: number, done: Done): void
  initTransactions(ms: number, done: Done): void
  beginTransaction(done: Done): void
  commitTransaction(ms: number, done: Done): void
  abortTransaction(ms: number, done: Done): void
}

interface Consumer extends Client {
  subscribe(topics: readonly string[]): void
  assign(partitions: readonly { topic: string; partition: number; offset: number }[]): void
  assignments(): readonly unknown[]
  consume(): void
}

interface Admin {
  createTopic(topic: { topic: string; num_partitions: number; replication_factor: number }, done: Done): void
  deleteTopic(topic: string, done: Done): void
}

interface Library {
  Producer: new (config: object) => Producer
  KafkaConsumer: new (config: object, topic: object) => Consumer
  AdminClient: { create(config: object): Admin }
}

const library: Library = createRequire(`${process.env['NODE_RDKAFKA']}/`)('node-rdkafka')
const base = { 'bootstrap.servers': address }
const admin = library.AdminClient.create(base)
const topic = `${name}-t`
const patienceMs = 20_000

function promised<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))))
}

async function created(name: string, partitions = 1): Promise<void> {
  const asked = { topic: name, num_partitions: partitions, replication_factor: 1 }
  await promised<void>((done) => admin.createTopic(asked, done))
}

async function administer(): Promise<void> {
  await created(topic, 4)
  const producer = await producing()
  await until('the topic is there', async () => (await partitionsOf(producer)) > 0)
  tell('create', `${await partitionsOf(producer)} partitions`)
  await promised((done) => producer.disconnect(done))
  const again = created(topic)
  tell(
    'create again',
    await again.then(
      () => 'created',
      () => 'refused',
    ),
  )
}

/** Asks for all topics: a topic that is named would be made. */
async function partitionsOf(client: Client): Promise<number> {
  type Told = { topics: { name: string; partitions: unknown[] }[] }
  const asking = client as unknown as { getMetadata(options: object, done: Done<Told>): void }
  const { topics } = await promised<Told>((done) => asking.getMetadata({ timeout: patienceMs }, done))
  return topics.find((each) => each.name === topic)?.partitions.length ?? 0
}

async function producing(config: object = {}): Promise<Producer> {
  const producer = new library.Producer({ ...base, dr_cb: true, ...config })
  producer.setPollInterval(20)
  await promised((done) => producer.connect({}, done))
  return producer
}

async function send(producer: Producer, to: string, records: readonly { key: string; value: string }[]) {
  for (const { key, value } of records) producer.produce(to, null, Buffer.from(value), key)
  await promised<void>((done) => producer.flush(patienceMs, done))
}

async function compress(): Promise<void> {
  for (const codec of compressionTypes) {
    const to = `${name}-${codec}`
    await created(to)
    const producer = await producing({ 'compression.type': codec, 'linger.ms': 1000 })
    await send(producer, to, codecRecords)
    await promised((done) => producer.disconnect(done))
    tell(codec, told(await readAll(to, codecRecords.length)))
  }
}

interface Member {
  readonly consumer: Consumer
  readonly read: string[]
}

async function consuming(groupId: string, config: object = {}): Promise<Member> {
  const waits = { 'heartbeat.interval.ms': 100, 'session.timeout.ms': 10_000, 'auto.commit.interval.ms': 100 }
  const own = { ...base, ...waits, 'group.id': groupId, ...config }
  const consumer = new library.KafkaConsumer(own, { 'auto.offset.reset': 'earliest' })
  const read: string[] = []
  consumer.on('data', ({ value }: { value: Buffer } = { value: Buffer.alloc(0) }) => read.push(`${value}`))
  await promised((done) => consumer.connect({}, done))
  return { consumer, read }
}

async function leave({ consumer }: Member): Promise<void> {
  await promised((done) => consumer.disconnect(done))
}

async function readAll(from: string, count: number, isolation = 'read_committed'): Promise<string[]> {
  const member = await consuming(`${from}-${isolation}`, { 'isolation.level': isolation })
  member.consumer.assign([{ topic: from, partition: 0, offset: 0 }])
  member.consumer.consume()
  await until(`${count} records of ${from} are read`, () => member.read.length >= count)
  await leave(member)
  return member.read
}

async function share(): Promise<void> {
  const producer = await producing()
  const join = async () => {
    const member = await consuming(`${name}-g`)
    member.consumer.subscribe([topic])
    member.consumer.consume()
    return member
  }
  const owns =
    ({ consumer }: Member, count: number) =>
    () =>
      consumer.assignments().length === count
  const first = await join()
  await until('the first owns all', owns(first, 4))
  const second = await join()
  await until('the second owns two', owns(second, 2))
  await until('the first owns two', owns(first, 2))
  await send(producer, topic, groupRecords)
  const values = () => [...first.read, ...second.read]
  await until('every record is read', () => values().length >= groupRecords.length)
  await leave(second)
  await until('the first owns all again', owns(first, 4))
  tell('group', '4, then 2 and 2, then 4')
  tell('group records', groupTold(values()))
  await leave(first)
  await send(producer, topic, [{ key: '', value: 'later' }])
  await promised((done) => producer.disconnect(done))
  const third = await join()
  await until('the third reads', () => third.read.length > 0)
  tell('goes on', third.read.join(' '))
  await leave(third)
}

async function transact(): Promise<void> {
  const written = `${name}-tx`
  await created(written)
  const producer = await producing({ 'transactional.id': written })
  await promised<void>((done) => producer.initTransactions(patienceMs, done))
  for (const [value, ending] of [
    ['a', 'commitTransaction'],
    ['b', 'abortTransaction'],
    ['c', 'commitTransaction'],
  ] as const) {
    await promised<void>((done) => producer.beginTransaction(done))
    await send(producer, written, [{ key: '', value }])
    await promised<void>((done) => producer[ending](patienceMs, done))
  }
  await promised((done) => producer.disconnect(done))
  tell('read committed', (await readAll(written, 2)).join(' '))
  tell('read uncommitted', (await readAll(written, 3, 'read_uncommitted')).join(' '))
}

await administer()
await compress()
await share()
await transact()
await promised<void>((done) => admin.deleteTopic(topic, done))
const producer = await producing()
await until('the topic is gone', () =>
  partitionsOf(producer).then(
    (count) => count === 0,
    () => true,
  ),
)
tell('delete', 'gone')
process.exit() // The library's own threads go on.
