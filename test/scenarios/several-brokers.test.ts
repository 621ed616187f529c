import * as assert from 'uvu/assert'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { administering, consuming, kafkajs, producing, readAll } from '../support/kafkajs.ts'
import { kcatOut, withoutKcat } from '../support/kcat.ts'
import { start, until } from '../support/running.ts'
import { suite } from '../support/suite.ts'
import { wire } from '../support/wire.ts'

const test = suite('several broker ports', 15)

const three = { brokerPorts: [0, 0, 0], restPort: null }

test('three ports present as three brokers, and leaders are spread over them', async (cleanup) => {
  const { brokers } = await start(cleanup, { ...three, bootTopics: ['t'], partitionCount: 6 })
  // Whichever broker is asked, the answer is the same.
  for (const one of brokers) {
    const admin = await administering(cleanup, kafkajs([one]))
    const cluster = await admin.describeCluster()
    assert.equal(
      cluster.brokers.map(({ host, port }) => `${host}:${port}`),
      brokers,
    )
    const { topics } = await admin.fetchTopicMetadata({ topics: ['t'] })
    const leaders = topics[0]!.partitions.map(({ leader }) => leader)
    assert.equal([...leaders].sort(), [1, 1, 2, 2, 3, 3])
  }
})

test('clients follow the leaders: what is produced to all partitions is read from all', async (cleanup) => {
  const { brokers } = await start(cleanup, { ...three, bootTopics: ['t'], partitionCount: 6 })
  const messages = Array.from({ length: 60 }, (_, index) => ({ value: `${index}`, partition: index % 6 }))
  const producer = await producing(cleanup, kafkajs([brokers[1]!]), { idempotent: true })
  await producer.send({ topic: 't', messages })
  const read = await readAll(cleanup, kafkajs([brokers[2]!]), 't', 60)
  assert.is(new Set(read.map(({ value }) => `${value}`)).size, 60)
  if (withoutKcat === null) {
    const out = await kcatOut(cleanup, ['-b', brokers[0]!, '-C', '-q', '-e', '-o', 'beginning', '-t', 't'])
    assert.is(out.split('\n').length, 61)
  }
})

test('groups are coordinated across brokers, whichever one a member knows', async (cleanup) => {
  const { brokers } = await start(cleanup, { ...three, bootTopics: ['t'], partitionCount: 6 })
  const groupIds = ['a', 'b', 'c', 'd', 'e', 'f']
  const groups = await Promise.all(
    groupIds.map(async (groupId, index) => {
      const join = (at: number) => consuming(cleanup, kafkajs([brokers[at % 3]!]), 't', { groupId })
      return [await join(index), await join(index + 1)]
    }),
  )
  const producer = await producing(cleanup, kafkajs([brokers[0]!]))
  await producer.send({ topic: 't', messages: [0, 1, 2, 3, 4, 5].map((partition) => ({ value: 'x', partition })) })
  for (const [index, members] of groups.entries()) {
    await until(`group ${groupIds[index]} reads all`, () => {
      const partitions = members.flatMap(({ read }) => read.map(({ partition }) => partition))
      return new Set(partitions).size === 6 && members.every(({ owned }) => owned?.length === 3)
    })
  }
  const admin = await administering(cleanup, kafkajs([brokers[0]!]))
  assert.equal((await admin.listGroups()).groups.map(({ groupId }) => groupId).sort(), groupIds)
})

test('kafka_hostname is what clients are told to connect to', async (cleanup) => {
  const { brokers } = await start(cleanup, { ...three, kafkaHostname: 'kafka.example' })
  const { send, answer } = await wire(cleanup, brokers[0]!)
  send(metadata, 9, { topics: [], allowAutoTopicCreation: false })
  const told = await answer(metadata, 9)
  assert.equal(
    told.brokers.map(({ host }) => host),
    ['kafka.example', 'kafka.example', 'kafka.example'],
  )
})

test('without kafka_hostname clients are told the address at which they came', async (cleanup) => {
  const { broker } = await start(cleanup, { restPort: null })
  const { send, answer } = await wire(cleanup, `127.0.0.1:${broker.kafkaPorts[0]}`)
  send(metadata, 9, { topics: [], allowAutoTopicCreation: false })
  assert.equal(
    (await answer(metadata, 9)).brokers.map(({ host, port }) => `${host}:${port}`),
    [`127.0.0.1:${broker.kafkaPorts[0]}`],
  )
})

test('topics of boot_topic are there from the start', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, bootTopics: ['one', 'two'], partitionCount: 3 })
  const admin = await administering(cleanup, kafkajs(brokers))
  const { topics } = await admin.fetchTopicMetadata()
  assert.equal(
    topics.map(({ name, partitions }) => [name, partitions.length]),
    [
      ['one', 3],
      ['two', 3],
    ],
  )
})

test('without auto_create_topics a producer is told that the topic is not there', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, createsTopics: false })
  const producer = await producing(cleanup, kafkajs(brokers, { retry: { retries: 1, initialRetryTime: 10 } }))
  const refused = await producer.send({ topic: 'nowhere', messages: [{ value: 'x' }] }).catch((error) => error)
  assert.match(refused.message, /does not host this topic-partition/)
})

test('without enable_consumer_groups a client is told that there is no coordinator', async (cleanup) => {
  const { brokers } = await start(cleanup, { restPort: null, hasGroups: false })
  const { send, answer } = await wire(cleanup, brokers[0]!)
  send(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })
  const { coordinators } = await answer(findCoordinator, 4)
  assert.is(coordinators[0]?.errorCode, 15, 'COORDINATOR_NOT_AVAILABLE')
})

test.run()
