import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import {
  INVALID_CONFIG,
  INVALID_PARTITIONS,
  INVALID_REPLICA_ASSIGNMENT,
  INVALID_REPLICATION_FACTOR,
  INVALID_REQUEST,
  INVALID_TOPIC_EXCEPTION,
  NONE,
  POLICY_VIOLATION,
  TOPIC_ALREADY_EXISTS,
} from '../../src/protocol/errors.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import type { Value } from '../../src/protocol/schema.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'

const test = suite('CreateTopics')
const newest = 7
type Asked = Value<typeof createTopics.request>['topics'][number]

function topic(name: string, rest: Partial<Asked> = {}): Asked {
  return { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...rest }
}

function assigned(name: string, brokers: readonly (readonly [partition: number, ...number[]])[], rest = {}): Asked {
  const assignments = brokers.map(([partitionIndex, ...brokerIds]) => ({ partitionIndex, brokerIds }))
  return topic(name, { numPartitions: -1, replicationFactor: -1, assignments, ...rest })
}

async function create(broker: TestBroker, topics: Asked[], { version = newest, validateOnly = false } = {}) {
  return (await broker.request(createTopics, version, { topics, validateOnly, timeoutMs: 1000 })).topics
}

async function errorsOf(broker: TestBroker, topics: Asked[]): Promise<number[]> {
  return (await create(broker, topics)).map(({ errorCode }) => errorCode)
}

test('a topic is there when the answer comes', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (let version = 2; version <= newest; version++) {
    const name = `topic-${version}`
    const [answer] = await create(broker, [topic(name, { numPartitions: 2 })], { version })
    const made = broker.cluster.topics.get(name)
    assert.is(made?.partitions.length, 2)
    assert.equal([answer?.errorCode, answer?.errorMessage], [NONE.code, null])
    assert.is(answer?.topicId, version >= 7 ? made?.id : ZERO_UUID)
    assert.is(answer?.numPartitions, version >= 5 ? 2 : -1)
    assert.is(answer?.replicationFactor, version >= 5 ? 1 : -1)
  }
})

test('from version 5 on the answer lists all configs, and where each comes from', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const configs = [{ name: 'retention.ms', value: ' +5 ' }]
  const [answer] = await create(broker, [topic('a', { configs })])
  const all = answer?.configs ?? []
  assert.is(all.length, 37)
  const told = (wanted: string) => all.find(({ name }) => name === wanted)
  const plain = { readOnly: false, isSensitive: false }
  assert.equal(told('retention.ms'), { name: 'retention.ms', value: '5', configSource: 1, ...plain })
  assert.equal(told('cleanup.policy'), { name: 'cleanup.policy', value: 'delete', configSource: 5, ...plain })
})

test('−1 stands for the defaults of the brokers', async ({ after }) => {
  const broker = testBroker({ settings: { partitionCount: 3 } })
  after(broker.close)
  const [answer] = await create(broker, [topic('a', { numPartitions: -1, replicationFactor: -1 })])
  assert.equal([answer?.numPartitions, answer?.replicationFactor], [3, 1])
})

test('a trial tells what would be, and makes nothing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const [good, bad] = await create(broker, [topic('a', { numPartitions: 4 }), topic('b', { numPartitions: 0 })], {
    validateOnly: true,
  })
  assert.equal([good?.errorCode, good?.numPartitions], [NONE.code, 4])
  assert.is.not(good?.topicId, ZERO_UUID)
  assert.is(bad?.errorCode, INVALID_PARTITIONS.code)
  assert.is(broker.cluster.topics.count, 0)
})

test('one refusal leaves the others standing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(await errorsOf(broker, [topic('a'), topic('b c'), topic('d', { replicationFactor: 2 }), topic('e')]), [
    NONE.code,
    INVALID_TOPIC_EXCEPTION.code,
    INVALID_REPLICATION_FACTOR.code,
    NONE.code,
  ])
  assert.equal(await errorsOf(broker, [topic('a'), topic('f')]), [TOPIC_ALREADY_EXISTS.code, NONE.code])
})

test('a refusal tells nothing of the topic but what is wrong', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const [answer] = await create(broker, [topic('')])
  const { errorMessage, ...refused } = answer!
  assert.type(errorMessage, 'string')
  assert.equal(refused, {
    name: '',
    topicId: ZERO_UUID,
    errorCode: INVALID_TOPIC_EXCEPTION.code,
    topicConfigErrorCode: 0,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  })
})

test('a topic named twice is refused once, and not made', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(await errorsOf(broker, [topic('a'), topic('b'), topic('a')]), [INVALID_REQUEST.code, NONE.code])
  assert.equal(
    [...broker.cluster.topics.all()].map(({ name }) => name),
    ['b'],
  )
})

test('numbers that make no sense are refused', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const counts = [0, -2].map((numPartitions) => topic(`p${numPartitions}`, { numPartitions }))
  assert.equal(await errorsOf(broker, counts), [INVALID_PARTITIONS.code, INVALID_PARTITIONS.code])
  const factors = [0, -2, 2].map((replicationFactor) => topic(`r${replicationFactor}`, { replicationFactor }))
  assert.equal(await errorsOf(broker, factors), Array(3).fill(INVALID_REPLICATION_FACTOR.code))
})

test('more than 10,000 partitions in one request are too many, for every topic in it', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topics = [topic('a', { numPartitions: 6000 }), topic('b', { numPartitions: 4001 })]
  assert.equal(await errorsOf(broker, topics), [POLICY_VIOLATION.code, POLICY_VIOLATION.code])
  assert.is(broker.cluster.topics.count, 0)
})

test('configs are checked before anything is made', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const configured = (name: string, value: string | null) => topic('a', { configs: [{ name, value }] })
  for (const asked of [
    configured('nope', '1'),
    configured('nope', null),
    configured('retention.ms', null),
    configured('retention.ms', 'x'),
    configured('segment.bytes', '3'),
  ]) {
    assert.equal(await errorsOf(broker, [asked]), [INVALID_CONFIG.code])
  }
  assert.is(broker.cluster.topics.count, 0)
})

test('of a config named twice the last value counts', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const configs = ['1', '2'].map((value) => ({ name: 'retention.ms', value }))
  await create(broker, [topic('a', { configs })])
  assert.is(broker.cluster.topics.get('a')?.config.retentionMs, 2)
})

test('a client may assign the brokers itself, in any order of partitions', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const [answer] = await create(broker, [
    assigned('a', [
      [1, 3, 1],
      [0, 2, 3],
    ]),
  ])
  assert.equal([answer?.numPartitions, answer?.replicationFactor], [2, 2])
  assert.equal(broker.cluster.topics.get('a')?.assignment, [
    [2, 3],
    [3, 1],
  ])
})

test('an assignment has all partitions from 0 on, and for each as many brokers that there are', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const wrong = {
    gap: [
      [0, 1],
      [2, 1],
    ],
    'from 1': [[1, 1]],
    negative: [[-1, 1]],
    twice: [
      [0, 1],
      [0, 1],
    ],
    'no such broker': [[0, 7]],
    'no broker': [[0]],
    'broker twice': [[0, 1, 1]],
    uneven: [
      [0, 1],
      [1, 1, 2],
    ],
  } as const
  for (const [what, brokers] of Object.entries(wrong)) {
    assert.equal(await errorsOf(broker, [assigned('a', brokers)]), [INVALID_REPLICA_ASSIGNMENT.code], what)
  }
})

test('with an assignment the numbers that it tells are left open', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const numbers of [{ numPartitions: 1 }, { replicationFactor: 1 }]) {
    assert.equal(await errorsOf(broker, [assigned('a', [[0, 1]], numbers)]), [INVALID_REQUEST.code])
  }
})

test.run()
