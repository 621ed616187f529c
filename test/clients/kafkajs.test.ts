import clients from 'kafkajs'
import * as assert from 'uvu/assert'
import { administering, codecs, consuming, created, kafkajs, producing, readAll, textOf } from '../support/kafkajs.ts'
import { anyBroker, guardPath, plugin, start, unique, until } from '../support/running.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('kafkajs', 15)

/** Any Kafka tells these alike: each has a topic and a group of its own at whichever broker. */
async function opened(cleanup: Cleanup) {
  return { kafka: kafkajs(await anyBroker(cleanup)), topic: unique('t'), groupId: unique('g') }
}

const words = Array.from({ length: 500 }, (_, index) => `word ${index} of many that compress well`)

for (const [name, compression] of Object.entries(codecs)) {
  test(`what is produced with codec ${name} is read back`, async (cleanup) => {
    const { kafka, topic } = await opened(cleanup)
    const producer = await producing(cleanup, kafka)
    const messages = words.map((value) => ({ value }))
    const [metadata] = await producer.send({ topic, messages, compression })
    assert.is(metadata?.baseOffset, '0')
    const read = await readAll(cleanup, kafka, topic, words.length)
    assert.equal(read.map(textOf), words)
    assert.equal(
      read.map(({ offset }) => offset),
      words.map((_, index) => `${index}`),
    )
  })
}

test('members that join and leave a group share its partitions, and every record is read', async (cleanup) => {
  const { kafka, topic, groupId } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  await created(admin, topic, 6)
  const producer = await producing(cleanup, kafka)
  let sent = 0
  const produceSome = async () => {
    const messages = Array.from({ length: 60 }, () => ({ key: `key ${sent}`, value: `${sent++}` }))
    await producer.send({ topic, messages })
  }
  const join = () => consuming(cleanup, kafka, topic, { groupId })
  const members = [await join()]
  const shares =
    (...sizes: number[]) =>
    () => {
      const owned = members.map((member) => member.owned)
      if (owned.some((one) => one === null)) return false
      const all = owned.flatMap((one) => one ?? []).sort()
      return `${all}` === '0,1,2,3,4,5' && `${owned.map((one) => one?.length).sort()}` === `${sizes}`
    }

  await produceSome()
  await until('the only member owns all', shares(6))
  members.push(await join())
  await produceSome()
  await until('two members own three each', shares(3, 3))
  members.push(await join())
  await produceSome()
  await until('three members own two each', shares(2, 2, 2))
  await members[0]!.leave()
  await produceSome()
  await until('those who stay own three each', shares(0, 3, 3))

  const values = () => new Set(members.flatMap(({ read }) => read.map(({ value }) => Number(value))))
  await until('every record is read', () => values().size === sent)
  const { groups } = await admin.describeGroups([groupId])
  assert.is(groups[0]?.state, 'Stable')
  assert.is(groups[0]?.members.length, 2)
})

test('a group goes on where it stopped', async (cleanup) => {
  const { kafka, topic, groupId } = await opened(cleanup)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic, messages: [{ value: 'before' }] })
  const first = await consuming(cleanup, kafka, topic, { groupId })
  await until('the first record is read', () => first.read.length === 1)
  await first.leave()
  await producer.send({ topic, messages: [{ value: 'after' }] })
  const second = await consuming(cleanup, kafka, topic, { groupId })
  await until('the second record is read', () => second.read.length > 0)
  assert.equal(second.read.map(textOf), ['after'])
})

test('an administrator creates, grows, lists and deletes topics', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const other = `${topic}-other`
  const admin = await administering(cleanup, kafka)
  const listed = async () => (await admin.listTopics()).filter((name) => name.startsWith(topic)).sort()
  const topics = [{ topic, numPartitions: 2 }, { topic: other }]
  assert.is(await admin.createTopics({ topics, waitForLeaders: false }), true)
  assert.is(await admin.createTopics({ topics: [{ topic }] }), false, 'it exists already')
  await until('both are listed', async () => `${await listed()}` === `${[topic, other]}`)
  await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
  const partitions = async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]?.partitions.map(({ partitionId }) => partitionId).sort()
  }
  await until('there are five', async () => `${await partitions()}` === '0,1,2,3,4')
  const refused = admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
  assert.match(await failure(refused), /INVALID_PARTITIONS|invalid/i)
  await admin.deleteTopics({ topics: [topic] })
  await until('the other one is left', async () => `${await listed()}` === other)
  assert.match(await failure(admin.deleteTopics({ topics: [topic] })), /does not host this topic-partition/)
})

test('an administrator reads and changes configs', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  const configEntries = [{ name: 'retention.ms', value: '1000' }]
  await admin.createTopics({ topics: [{ topic, configEntries }], waitForLeaders: false })
  const resource = { type: clients.ConfigResourceTypes.TOPIC, name: topic }
  const retention = async () => {
    const told = await admin.describeConfigs({ resources: [resource], includeSynonyms: false }).catch(() => null)
    return told?.resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms')?.configValue
  }
  await until('it is known', async () => (await retention()) === '1000')
  const resources = [{ ...resource, configEntries: [{ name: 'retention.ms', value: '2000' }] }]
  await admin.alterConfigs({ validateOnly: true, resources })
  assert.is(await retention(), '1000')
  await admin.alterConfigs({ validateOnly: false, resources })
  await until('it is in force', async () => (await retention()) === '2000')
  const wrong = [{ ...resource, configEntries: [{ name: 'retention.ms', value: 'long' }] }]
  assert.match(await failure(admin.alterConfigs({ validateOnly: false, resources: wrong })), /config/i)
})

test('an administrator sees the cluster, and offsets by place and by time', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  const { brokers, controller, clusterId } = await admin.describeCluster()
  assert.is(brokers.length, 1)
  assert.is(controller, brokers[0]?.nodeId)
  assert.ok(clusterId)
  const producer = await producing(cleanup, kafka)
  const messages = [1000, 2000, 3000].map((ms) => ({ value: `at ${ms}`, timestamp: `${Date.now() - 10_000 + ms}` }))
  await producer.send({ topic, messages })
  assert.equal(await admin.fetchTopicOffsets(topic), [{ partition: 0, offset: '3', high: '3', low: '0' }])
  const by = (timestamp: string) => admin.fetchTopicOffsetsByTimestamp(topic, Number(timestamp))
  assert.equal(await by(messages[1]!.timestamp), [{ partition: 0, offset: '1' }])
  assert.equal(await by(`${Number(messages[1]!.timestamp) + 1}`), [{ partition: 0, offset: '2' }])
  assert.equal(await by(`${Date.now()}`), [{ partition: 0, offset: '3' }], 'nothing so late: the end')
})

test('an administrator sees the offsets of a group, lists it and deletes it once it is empty', async (cleanup) => {
  const { kafka, topic, groupId } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic, messages: words.slice(0, 10).map((value) => ({ value })) })
  const member = await consuming(cleanup, kafka, topic, { groupId })
  await until('all records are read', () => member.read.length === 10)
  await member.consumer.commitOffsets([{ topic, partition: 0, offset: '7', metadata: 'by hand' }])
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
  assert.equal(committed?.partitions, [{ partition: 0, offset: '7', metadata: 'by hand' }])
  const busy = await admin.deleteGroups([groupId]).catch((error) => error)
  assert.is(busy.groups?.[0]?.errorCode, 68, 'NON_EMPTY_GROUP')
  await member.leave()
  const listed = async () => (await admin.listGroups()).groups.filter((group) => group.groupId === groupId)
  assert.equal(await listed(), [{ groupId, protocolType: 'consumer' }])
  await admin.deleteGroups([groupId])
  assert.equal(await listed(), [])
})

test('records before an offset are deleted, and a reader begins behind them', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic, messages: words.slice(0, 10).map((value) => ({ value })) })
  assert.equal(await admin.fetchTopicOffsets(topic), [{ partition: 0, offset: '10', high: '10', low: '0' }])
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] })
  assert.equal(await admin.fetchTopicOffsets(topic), [{ partition: 0, offset: '10', high: '10', low: '4' }])
  const read = await readAll(cleanup, kafka, topic, 6)
  assert.equal(read.map(textOf), words.slice(4, 10))
})

test('an idempotent producer numbers its batches, several partitions at a time', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  await created(admin, topic, 3)
  const producer = await producing(cleanup, kafka, { idempotent: true })
  for (let round = 0; round < 8; round++) {
    const messages = words.slice(round * 30, (round + 1) * 30).map((value, index) => ({ value, partition: index % 3 }))
    await producer.send({ topic, messages, acks: -1 })
  }
  const read = await readAll(cleanup, kafka, topic, 240)
  assert.equal(new Set(read.map(textOf)), new Set(words.slice(0, 240)))
})

test.ofBlink('a record that a plugin refuses is an error of producer.send', async (cleanup) => {
  const { brokers } = await start(cleanup, { plugins: [plugin(guardPath)] })
  const kafka = kafkajs(brokers)
  const producer = await producing(cleanup, kafka)
  const refused = await producer.send({ topic: 'sensitive-x', messages: [{ value: 'no key' }] }).catch((error) => error)
  assert.is(refused.name, 'KafkaJSProtocolError')
  assert.is(refused.code, 87, 'INVALID_RECORD')
  assert.is(refused.retriable, false)
  await producer.send({ topic: 'sensitive-x', messages: [{ key: 'k', value: 'with a key' }] })
  const read = await readAll(cleanup, kafka, 'sensitive-x', 1)
  assert.equal(read.map(textOf), ['k=with a key'])
  assert.is(read[0]?.offset, '0', 'nothing was stored of what was refused')
})

test('headers, tombstones and bytes that are no text come back as they were', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const producer = await producing(cleanup, kafka)
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
  await producer.send({
    topic,
    messages: [
      { key: 'gone', value: null },
      { key: bytes, value: bytes, headers: { binary: bytes, twice: ['a', 'b'], empty: '' } },
      { key: '', value: '' },
    ],
  })
  const [tombstone, binary, empty] = await readAll(cleanup, kafka, topic, 3)
  assert.is(tombstone?.value, null)
  assert.equal(binary?.key, bytes)
  assert.equal(binary?.value, bytes)
  assert.equal(binary?.headers?.binary, bytes)
  assert.equal(binary?.headers?.twice, [Buffer.from('a'), Buffer.from('b')])
  assert.equal(binary?.headers?.empty, Buffer.alloc(0))
  assert.equal(empty?.key, Buffer.alloc(0))
  assert.equal(empty?.value, Buffer.alloc(0))
})

test('a record near the limit is stored, one beyond it is refused', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const producer = await producing(cleanup, kafka)
  const large = Buffer.alloc(1_000_000, 'large ')
  await producer.send({ topic, messages: [{ value: large }] })
  const tooLarge = producer.send({ topic, messages: [{ value: Buffer.alloc(1_100_000) }] })
  assert.match(await failure(tooLarge), /larger than the max message size/)
  const [read] = await readAll(cleanup, kafka, topic, 1)
  assert.ok(read?.value?.equals(large))
})

test('a topic of a hundred partitions is written and read', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  await created(admin, topic, 100)
  const producer = await producing(cleanup, kafka)
  const messages = Array.from({ length: 300 }, (_, index) => ({ value: `${index}`, partition: index % 100 }))
  await producer.send({ topic, messages })
  const read = await readAll(cleanup, kafka, topic, 300)
  assert.is(new Set(read.map(({ partition }) => partition)).size, 100)
  assert.ok(read.every(({ value, partition }) => Number(value) % 100 === partition))
})

test('a paused partition is not read until it is resumed, and a reader can go back', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const producer = await producing(cleanup, kafka)
  await producer.send({ topic, messages: [{ value: 'a' }] })
  const { consumer, read } = await consuming(cleanup, kafka, topic)
  await until('the first record is read', () => read.length === 1)
  consumer.pause([{ topic }])
  await producer.send({ topic, messages: [{ value: 'b' }] })
  let fetches = 0
  consumer.on('consumer.heartbeat', () => fetches++)
  await until('some time goes by', () => fetches >= 2)
  assert.is(read.length, 1)
  consumer.resume([{ topic }])
  await until('the second record is read', () => read.length === 2)
  consumer.seek({ topic, partition: 0, offset: '0' })
  await until('both are read again', () => read.length === 4)
  assert.equal(read.map(textOf), ['a', 'b', 'a', 'b'])
})

test('a transaction shows when it is committed, with its offsets, and never when it is aborted', async (cleanup) => {
  const { kafka, topic: out, groupId } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  const source = `${out}-source`
  await created(admin, source)
  await created(admin, out, 2)
  const producer = await producing(cleanup, kafka, {
    transactionalId: unique('tx'),
    idempotent: true,
    maxInFlightRequests: 1,
  })
  const sendOffsets = (transaction: clients.Transaction, offset: string) =>
    transaction.sendOffsets({
      consumerGroupId: groupId,
      topics: [{ topic: source, partitions: [{ partition: 0, offset }] }],
    })
  for (const [round, ends] of ['commit', 'abort', 'commit'].entries()) {
    const transaction = await producer.transaction()
    for (const partition of [0, 1]) {
      await transaction.send({ topic: out, messages: [{ value: `${round}-${partition}`, partition }] })
    }
    await sendOffsets(transaction, `${round + 1}`)
    await (ends === 'commit' ? transaction.commit() : transaction.abort())
  }
  const read = await readAll(cleanup, kafka, out, 4)
  assert.equal(read.map(textOf).sort(), ['0-0', '0-1', '2-0', '2-1'])
  const [committed] = await admin.fetchOffsets({ groupId, topics: [source] })
  assert.is(committed?.partitions[0]?.offset, '3')
})

test('a producer whose transactional id another has taken is fenced', async (cleanup) => {
  const { kafka, topic } = await opened(cleanup)
  const admin = await administering(cleanup, kafka)
  await created(admin, topic)
  const options = { transactionalId: unique('tx'), idempotent: true, maxInFlightRequests: 1 }
  const zombie = await producing(cleanup, kafka, options)
  const late = await zombie.transaction()
  await late.send({ topic, messages: [{ value: 'late' }] })
  const successor = await producing(cleanup, kafka, options)
  const transaction = await successor.transaction()
  await transaction.send({ topic, messages: [{ value: 'in time' }] })
  await transaction.commit()
  assert.match(await failure(late.commit()), /fenced|epoch/i)
  assert.equal((await readAll(cleanup, kafka, topic, 1)).map(textOf), ['in time'])
})

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return `${(error as Error).message} ${JSON.stringify(error)}`
  }
  throw new Error('it did not fail')
}

test.run()
