import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { BrokerConfig } from '../../src/configs/broker-config.ts'
import { type NewTopic, type Topic, Topics, topicNameProblem } from '../../src/topics/topics.ts'
import { suite } from '../support/suite.ts'

const test = suite('topics')

function topicsOn(...nodeIds: number[]) {
  const dropped: string[] = []
  const config = new BrokerConfig({})
  const topics = new Topics<string>({
    random: new SeededRandom(1),
    config,
    brokers: nodeIds.map((id) => ({ id, rack: null, isThere: true })),
    makePartition: (topic, index) => `${topic}-${index}`,
    dropPartition: (partition) => dropped.push(partition),
  })
  return { topics, dropped, config }
}

function made(topics: Topics<string>, asked: NewTopic): Topic<string> {
  const topic = topics.create(asked)
  if (topic instanceof KafkaError) throw new Error(topic.name)
  return topic
}

function refusal(topics: Topics<string>, asked: Partial<NewTopic>): string | undefined {
  return topics.refusal({ name: 'new', partitionCount: 1, ...asked })?.name
}

test('a topic is found by its name and by its id', () => {
  const { topics } = topicsOn(1)
  const orders = made(topics, { name: 'orders', partitionCount: 2 })
  assert.is(topics.get('orders'), orders)
  assert.is(topics.byId(orders.id), orders)
  assert.equal(orders.partitions, ['orders-0', 'orders-1'])
  assert.equal([...topics.all()], [orders])
})

test('leaders go round the brokers, from topic to topic and partition to partition', () => {
  const { topics } = topicsOn(1, 2, 3)
  const leaders = (name: string) => made(topics, { name, partitionCount: 4 }).assignment.map(([leader]) => leader)
  assert.equal(
    [leaders('a'), leaders('b')],
    [
      [1, 2, 3, 1],
      [2, 3, 1, 2],
    ],
  )
})

test('replicas are the neighbours of the leader', () => {
  const { topics } = topicsOn(1, 2, 3)
  const { assignment } = made(topics, { name: 'a', partitionCount: 3, replicationFactor: 2 })
  assert.equal(assignment, [
    [1, 2],
    [2, 3],
    [3, 1],
  ])
})

test('a client may choose the brokers itself', () => {
  const { topics } = topicsOn(1, 2, 3)
  const assignment = [
    [3, 1],
    [3, 2],
  ]
  assert.equal(made(topics, { name: 'a', partitionCount: 2, assignment }).assignment, assignment)
})

test('a topic that grows goes on where its leaders left off, or where the client wants it', () => {
  const { topics } = topicsOn(1, 2, 3)
  made(topics, { name: 'first', partitionCount: 1 })
  const topic = made(topics, { name: 'a', partitionCount: 2 })
  topics.grow(topic, 4)
  topics.grow(topic, 5, [[1]])
  assert.equal(topic.assignment, [[2], [3], [1], [2], [1]])
  assert.equal(topic.partitions.at(-1), 'a-4')
})

test('a deleted topic is forgotten and its partitions are dropped', () => {
  const { topics, dropped } = topicsOn(1)
  const topic = made(topics, { name: 'a', partitionCount: 2 })
  topics.delete(topic)
  assert.equal([topics.get('a'), topics.byId(topic.id), topics.count], [undefined, undefined, 0])
  assert.equal(dropped, ['a-0', 'a-1'])
  assert.is.not(made(topics, { name: 'a', partitionCount: 1 }).id, topic.id)
})

test('names are Kafka’s: 249 letters, digits, dots, dashes and underscores', () => {
  for (const name of ['a', 'A.b_c-9', '...', 'x'.repeat(249)]) assert.is(topicNameProblem(name), null)
  for (const name of ['', '.', '..', 'a b', 'ä', 'a/b', 'x'.repeat(250)]) assert.type(topicNameProblem(name), 'string')
})

test('names that differ only in dots and underscores exclude each other', () => {
  const { topics } = topicsOn(1)
  made(topics, { name: 'a.b', partitionCount: 1 })
  assert.is(refusal(topics, { name: 'a_b' }), 'INVALID_TOPIC_EXCEPTION')
  assert.is(refusal(topics, { name: 'a.b' }), 'TOPIC_ALREADY_EXISTS')
  assert.is(refusal(topics, { name: 'a-b' }), undefined)
})

test('of several faults the one that Kafka finds first is told', () => {
  const { topics } = topicsOn(1)
  made(topics, { name: 'old', partitionCount: 1 })
  const faults = { configs: new Map([['retention.ms', 'x']]), replicationFactor: 0, partitionCount: 0 }
  assert.is(refusal(topics, { name: 'a b', ...faults }), 'INVALID_TOPIC_EXCEPTION')
  assert.is(refusal(topics, { name: 'old', ...faults }), 'TOPIC_ALREADY_EXISTS')
  assert.is(refusal(topics, faults), 'INVALID_CONFIG')
  assert.is(refusal(topics, { ...faults, configs: new Map() }), 'INVALID_REPLICATION_FACTOR')
  assert.is(refusal(topics, { partitionCount: 0, replicationFactor: 2 }), 'INVALID_PARTITIONS')
  assert.is(refusal(topics, { replicationFactor: 2 }), 'INVALID_REPLICATION_FACTOR')
})

test('a topic with more partitions than may be made at once is not', () => {
  const { topics } = topicsOn(1)
  assert.is(refusal(topics, { partitionCount: 10_001 }), 'POLICY_VIOLATION')
  assert.is(refusal(topics, { partitionCount: 10_000 }), undefined)
})

test('the log of Kafka’s controllers is not for clients to create, its other own topics are marked', () => {
  const { topics } = topicsOn(1)
  assert.is(refusal(topics, { name: '__cluster_metadata' }), 'INVALID_REQUEST')
  assert.ok(made(topics, { name: '__consumer_offsets', partitionCount: 1 }).isInternal)
})

test('a refused topic leaves no trace', () => {
  const { topics } = topicsOn(1)
  assert.instance(topics.create({ name: 'a', partitionCount: 0 }), KafkaError)
  assert.is(topics.count, 0)
})

test('topics follow the brokers’ configs', () => {
  const { topics, config } = topicsOn(1)
  const topic = made(topics, { name: 'a', partitionCount: 1 })
  config.replace(new Map([['message.max.bytes', '77']]))
  assert.is(topic.config.maxMessageBytes, 77)
})

test.run()
