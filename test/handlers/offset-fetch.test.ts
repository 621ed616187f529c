import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { COORDINATOR_NOT_AVAILABLE, NONE, NOT_COORDINATOR, UNKNOWN_TOPIC_ID } from '../../src/protocol/errors.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { createTopic } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('OffsetFetch')

async function commit(broker: TestBroker, groupId: string, name: string, committedOffset: number): Promise<void> {
  const partition = { partitionIndex: 0, committedOffset, committedLeaderEpoch: 3, committedMetadata: 'note' }
  const topics = [{ name, topicId: ZERO_UUID, partitions: [partition] }]
  await broker.request(offsetCommit, 9, { groupId, generationIdOrMemberEpoch: -1, topics })
}

function told(partitionIndex: number, committedOffset: number, version = 10) {
  const isThere = committedOffset >= 0
  const committedLeaderEpoch = isThere && version >= 5 ? 3 : -1
  return {
    partitionIndex,
    committedOffset,
    committedLeaderEpoch,
    metadata: isThere ? 'note' : '',
    errorCode: NONE.code,
  }
}

test('versions 1 to 7 tell of one group', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  await commit(broker, 'g', 't', 5)
  for (let version = 1; version <= 7; version++) {
    const topics = [{ name: 't', partitionIndexes: [0, 1] }]
    assert.equal(await broker.request(offsetFetch, version, { groupId: 'g', topics }), {
      throttleTimeMs: 0,
      topics: [{ name: 't', partitions: [told(0, 5, version), told(1, -1)] }],
      errorCode: NONE.code,
      groups: [],
    })
  }
})

test('from version 8 on many groups are asked at once, from version 10 on with topic ids', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const id = await createTopic(broker, 't')
  await commit(broker, 'g', 't', 5)
  for (let version = 8; version <= 10; version++) {
    const [name, topicId] = version >= 10 ? ['', id] : ['t', ZERO_UUID]
    const asked = { memberId: null, memberEpoch: -1, topics: [{ name, topicId, partitionIndexes: [0] }] }
    const groups = ['g', 'other'].map((groupId) => ({ groupId, ...asked }))
    const answer = await broker.request(offsetFetch, version, { groups, requireStable: true })
    assert.equal(answer.groups, [
      { groupId: 'g', topics: [{ name, topicId, partitions: [told(0, 5)] }], errorCode: NONE.code },
      { groupId: 'other', topics: [{ name, topicId, partitions: [told(0, -1)] }], errorCode: NONE.code },
    ])
  }
})

test('null asks for all that is committed; the empty list for nothing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  const u = await createTopic(broker, 'u')
  await commit(broker, 'g', 't', 5)
  await commit(broker, 'g', 'u', 6)
  const single = async (groupId: string, topics: null | []) =>
    (await broker.request(offsetFetch, 2, { groupId, topics })).topics
  assert.equal(await single('g', null), [
    { name: 't', partitions: [told(0, 5, 2)] },
    { name: 'u', partitions: [told(0, 6, 2)] },
  ])
  assert.equal(await single('g', []), [])
  assert.equal(await single('other', null), [])

  const group = { groupId: 'g', memberId: null, memberEpoch: -1, topics: null }
  const [byName] = (await broker.request(offsetFetch, 9, { groups: [group] })).groups
  assert.equal(
    byName?.topics.map(({ name }) => name),
    ['t', 'u'],
  )
  const [byId] = (await broker.request(offsetFetch, 10, { groups: [group] })).groups
  assert.is(byId?.topics[1]?.topicId, u)
})

test('a topic id that no topic has comes last, with UNKNOWN_TOPIC_ID', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const id = await createTopic(broker, 't')
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAQ'
  const topics = [unknown, id].map((topicId) => ({ name: '', topicId, partitionIndexes: [0] }))
  const group = { groupId: 'g', memberId: null, memberEpoch: -1, topics }
  const [answer] = (await broker.request(offsetFetch, 10, { groups: [group] })).groups
  assert.equal(answer?.topics, [
    { name: '', topicId: id, partitions: [told(0, -1)] },
    { name: '', topicId: unknown, partitions: [{ ...told(0, -1), errorCode: UNKNOWN_TOPIC_ID.code }] },
  ])
})

test('the offsets of a topic are gone with it', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  await commit(broker, 'g', 't', 5)
  await broker.request(deleteTopics, 5, { topicNames: ['t'], timeoutMs: 1000 })
  await createTopic(broker, 't')
  const { topics } = await broker.request(offsetFetch, 7, {
    groupId: 'g',
    topics: [{ name: 't', partitionIndexes: [0] }],
  })
  assert.equal(topics[0]?.partitions, [told(0, -1)])
})

test('another broker than the coordinator tells nothing: of each partition, of the request, or of the group', async ({
  after,
}) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const asked = { groupId: 'b', topics: [{ name: 't', partitionIndexes: [0] }] }
  const elsewhere = { nodeId: 2 }
  const first = await broker.request(offsetFetch, 1, asked, elsewhere)
  assert.is(first.topics[0]?.partitions[0]?.errorCode, NOT_COORDINATOR.code)
  const second = await broker.request(offsetFetch, 2, asked, elsewhere)
  assert.equal([second.errorCode, second.topics], [NOT_COORDINATOR.code, []])
  const groups = [{ groupId: 'b', memberId: null, memberEpoch: -1, topics: null }]
  const eighth = await broker.request(offsetFetch, 8, { groups }, elsewhere)
  assert.equal(eighth.groups, [{ groupId: 'b', topics: [], errorCode: NOT_COORDINATOR.code }])
})

test('without consumer groups there is no coordinator', async ({ after }) => {
  const broker = testBroker({ settings: { hasGroups: false } })
  after(broker.close)
  const { errorCode } = await broker.request(offsetFetch, 7, { groupId: 'g', topics: null })
  assert.is(errorCode, COORDINATOR_NOT_AVAILABLE.code)
})

test.run()
