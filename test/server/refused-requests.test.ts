/** Errors that faults have a broker answer: for every API it serves, at the level at which Kafka reports them. */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { handlers } from '../../src/handlers/index.ts'
import {
  GROUP_AUTHORIZATION_FAILED,
  INVALID_FETCH_SESSION_EPOCH,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import type { Api } from '../../src/protocol/schema.ts'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { faultOf } from '../support/faults.ts'
import { createTopic, joining } from '../support/membership.ts'
import { batchOf, fetchRequest, produceTo, topicOf } from '../support/produced.ts'
import { sampleMessage } from '../support/samples.ts'
import { type Cleanup, suite } from '../support/suite.ts'

const test = suite('refused requests')

function broker({ after }: Cleanup): TestBroker {
  const made = testBroker()
  after(made.close)
  return made
}

function errorsIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return []
  return Object.entries(value).flatMap(([name, one]) =>
    /^(partitionE|e)rrorCode$/.test(name) ? [Number(one)] : errorsIn(one),
  )
}

/** A sample may ask for nothing at all, so several are sent. */
async function errorsOfSamples(made: TestBroker, api: Api, version: number): Promise<number[]> {
  const errors: number[] = []
  for (let seed = 0; seed < 8 && !errors.includes(TOPIC_AUTHORIZATION_FAILED.code); seed++) {
    const asked = sampleMessage(api.request, version, new SeededRandom(seed))
    errors.push(...errorsIn(await made.request(api, version, asked)))
  }
  return errors
}

/** Of what is sent again and again nothing is like the sample: they are about real topics. */
const ofLeaders = ['Produce', 'Fetch', 'ListOffsets', 'DeleteRecords', 'OffsetForLeaderEpoch']

for (const { api } of handlers.filter((one) => !ofLeaders.includes(one.api.name))) {
  test(`${api.name} is refused in every version, and changes nothing`, async (cleanup) => {
    const made = broker(cleanup)
    made.faults.add(faultOf({ error: 'TOPIC_AUTHORIZATION_FAILED' }))
    for (let version = api.versions[0]; version <= api.versions[1]; version++) {
      const errors = await errorsOfSamples(made, api, version)
      assert.ok(errors.includes(TOPIC_AUTHORIZATION_FAILED.code), `version ${version}: ${errors}`)
    }
    assert.equal([...made.cluster.topics.all()], [])
    assert.equal([...made.cluster.groups.all()], [])
  })
}

test('a produce is refused where it is meant; its other partitions are stored', async (cleanup) => {
  const made = broker(cleanup)
  const { partitions } = topicOf(made, 'a', { partitions: 2 })
  made.faults.add(faultOf({ api: 'Produce', topic: 'a', partition: 1, error: 'NOT_LEADER_OR_FOLLOWER' }))
  const [zero, one] = await Promise.all(
    [0, 1].map((index) => produceTo(made, 'a', batchOf(['x']), { version: 12, index })),
  )
  assert.is(zero!.errorCode, NONE.code)
  assert.is(one!.errorCode, NOT_LEADER_OR_FOLLOWER.code)
  assert.is(one!.baseOffset, -1)
  assert.equal(one!.currentLeader, { leaderId: 1, leaderEpoch: 0 })
  assert.equal(
    partitions.map(({ logEndOffset }) => logEndOffset),
    [1, 0],
  )
})

test('a fetch within a session is refused for partitions that it does not name', async (cleanup) => {
  const made = broker(cleanup)
  const topic = topicOf(made, 'a')
  await produceTo(made, 'a', batchOf(['x']))
  const asked = fetchRequest(topic, [{ partition: 0 }], { sessionEpoch: 0 })
  const { sessionId } = await made.request(fetch, 12, asked)
  assert.ok(sessionId > 0)
  made.faults.add(faultOf({ api: 'Fetch', topic: 'a', error: 'UNKNOWN_TOPIC_OR_PARTITION', times: 1 }))
  const next = await made.request(fetch, 12, { sessionId, sessionEpoch: 1, maxWaitMs: 0, topics: [] })
  assert.is(next.responses[0]!.partitions[0]!.errorCode, UNKNOWN_TOPIC_OR_PARTITION.code)
  assert.is(made.faults.list()[0]!.hits, 1)
})

test('an error of fetch sessions is one of the whole fetch', async (cleanup) => {
  const made = broker(cleanup)
  const topic = topicOf(made, 'a')
  made.faults.add(faultOf({ error: 'INVALID_FETCH_SESSION_EPOCH' }))
  const answer = await made.request(fetch, 12, fetchRequest(topic, [{ partition: 0 }]))
  assert.is(answer.errorCode, INVALID_FETCH_SESSION_EPOCH.code)
  assert.equal(answer.responses, [])
})

test('of offsets in one commit those that are meant are refused, the others committed', async (cleanup) => {
  const made = broker(cleanup)
  await createTopic(made, 'a', 2)
  await createTopic(made, 'b')
  made.faults.add(faultOf({ api: 'OffsetCommit', topic: 'a', partition: 1, error: 'TOPIC_AUTHORIZATION_FAILED' }))
  const partition = (partitionIndex: number) => ({
    partitionIndex,
    committedOffset: 5,
    committedLeaderEpoch: -1,
    committedMetadata: null,
  })
  const { topics } = await made.request(offsetCommit, 8, {
    groupId: 'g',
    generationIdOrMemberEpoch: -1,
    topics: [
      { name: 'a', topicId: '', partitions: [partition(0), partition(1)] },
      { name: 'b', topicId: '', partitions: [partition(0)] },
    ],
  })
  const codes = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode }) => [name, partitionIndex, errorCode]),
  )
  assert.equal(codes, [
    ['a', 0, NONE.code],
    ['b', 0, NONE.code],
    ['a', 1, TOPIC_AUTHORIZATION_FAILED.code],
  ])
  assert.is(made.cluster.groups.offsets('g')?.get('a', 1), undefined)
  assert.is(made.cluster.groups.offsets('g')?.get('a', 0)?.offset, 5)
})

test('of topics in one request those that are meant are not made', async (cleanup) => {
  const made = broker(cleanup)
  made.faults.add(faultOf({ api: 'CreateTopics', topic: 'bad-*', error: 'POLICY_VIOLATION' }))
  const topic = (name: string) => ({ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] })
  const { topics } = await made.request(createTopics, 7, { topics: [topic('bad-one'), topic('good')] })
  assert.equal(
    topics.map(({ name, errorCode, numPartitions }) => [name, errorCode, numPartitions]),
    [
      ['good', NONE.code, 1],
      ['bad-one', 44, -1],
    ],
  )
  assert.equal(
    [...made.cluster.topics.all()].map(({ name }) => name),
    ['good'],
  )
})

test('topics that are meant by name are not deleted by id either', async (cleanup) => {
  const made = broker(cleanup)
  const topicId = await createTopic(made, 'a')
  made.faults.add(faultOf({ api: 'DeleteTopics', topic: 'a', error: 'TOPIC_AUTHORIZATION_FAILED' }))
  const byId = await made.request(deleteTopics, 6, { topics: [{ name: null, topicId }] })
  assert.equal(
    byId.responses.map(({ errorCode }) => errorCode),
    [TOPIC_AUTHORIZATION_FAILED.code],
  )
  const byName = await made.request(deleteTopics, 5, { topicNames: ['a'] })
  assert.equal(
    byName.responses.map(({ name, errorCode }) => [name, errorCode]),
    [['a', TOPIC_AUTHORIZATION_FAILED.code]],
  )
  assert.ok(made.cluster.topics.get('a'))
})

test('metadata of all topics tells the error of the one that is meant, or of its partition', async (cleanup) => {
  const made = broker(cleanup)
  await createTopic(made, 'a', 2)
  await createTopic(made, 'b')
  made.faults.add(faultOf({ name: 'topic', api: 'Metadata', topic: 'a', error: 'TOPIC_AUTHORIZATION_FAILED' }))
  const seen = async () => {
    const { topics } = await made.request(metadata, 12, { topics: null })
    return topics.map(({ name, errorCode, partitions }) => [name, errorCode, partitions.map((one) => one.errorCode)])
  }
  assert.equal(await seen(), [
    ['a', TOPIC_AUTHORIZATION_FAILED.code, []],
    ['b', NONE.code, [0]],
  ])
  made.faults.clear()
  made.faults.add(faultOf({ api: 'Metadata', topic: 'a', partition: 1, error: 'LEADER_NOT_AVAILABLE' }))
  assert.equal(await seen(), [
    ['a', NONE.code, [0, 5]],
    ['b', NONE.code, [0]],
  ])
})

test('a group’s offsets are refused as each version reports it', async (cleanup) => {
  const made = broker(cleanup)
  made.faults.add(faultOf({ group: 'g', error: 'GROUP_AUTHORIZATION_FAILED' }))
  const topics = [{ name: 'a', topicId: '', partitionIndexes: [0] }]
  const group = (groupId: string) => ({ groupId, memberId: null, memberEpoch: -1, topics })
  const eight = await made.request(offsetFetch, 8, { groups: [group('g')] })
  assert.equal(
    eight.groups.map(({ groupId, errorCode }) => [groupId, errorCode]),
    [['g', GROUP_AUTHORIZATION_FAILED.code]],
  )
  assert.is((await made.request(offsetFetch, 7, { groupId: 'g', topics })).errorCode, GROUP_AUTHORIZATION_FAILED.code)
  const one = await made.request(offsetFetch, 1, { groupId: 'g', topics })
  assert.is(one.topics[0]!.partitions[0]!.errorCode, GROUP_AUTHORIZATION_FAILED.code)
  const spared = await made.request(offsetFetch, 8, { groups: [group('h')] })
  assert.is(spared.groups[0]!.errorCode, NONE.code)
})

test('a coordinator is not found, whichever way it is asked for', async (cleanup) => {
  const made = broker(cleanup)
  made.faults.add(faultOf({ api: 'FindCoordinator', group: 'g', error: 15 }))
  const four = await made.request(findCoordinator, 4, { coordinatorKeys: ['g'] })
  const { key, nodeId, port, errorCode } = four.coordinators[0]!
  assert.equal({ key, nodeId, port, errorCode }, { key: 'g', nodeId: -1, port: -1, errorCode: 15 })
  const three = await made.request(findCoordinator, 3, { key: 'g' })
  assert.equal([three.errorCode, three.nodeId], [15, -1])
})

test('who is refused to join is in no group, and keeps the id he came with', async (cleanup) => {
  const made = broker(cleanup)
  made.faults.add(faultOf({ api: 'JoinGroup', error: 'GROUP_MAX_SIZE_REACHED' }))
  const answer = await made.request(joinGroup, 9, { ...joining({ groupId: 'g' }), memberId: 'me' })
  assert.equal([answer.errorCode, answer.memberId, answer.generationId], [81, 'me', -1])
  assert.is(made.cluster.groups.get('g'), undefined)
})

test('where one partition cannot be added to a transaction, none is', async (cleanup) => {
  const made = broker(cleanup)
  made.faults.add(faultOf({ topic: 'a', partition: 1, error: 'TOPIC_AUTHORIZATION_FAILED' }))
  const v3AndBelowTopics = [{ name: 'a', partitions: [0, 1] }]
  const { resultsByTopicV3AndBelow: results } = await made.request(addPartitionsToTxn, 3, { v3AndBelowTopics })
  assert.equal(
    results[0]!.resultsByPartition.map((one) => one.partitionErrorCode),
    [55, TOPIC_AUTHORIZATION_FAILED.code],
  )
})

test('groups that are meant are not deleted', async (cleanup) => {
  const made = broker(cleanup)
  made.faults.add(faultOf({ api: 'DeleteGroups', error: 'NON_EMPTY_GROUP' }))
  const { results } = await made.request(deleteGroups, 2, { groupsNames: ['g', 'h'] })
  assert.equal(
    results.map(({ groupId, errorCode }) => [groupId, errorCode]),
    [
      ['g', 68],
      ['h', 68],
    ],
  )
})

test.run()
