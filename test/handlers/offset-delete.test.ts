import * as assert from 'uvu/assert'
import {
  GROUP_ID_NOT_FOUND,
  GROUP_SUBSCRIBED_TO_TOPIC,
  INVALID_GROUP_ID,
  NON_EMPTY_GROUP,
  NONE,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { offsetDelete } from '../../src/protocol/messages/offset-delete.ts'
import { testBroker } from '../support/broker.ts'
import { createTopic, onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('OffsetDelete')

function topic(name: string, ...partitions: number[]) {
  return { name, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }
}

test('each partition has its own answer, what does not exist comes first', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  await createTopic(broker, 'u')
  await onlyMember(broker, { groupId: 'g', topics: ['t'] })
  const topics = [topic('t', 0), topic('u', 0, 9), topic('none', 0)]
  const answer = await broker.request(offsetDelete, 0, { groupId: 'g', topics })
  assert.is(answer.errorCode, NONE.code)
  assert.equal(answer.topics, [
    {
      name: 'u',
      partitions: [
        { partitionIndex: 9, errorCode: UNKNOWN_TOPIC_OR_PARTITION.code },
        { partitionIndex: 0, errorCode: NONE.code },
      ],
    },
    { name: 'none', partitions: [{ partitionIndex: 0, errorCode: UNKNOWN_TOPIC_OR_PARTITION.code }] },
    { name: 't', partitions: [{ partitionIndex: 0, errorCode: GROUP_SUBSCRIBED_TO_TOPIC.code }] },
  ])
})

test('a topic that is named twice is answered twice, unless something was refused at once', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't', 2)
  await onlyMember(broker, { groupId: 'g' })
  const named = async (...topics: ReturnType<typeof topic>[]) => {
    const answer = await broker.request(offsetDelete, 0, { groupId: 'g', topics })
    return answer.topics.map(({ partitions }) => partitions.map(({ partitionIndex }) => partitionIndex))
  }
  assert.equal(await named(topic('t', 0, 1), topic('t', 0)), [[0, 1], [0]])
  assert.equal(await named(topic('t', 0, 1), topic('t', 0, 9)), [[9, 0, 1, 0]])
})

test('what the group forbids as a whole is the only answer', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await onlyMember(broker, { groupId: 'connect', protocolType: 'connect' })
  const error = async (groupId: string) => {
    const answer = await broker.request(offsetDelete, 0, { groupId, topics: [topic('none', 0)] })
    assert.equal(answer.topics, [])
    return answer.errorCode
  }
  assert.is(await error(''), INVALID_GROUP_ID.code)
  assert.is(await error('lost'), GROUP_ID_NOT_FOUND.code)
  assert.is(await error('connect'), NON_EMPTY_GROUP.code)
})

test.run()
