import * as assert from 'uvu/assert'
import { INVALID_REQUEST, NONE, NOT_COORDINATOR } from '../../src/protocol/errors.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { fetchRequest, topicOf } from '../support/produced.ts'
import { testBroker } from '../support/broker.ts'
import { suite } from '../support/suite.ts'
import { transact } from '../support/transact.ts'

const test = suite('EndTxn')
const nobody = { producerId: -1, producerEpoch: -1 }

test('only the coordinator ends a transaction', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  const request = { transactionalId: 'a', producerId: 5, producerEpoch: 0, committed: true }
  const errors = [1, 2].map(async (nodeId) => (await broker.request(endTxn, 5, request, { nodeId })).errorCode)
  assert.ok((await Promise.all(errors)).includes(NOT_COORDINATOR.code))
  const empty = await broker.request(endTxn, 5, { ...request, transactionalId: '' })
  assert.equal(empty, { throttleTimeMs: 0, errorCode: INVALID_REQUEST.code, ...nobody })
})

test('whoever waits for committed records is woken by the end of the transaction', async ({ after }) => {
  const broker = await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
  `)
  after(broker.close)
  const topic = broker.cluster.topics.get('t')!
  const waiting = broker.request(
    fetch,
    12,
    fetchRequest(topic, [{}], { isolationLevel: 1, maxWaitMs: 60_000, minBytes: 1 }),
  )
  const { producerId, producerEpoch } = broker.cluster.transactions.get('a')!
  await broker.request(endTxn, 5, { transactionalId: 'a', producerId, producerEpoch, committed: true })
  const { highWatermark, lastStableOffset } = (await waiting).responses[0]!.partitions[0]!
  assert.equal([highWatermark, lastStableOffset], [2, 2])
})

test('a topic that was deleted meanwhile gets no marker, and the transaction ends', async ({ after }) => {
  const broker = await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
      0 s     a writes u-0              at 0                          Ongoing
  `)
  after(broker.close)
  const { topics, transactions } = broker.cluster
  topics.delete(topics.get('t')!)
  const { producerId, producerEpoch } = transactions.get('a')!
  const request = { transactionalId: 'a', producerId, producerEpoch, committed: true }
  assert.is((await broker.request(endTxn, 5, request)).errorCode, NONE.code)
  assert.is(topics.get('u')!.partitions[0]!.lastStableOffset, 2)
  topicOf(broker, 't')
  assert.is(topics.get('t')!.partitions[0]!.highWatermark, 0)
})

test('records that are deleted within an open transaction hold nobody back', async ({ after }) => {
  const broker = await transact(`
      0 s     a inits                   P1 e0                         Empty
      0 s     a writes t-0              at 0                          Ongoing
      0 s     a writes t-0              at 1                          Ongoing
  `)
  after(broker.close)
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, offset: 1 }] }]
  await broker.request(deleteRecords, 2, { topics, timeoutMs: 1000 })
  assert.is(broker.cluster.topics.get('t')!.partitions[0]!.lastStableOffset, 1)
})

test.run()
