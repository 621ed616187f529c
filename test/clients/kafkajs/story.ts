/** The short story, told by kafkajs. */
import clients, { type Admin } from 'kafkajs'
import { codecs, consuming, kafkajs, type Member } from '../../support/kafkajs.ts'
import { address, codecRecords, groupRecords, groupTold, name, tell, told, until } from '../matrix/teller.ts'

const undo: (() => unknown)[] = []
const cleanup = { after: (step: () => unknown) => void undo.push(step) }
const kafka = kafkajs([address])
const admin = kafka.admin()
const topic = `${name}-t`
const topicConfigs = { type: clients.ConfigResourceTypes.TOPIC, name: topic }

async function administer(): Promise<void> {
  const configEntries = [{ name: 'retention.ms', value: '60000' }]
  await admin.createTopics({ topics: [{ topic, numPartitions: 4, configEntries }], waitForLeaders: true })
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  tell('create', `${topics[0]!.partitions.length} partitions`)
  tell('create again', (await admin.createTopics({ topics: [{ topic }] })) ? 'created' : 'refused')
  const before = await retention(admin)
  const changed = [{ name: 'retention.ms', value: '120000' }]
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...topicConfigs, configEntries: changed }] })
  await until('the config is changed', async () => (await retention(admin)) !== before)
  tell('configs', `${before}, then ${await retention(admin)}`)
}

async function retention(asking: Admin): Promise<string | undefined> {
  const asked = { ...topicConfigs, configNames: ['retention.ms'] }
  const { resources } = await asking.describeConfigs({ resources: [asked], includeSynonyms: false })
  return resources[0]!.configEntries[0]?.configValue
}

async function compress(): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  for (const [codec, compression] of Object.entries(codecs)) {
    await admin.createTopics({ topics: [{ topic: `${name}-${codec}` }], waitForLeaders: true })
    await producer.send({ topic: `${name}-${codec}`, messages: codecRecords, compression })
    tell(codec, told(await readAll(`${name}-${codec}`, codecRecords.length)))
  }
  await producer.disconnect()
}

async function readAll(from: string, count: number, isolated = true): Promise<string[]> {
  const member = await consuming(cleanup, kafka, from, { readUncommitted: !isolated })
  await until(`${count} records of ${from} are read`, () => member.read.length >= count)
  await member.leave()
  return member.read.map(({ value }) => `${value}`)
}

async function share(): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  const groupId = `${name}-g`
  const join = () => consuming(cleanup, kafka, topic, { groupId })
  const owns = (member: Member, count: number) => () => member.owned?.length === count
  const first = await join()
  await until('the first owns all', owns(first, 4))
  const second = await join()
  await until('the second owns two', owns(second, 2))
  await until('the first owns two', owns(first, 2))
  await producer.send({ topic, messages: groupRecords })
  const values = () => [...first.read, ...second.read].map(({ value }) => `${value}`)
  await until('every record is read', () => values().length >= groupRecords.length)
  await second.leave()
  await until('the first owns all again', owns(first, 4))
  tell('group', '4, then 2 and 2, then 4')
  tell('group records', groupTold(values()))
  await first.leave()
  await producer.send({ topic, messages: [{ value: 'later' }] })
  const third = await join()
  await until('the third reads', () => third.read.length > 0)
  tell('goes on', third.read.map(({ value }) => `${value}`).join(' '))
  await third.leave()
  await producer.disconnect()
}

async function transact(): Promise<void> {
  const written = `${name}-tx`
  await admin.createTopics({ topics: [{ topic: written }], waitForLeaders: true })
  const producer = kafka.producer({ transactionalId: written, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  for (const [value, ending] of [
    ['a', 'commit'],
    ['b', 'abort'],
    ['c', 'commit'],
  ] as const) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: written, messages: [{ value }] })
    await transaction[ending]()
  }
  await producer.disconnect()
  tell('read committed', (await readAll(written, 2)).join(' '))
  tell('read uncommitted', (await readAll(written, 3, false)).join(' '))
}

await admin.connect()
await administer()
await compress()
await share()
await transact()
await admin.deleteTopics({ topics: [topic] })
await until('the topic is gone', async () => !(await admin.listTopics()).includes(topic))
tell('delete', 'gone')
await admin.disconnect()
