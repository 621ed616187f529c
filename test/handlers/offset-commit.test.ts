import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import {
  GROUP_ID_NOT_FOUND,
  ILLEGAL_GENERATION,
  NONE,
  NOT_COORDINATOR,
  OFFSET_METADATA_TOO_LARGE,
  UNKNOWN_MEMBER_ID,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { testBroker } from '../support/broker.ts'
import { createTopic, onlyMember } from '../support/membership.ts'
import { suite } from '../support/suite.ts'

const test = suite('OffsetCommit')

function partition(partitionIndex: number, committedOffset = 5, committedMetadata: string | null = 'note') {
  return { partitionIndex, committedOffset, committedLeaderEpoch: -1, committedMetadata }
}

const byNobody = { groupId: 'g', generationIdOrMemberEpoch: -1 }

test('every version commits the offset of a member', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const topicId = await createTopic(broker, 't')
  const { memberId, generationId } = await onlyMember(broker, { groupId: 'g' })
  for (let version = 2; version <= 10; version++) {
    const name = version >= 10 ? '' : 't'
    const asked = { name, topicId, partitions: [partition(0, 100 + version)] }
    const answer = await broker.request(offsetCommit, version, {
      groupId: 'g',
      memberId,
      generationIdOrMemberEpoch: generationId,
      topics: [asked],
    })
    const named = { name, topicId: version >= 10 ? topicId : ZERO_UUID }
    assert.equal(answer.topics, [{ ...named, partitions: [{ partitionIndex: 0, errorCode: NONE.code }] }])
    const committed = broker.cluster.groups.offsets('g')?.get('t', 0)
    assert.is(committed?.offset, 100 + version)
    assert.is(committed?.metadata, 'note')
  }
})

test('what does not exist is refused one by one and answered first, the rest is committed', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't', 2)
  const { topics } = await broker.request(offsetCommit, 9, {
    ...byNobody,
    topics: [
      {
        name: 't',
        topicId: ZERO_UUID,
        partitions: [partition(0), partition(2), partition(-1), partition(1, 5, 'n'.repeat(5000))],
      },
      { name: 'none', topicId: ZERO_UUID, partitions: [partition(0)] },
    ],
  })
  assert.equal(
    topics.map(({ name, partitions }) => [name, partitions.map((each) => [each.partitionIndex, each.errorCode])]),
    [
      [
        't',
        [
          [2, UNKNOWN_TOPIC_OR_PARTITION.code],
          [-1, UNKNOWN_TOPIC_OR_PARTITION.code],
          [0, NONE.code],
          [1, OFFSET_METADATA_TOO_LARGE.code],
        ],
      ],
      ['none', [[0, UNKNOWN_TOPIC_OR_PARTITION.code]]],
    ],
  )
  assert.is(broker.cluster.groups.offsets('g')?.get('t', 0)?.offset, 5)
})

test('a topic that is named twice is answered twice, unless something was refused at once', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't', 2)
  const named = async (...lists: number[][]) => {
    const topics = lists.map((list) => ({
      name: 't',
      topicId: ZERO_UUID,
      partitions: list.map((index) => partition(index)),
    }))
    const answer = await broker.request(offsetCommit, 9, { ...byNobody, topics })
    return answer.topics.map(({ partitions }) => partitions.map(({ partitionIndex }) => partitionIndex))
  }
  assert.equal(await named([0, 1], [0]), [[0, 1], [0]])
  assert.equal(await named([0, 1], [0, 9]), [[9, 0, 1, 0]])
})

test('from version 10 on an id that no topic has is UNKNOWN_TOPIC_ID', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  for (const topicId of ['AAAAAAAAAAAAAAAAAAAAAQ', ZERO_UUID]) {
    const asked = { ...byNobody, topics: [{ name: '', topicId, partitions: [partition(0)] }] }
    const { topics } = await broker.request(offsetCommit, 10, asked)
    assert.equal(topics, [{ name: '', topicId, partitions: [{ partitionIndex: 0, errorCode: UNKNOWN_TOPIC_ID.code }] }])
  }
})

test('a refusal of the group is repeated for each of its partitions', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  await createTopic(broker, 't', 2)
  await onlyMember(broker, { groupId: 'b' })
  const topics = [{ name: 't', topicId: ZERO_UUID, partitions: [partition(0), partition(1)] }]
  const errors = async (version: number, change: object, nodeId = 1) => {
    const asked = { ...byNobody, groupId: 'b', topics, ...change }
    const answer = await broker.request(offsetCommit, version, asked, { nodeId })
    return answer.topics[0]!.partitions.map(({ errorCode }) => errorCode)
  }
  assert.equal(await errors(9, {}), [UNKNOWN_MEMBER_ID.code, UNKNOWN_MEMBER_ID.code])
  assert.equal(await errors(9, {}, 2), [NOT_COORDINATOR.code, NOT_COORDINATOR.code])
})

test('before version 9 a group that does not exist is an illegal generation', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  const asked = {
    groupId: 'g',
    memberId: 'm',
    generationIdOrMemberEpoch: 1,
    topics: [{ name: 't', topicId: ZERO_UUID, partitions: [partition(0)] }],
  }
  const error = async (version: number) =>
    (await broker.request(offsetCommit, version, asked)).topics[0]?.partitions[0]?.errorCode
  assert.is(await error(8), ILLEGAL_GENERATION.code)
  assert.is(await error(9), GROUP_ID_NOT_FOUND.code)
})

test('versions 2 to 4 say how long an offset is to be kept', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  const topics = [{ name: 't', topicId: ZERO_UUID, partitions: [partition(0)] }]
  const expiresAtMs = async (version: number, retentionTimeMs: number) => {
    await broker.request(offsetCommit, version, { ...byNobody, retentionTimeMs, topics })
    return broker.cluster.groups.offsets('g')?.get('t', 0)?.expiresAtMs
  }
  for (let version = 2; version <= 4; version++) {
    assert.is(await expiresAtMs(version, 1000), broker.clock.now() + 1000)
    assert.is(await expiresAtMs(version, -1), null)
  }
  assert.is(await expiresAtMs(5, 1000), null)
})

test('the group with the empty name has offsets, for clients of old', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await createTopic(broker, 't')
  const topics = [{ name: 't', topicId: ZERO_UUID, partitions: [partition(0)] }]
  const answer = await broker.request(offsetCommit, 2, { ...byNobody, groupId: '', topics })
  assert.is(answer.topics[0]?.partitions[0]?.errorCode, NONE.code)
})

test.run()
