import * as assert from 'uvu/assert'
import {
  INVALID_PARTITIONS,
  INVALID_REPLICA_ASSIGNMENT,
  INVALID_REQUEST,
  NONE,
  POLICY_VIOLATION,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { createPartitions } from '../../src/protocol/messages/create-partitions.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('CreatePartitions')
const newest = 3

function grown(name: string, count: number, assigned: readonly (readonly number[])[] | null = null) {
  return { name, count, assignments: assigned === null ? null : assigned.map((ids) => ({ brokerIds: [...ids] })) }
}

async function grow(
  broker: TestBroker,
  topics: ReturnType<typeof grown>[],
  { version = newest, validateOnly = false } = {},
) {
  const { results } = await broker.request(createPartitions, version, { topics, validateOnly, timeoutMs: 1000 })
  return results
}

async function errorOf(broker: TestBroker, topic: ReturnType<typeof grown>): Promise<number | undefined> {
  return (await grow(broker, [topic]))[0]?.errorCode
}

test('a topic grows, in every version', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  for (let version = 0; version <= newest; version++) {
    const results = await grow(broker, [grown('a', version + 2)], { version })
    assert.equal(results, [{ name: 'a', errorCode: NONE.code, errorMessage: null }])
    assert.is(topic.partitions.length, version + 2)
  }
})

test('a topic never shrinks, and not to grow is no growth', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { partitions: 3 })
  for (const count of [3, 2, 0, -1]) assert.is(await errorOf(broker, grown('a', count)), INVALID_PARTITIONS.code)
})

test('an unknown topic does not grow', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const name of ['nope', 'a b', '']) {
    assert.equal(await grow(broker, [grown(name, 2)]), [
      { name, errorCode: UNKNOWN_TOPIC_OR_PARTITION.code, errorMessage: null },
    ])
  }
})

test('a topic that is named twice is refused once; the others grow', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const [a, b] = ['a', 'b'].map((name) => topicOf(broker, name))
  const results = await grow(broker, [grown('a', 2), grown('b', 2), grown('a', 3)])
  assert.equal(
    results.map(({ name, errorCode }) => [name, errorCode]),
    [
      ['a', INVALID_REQUEST.code],
      ['b', NONE.code],
    ],
  )
  assert.equal([a?.partitions.length, b?.partitions.length], [1, 2])
})

test('a trial makes nothing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topic = topicOf(broker, 'a')
  assert.is((await grow(broker, [grown('a', 2)], { validateOnly: true }))[0]?.errorCode, NONE.code)
  assert.is(topic.partitions.length, 1)
})

test('more than 10,000 new partitions in one request are too many', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  topicOf(broker, 'b')
  const results = await grow(broker, [grown('a', 10_001), grown('b', 2), grown('nope', 9)])
  assert.equal(
    results.map(({ errorCode }) => errorCode),
    Array(3).fill(POLICY_VIOLATION.code),
  )
  assert.is(await errorOf(broker, grown('b', 2)), NONE.code)
})

test('a client may say which brokers are to hold the new partitions', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const topic = topicOf(broker, 'a', { replicationFactor: 2 })
  assert.is(
    await errorOf(
      broker,
      grown('a', 3, [
        [3, 1],
        [2, 1],
      ]),
    ),
    NONE.code,
  )
  assert.equal(topic.assignment, [
    [1, 2],
    [3, 1],
    [2, 1],
  ])
})

test('an assignment is for each new partition, with as many brokers as the others have', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  topicOf(broker, 'a')
  const wrong = [[], [[1], [1]], [[9]], [[1, 1]], [[1, 2]], [[]]]
  for (const brokers of wrong) {
    assert.is(await errorOf(broker, grown('a', 2, brokers)), INVALID_REPLICA_ASSIGNMENT.code)
  }
})

test.run()
