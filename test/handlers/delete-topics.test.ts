import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import {
  INVALID_REQUEST,
  NONE,
  TOPIC_DELETION_DISABLED,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('DeleteTopics')
const newest = 6
const unknownId = 'AAAAAAAAAAAAAAAAAAAAzA'

const named = (name: string) => ({ name, topicId: ZERO_UUID })
const withId = (topicId: string) => ({ name: null, topicId })

async function remove(broker: TestBroker, ...topics: { name: string | null; topicId: string }[]) {
  const { responses } = await broker.request(deleteTopics, newest, { topics, timeoutMs: 1000 })
  return responses.map(({ errorMessage: _, ...rest }) => rest)
}

test('topics are gone when the answer comes, in every version', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (let version = 1; version <= newest; version++) {
    const { id } = topicOf(broker, 'a')
    const asked = version < 6 ? { topicNames: ['a'] } : { topics: [named('a')] }
    const { responses } = await broker.request(deleteTopics, version, asked)
    assert.equal(responses, [
      { name: 'a', topicId: version >= 6 ? id : ZERO_UUID, errorCode: NONE.code, errorMessage: null },
    ])
    assert.is(broker.cluster.topics.count, 0)
  }
})

test('from version 6 on topics are named by their ids, too, and both are told', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'a')
  assert.equal(await remove(broker, withId(id)), [{ name: 'a', topicId: id, errorCode: NONE.code }])
  assert.equal(await remove(broker, withId(id)), [{ name: null, topicId: id, errorCode: UNKNOWN_TOPIC_ID.code }])
})

test('where delete.topic.enable is false nothing is deleted, as each version has it', async ({ after }) => {
  const broker = testBroker({ settings: { brokerConfigs: new Map([['delete.topic.enable', 'false']]) } })
  after(broker.close)
  topicOf(broker, 'a')
  const codes = []
  for (const version of [2, 3]) {
    const { responses } = await broker.request(deleteTopics, version, { topicNames: ['a'] })
    codes.push(...responses.map(({ errorCode }) => errorCode))
  }
  assert.equal(codes, [INVALID_REQUEST.code, TOPIC_DELETION_DISABLED.code])
  assert.is(broker.cluster.topics.count, 1)
})

test('unknown topics are told as they were asked for', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(await remove(broker, named('a'), named('b c'), named(''), withId(unknownId)), [
    { ...named('a'), errorCode: UNKNOWN_TOPIC_OR_PARTITION.code },
    { ...named('b c'), errorCode: UNKNOWN_TOPIC_OR_PARTITION.code },
    { ...named(''), errorCode: UNKNOWN_TOPIC_OR_PARTITION.code },
    { ...withId(unknownId), errorCode: UNKNOWN_TOPIC_ID.code },
  ])
})

test('a topic that is named twice is refused once, and stays', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'a')
  const errorCode = INVALID_REQUEST.code
  assert.equal(await remove(broker, named('a'), named('a')), [{ ...named('a'), errorCode }])
  assert.equal(await remove(broker, withId(id), withId(id)), [{ ...withId(id), errorCode }])
  assert.equal(await remove(broker, withId(id), named('a')), [{ name: 'a', topicId: id, errorCode }])
  assert.equal(await remove(broker, named('x'), named('x')), [{ ...named('x'), errorCode }])
  assert.is(broker.cluster.topics.count, 1)
})

test('a topic is named by name or by id, not by both and not by neither', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'a')
  const both = { name: 'a', topicId: id }
  const neither = { name: null, topicId: ZERO_UUID }
  assert.equal(await remove(broker, both, neither), [
    { ...both, errorCode: INVALID_REQUEST.code },
    { ...neither, errorCode: INVALID_REQUEST.code },
  ])
  assert.is(broker.cluster.topics.count, 1)
})

test('no topics, no answers', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(await remove(broker), [])
})

test.run()
