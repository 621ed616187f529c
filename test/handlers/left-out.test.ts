/** What a client may not see is missing where all is asked for, and does not show itself where it is asked for. */
import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import type { Operation, ResourceType } from '../../src/authorization/acl.ts'
import {
  GROUP_AUTHORIZATION_FAILED,
  NONE,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { describeTransactions } from '../../src/protocol/messages/describe-transactions.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { listTransactions } from '../../src/protocol/messages/list-transactions.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { testBroker, type TestBroker } from '../support/broker.ts'
import { topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('left out')

const admin = { principal: 'User:admin' }
const alice = { principal: 'User:alice' }

/** Two topics, of which alice may do something with one. */
function divided(...operations: readonly Operation[]) {
  const broker = testBroker({ settings: { hasAuthorizer: true, superUsers: ['User:admin'] } })
  for (const operation of operations) allow(broker, operation, 'TOPIC', 'hers')
  return { broker, hers: topicOf(broker, 'hers'), his: topicOf(broker, 'his') }
}

function allow({ cluster }: TestBroker, operation: Operation, resourceType: ResourceType, resourceName: string): void {
  const who = { principal: 'User:alice', host: '*', patternType: 'LITERAL', permission: 'ALLOW' } as const
  cluster.authorizer!.add({ ...who, operation, resourceType, resourceName })
}

const byName = (name: string) => ({ name, topicId: ZERO_UUID })

test('Metadata leaves out topics, and does not tell whether one exists', async ({ after }) => {
  const { broker, hers, his } = divided('DESCRIBE')
  after(broker.close)
  const all = await broker.request(metadata, 12, { topics: null }, alice)
  assert.equal(
    all.topics.map(({ name }) => name),
    ['hers'],
  )
  const named = await broker.request(metadata, 12, { topics: [byName('his'), byName('nobodys')] }, alice)
  for (const topic of named.topics) {
    assert.equal([topic.errorCode, topic.topicId], [TOPIC_AUTHORIZATION_FAILED.code, ZERO_UUID])
  }
  const ids = [hers.id, his.id, 'AAAAAAAAAAAAAAAAAAAAAg'].map((topicId) => ({ name: null, topicId }))
  const byId = await broker.request(metadata, 12, { topics: ids }, alice)
  assert.equal(
    byId.topics.map(({ errorCode, name }) => [errorCode, name]),
    [
      [NONE.code, 'hers'],
      [TOPIC_AUTHORIZATION_FAILED.code, null],
      [UNKNOWN_TOPIC_ID.code, null],
    ],
  )
})

test('Metadata creates a topic for whom it may be created', async ({ after }) => {
  const { broker } = divided()
  after(broker.close)
  allow(broker, 'DESCRIBE', 'TOPIC', 'new')
  const ask = async () => {
    const asked = { topics: [byName('new')], allowAutoTopicCreation: true }
    return (await broker.request(metadata, 12, asked, alice)).topics[0]!.errorCode
  }
  assert.is(await ask(), TOPIC_AUTHORIZATION_FAILED.code)
  allow(broker, 'CREATE', 'TOPIC', 'new')
  assert.is(await ask(), NONE.code)
  assert.ok(broker.cluster.topics.get('new'))
})

test('CreateTopics does not tell what it made to whom its configs may not be described', async ({ after }) => {
  const { broker } = divided('CREATE')
  after(broker.close)
  broker.cluster.topics.delete(broker.cluster.topics.get('hers')!)
  const topic = { name: 'hers', numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }
  const { topics } = await broker.request(createTopics, 7, { topics: [topic], timeoutMs: 1000 }, alice)
  const { errorCode, topicConfigErrorCode, numPartitions, configs } = topics[0]!
  assert.equal(
    [errorCode, topicConfigErrorCode, numPartitions, configs],
    [NONE.code, TOPIC_AUTHORIZATION_FAILED.code, -1, []],
  )
})

test('DeleteTopics does not tell the name of a topic named by its id, nor that one is missing', async ({ after }) => {
  const { broker, his } = divided('DELETE')
  after(broker.close)
  const topics = [{ name: null, topicId: his.id }, byName('nobodys')]
  const { responses } = await broker.request(deleteTopics, 6, { topics, timeoutMs: 1000 }, alice)
  const refused = TOPIC_AUTHORIZATION_FAILED.code
  assert.equal(
    responses.map(({ errorCode, name }) => [errorCode, name]),
    [
      [refused, null],
      [refused, 'nobodys'],
    ],
  )
  allow(broker, 'DESCRIBE', 'TOPIC', 'nobodys')
  const again = await broker.request(deleteTopics, 6, { topics: [byName('nobodys')], timeoutMs: 1000 }, alice)
  assert.is(again.responses[0]?.errorCode, UNKNOWN_TOPIC_OR_PARTITION.code)
})

test('groups, and of their offsets those of other topics', async ({ after }) => {
  const { broker, hers, his } = divided('DESCRIBE')
  after(broker.close)
  for (const groupId of ['g', 'h']) {
    const offset = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: null }
    const topics = [hers, his].map(({ name, id }) => ({ name, topicId: id, partitions: [offset] }))
    const commit = { groupId, generationIdOrMemberEpoch: -1, topics }
    await broker.request(offsetCommit, 10, commit, admin)
  }
  allow(broker, 'DESCRIBE', 'GROUP', 'g')
  const listed = async () => (await broker.request(listGroups, 5, {}, alice)).groups.map(({ groupId }) => groupId)
  assert.equal(await listed(), ['g'])
  const groups = ['g', 'h'].map((groupId) => ({ groupId, memberId: null, memberEpoch: -1, topics: null }))
  const fetched = await broker.request(offsetFetch, 9, { groups }, alice)
  assert.equal(
    fetched.groups.map(({ errorCode, topics }) => [errorCode, topics.map(({ name }) => name)]),
    [
      [NONE.code, ['hers']],
      [GROUP_AUTHORIZATION_FAILED.code, []],
    ],
  )
  allow(broker, 'DESCRIBE', 'CLUSTER', 'kafka-cluster')
  assert.equal(await listed(), ['g', 'h'])
})

test('transactions, and of them other topics', async ({ after }) => {
  const { broker } = divided('DESCRIBE')
  after(broker.close)
  for (const transactionalId of ['x', 'y']) {
    const unset = { producerId: -1, producerEpoch: -1 }
    const begun = { transactionalId, transactionTimeoutMs: 60_000, ...unset }
    const { producerId, producerEpoch } = await broker.request(initProducerId, 5, begun, admin)
    await broker.request(
      addPartitionsToTxn,
      3,
      {
        v3AndBelowTransactionalId: transactionalId,
        v3AndBelowProducerId: producerId,
        v3AndBelowProducerEpoch: producerEpoch,
        v3AndBelowTopics: ['hers', 'his'].map((name) => ({ name, partitions: [0] })),
      },
      admin,
    )
  }
  allow(broker, 'DESCRIBE', 'TRANSACTIONAL_ID', 'x')
  const listed = await broker.request(listTransactions, 2, { durationFilter: -1 }, alice)
  assert.equal(
    listed.transactionStates.map(({ transactionalId }) => transactionalId),
    ['x'],
  )
  const told = await broker.request(describeTransactions, 0, { transactionalIds: ['x'] }, alice)
  assert.equal(told.transactionStates[0]?.topics, [{ topic: 'hers', partitions: [0] }])
})

test('a fetch waits for the partitions that may be read, and is not ended by the others', async ({ after }) => {
  const { broker, hers, his } = divided('READ')
  after(broker.close)
  const asked = { currentLeaderEpoch: -1, fetchOffset: 0, lastFetchedEpoch: -1, logStartOffset: -1 }
  const partition = { partition: 0, ...asked, partitionMaxBytes: 1000, replicaDirectoryId: ZERO_UUID, highWatermark: 0 }
  const topics = [hers, his].map(({ name, id }) => ({ topic: name, topicId: id, partitions: [partition] }))
  const waiting = broker.request(fetch, 17, { maxWaitMs: 500, minBytes: 1, maxBytes: 1000, topics }, alice)
  let isAnswered = false
  waiting.then(() => {
    isAnswered = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.not(isAnswered)
  broker.clock.advance(500)
  const { responses } = await waiting
  assert.equal(
    responses.map(({ partitions }) => partitions[0]!.errorCode),
    [NONE.code, TOPIC_AUTHORIZATION_FAILED.code],
  )
})

test.run()
