import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import {
  FENCED_LEADER_EPOCH,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  OFFSET_OUT_OF_RANGE,
  UNKNOWN_LEADER_EPOCH,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { type Asking, type TestBroker, testBroker } from '../support/broker.ts'
import {
  batchOf,
  type FetchedPartition,
  type FetchRequest,
  fetchRequest,
  produceTo,
  topicOf,
  valuesOf,
} from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('Fetch')
const newest = 18
const unknownLeader = { leaderId: -1, leaderEpoch: -1 }
const readCommitted = 1

async function read(
  broker: TestBroker,
  partitions: FetchedPartition[],
  rest: FetchRequest & Asking & { version?: number } = {},
) {
  const { version = newest, nodeId = 1, ...message } = rest
  const topic = broker.cluster.topics.get('a')!
  return broker.request(fetch, version, fetchRequest(topic, partitions, message), { nodeId })
}

/** What each partition is answered: its index, and its values or the code of its error. */
async function told(broker: TestBroker, partitions: FetchedPartition[], rest: FetchRequest & Asking = {}) {
  const { responses } = await read(broker, partitions, rest)
  return (responses[0]?.partitions ?? []).map(({ partitionIndex, errorCode, records }) =>
    errorCode === NONE.code ? `${partitionIndex}: ${valuesOf(records)}` : `${partitionIndex}: error ${errorCode}`,
  )
}

/** Partition 0 has the batches 0,1 2,3 and 4,5 of 78 bytes each; partition 1 the batch 6,7; partition 2 nothing. */
async function brokerWithRecords(): Promise<TestBroker> {
  const broker = testBroker()
  topicOf(broker, 'a', { partitions: 3 })
  for (const pair of [
    ['0', '1'],
    ['2', '3'],
    ['4', '5'],
  ])
    await produceTo(broker, 'a', batchOf(pair))
  await produceTo(broker, 'a', batchOf(['6', '7']), { index: 1 })
  return broker
}

const batchBytes = batchOf(['0', '1']).length

test('reads from the batch that holds the offset to the end, in every version', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const { id } = broker.cluster.topics.get('a')!
  for (let version = 4; version <= newest; version++) {
    const answer = await read(broker, [{ fetchOffset: 3 }], { version })
    assert.equal([answer.errorCode, answer.sessionId, answer.nodeEndpoints], [NONE.code, 0, []])
    const [{ topic, topicId, partitions }] = answer.responses as [(typeof answer.responses)[0]]
    assert.equal([topic, topicId], version < 13 ? ['a', ZERO_UUID] : ['', id])
    const [{ records, ...rest }] = partitions as [(typeof partitions)[0]]
    assert.equal(valuesOf(records), ['2', '3', '4', '5'])
    assert.equal(rest, {
      partitionIndex: 0,
      errorCode: NONE.code,
      highWatermark: 6,
      lastStableOffset: 6,
      logStartOffset: version >= 5 ? 0 : -1,
      divergingEpoch: { epoch: -1, endOffset: -1 },
      currentLeader: unknownLeader,
      snapshotId: { endOffset: -1, epoch: -1 },
      abortedTransactions: null,
      preferredReadReplica: -1,
    })
  }
})

test('at the end there is nothing, beyond it and before the start nowhere to read', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  broker.cluster.topics.get('a')?.partitions[0]?.deleteRecordsBefore(2)
  assert.equal(await told(broker, [{ fetchOffset: 6 }]), ['0: '])
  for (const fetchOffset of [7, 1, -1]) {
    const { responses } = await read(broker, [{ fetchOffset }])
    const [{ errorCode, highWatermark, lastStableOffset, logStartOffset, records }] = responses[0]!.partitions as [
      (typeof responses)[0]['partitions'][0],
    ]
    assert.equal([errorCode, highWatermark, lastStableOffset, logStartOffset], [OFFSET_OUT_OF_RANGE.code, -1, -1, -1])
    assert.equal(valuesOf(records), [])
  }
})

test('who reads committed records is told of no aborted transactions', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const { responses } = await read(broker, [{}], { isolationLevel: readCommitted })
  assert.equal(responses[0]?.partitions[0]?.abortedTransactions, [])
  assert.is(valuesOf(responses[0]?.partitions[0]?.records ?? null).length, 6)
})

test('only whole batches are sent, and one at least', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const upTo = (partitionMaxBytes: number) => told(broker, [{ partitionMaxBytes }])
  for (const bytes of [0, 1, batchBytes, 2 * batchBytes - 1]) assert.equal(await upTo(bytes), ['0: 0,1'])
  assert.equal(await upTo(2 * batchBytes), ['0: 0,1,2,3'])
})

test('only the first partition that has records may go beyond the limits', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const small = { partitionMaxBytes: 1 }
  const partitions = [{ partition: 2, ...small }, { partition: 1, ...small }, small]
  assert.equal(await told(broker, partitions), ['2: ', '1: 6,7', '0: '])
  const all = [{}, { partition: 1 }]
  assert.equal(await told(broker, all, { maxBytes: 0 }), ['0: 0,1', '1: '])
  assert.equal(await told(broker, all, { maxBytes: 3 * batchBytes }), ['0: 0,1,2,3,4,5', '1: '])
  assert.equal(await told(broker, all, { maxBytes: 4 * batchBytes }), ['0: 0,1,2,3,4,5', '1: 6,7'])
})

test('partitions that are not there are unknown, as topics are', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const unknown = UNKNOWN_TOPIC_OR_PARTITION.code
  assert.equal(await told(broker, [{ partition: 9 }, {}]), [`9: error ${unknown}`, '0: 0,1,2,3,4,5'])
  const errorOf = async (version: number, topic: { name: string; id: string }) => {
    const { responses } = await broker.request(fetch, version, fetchRequest(topic, [{}]))
    return responses[0]?.partitions[0]?.errorCode
  }
  assert.is(await errorOf(12, { name: 'nope', id: '' }), unknown)
  assert.is(await errorOf(13, { name: '', id: 'AAAAAAAAAAAAAAAAAAAAzA' }), UNKNOWN_TOPIC_ID.code)
  assert.is(await errorOf(13, { name: '', id: ZERO_UUID }), UNKNOWN_TOPIC_ID.code)
})

test('the broker that leads is asked, and another tells which one that is', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  topicOf(broker, 'a', { partitions: 3 })
  const asked = [{ partition: 0 }, { partition: 1 }, { partition: 2 }]
  const { responses, nodeEndpoints } = await read(broker, asked)
  assert.equal(
    responses[0]?.partitions.map(({ errorCode, currentLeader }) => [errorCode, currentLeader.leaderId]),
    [
      [NONE.code, -1],
      [NOT_LEADER_OR_FOLLOWER.code, 2],
      [NOT_LEADER_OR_FOLLOWER.code, 3],
    ],
  )
  assert.equal(
    nodeEndpoints.map(({ nodeId, port }) => [nodeId, port]),
    [
      [2, 9093],
      [3, 9094],
    ],
  )
  assert.equal((await read(broker, asked, { version: 15 })).nodeEndpoints, [])
  assert.equal(await told(broker, [{ partition: 2 }], { nodeId: 3 }), ['2: '])
})

test('a client that knows another leader epoch is told', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  broker.cluster.topics.get('a')?.partitions[0]?.beginLeaderEpoch(5)
  const at = (currentLeaderEpoch: number) => read(broker, [{ currentLeaderEpoch }])
  const fenced = await at(4)
  assert.is(fenced.responses[0]?.partitions[0]?.errorCode, FENCED_LEADER_EPOCH.code)
  assert.equal(fenced.responses[0]?.partitions[0]?.currentLeader, { leaderId: 1, leaderEpoch: 5 })
  const ahead = await at(6)
  assert.is(ahead.responses[0]?.partitions[0]?.errorCode, UNKNOWN_LEADER_EPOCH.code)
  assert.equal(ahead.responses[0]?.partitions[0]?.currentLeader, unknownLeader)
  assert.is((await at(5)).responses[0]?.partitions[0]?.errorCode, NONE.code)
})

test('with purge_on_fetch what was read before is deleted', async ({ after }) => {
  const broker = testBroker({ settings: { isPurgedOnFetch: true } })
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  await produceTo(broker, 'a', batchOf(['0', '1']))
  await read(broker, [{ fetchOffset: 0 }])
  assert.is(partitions[0]?.logStartOffset, 0)
  await read(broker, [{ fetchOffset: 2 }])
  assert.is(partitions[0]?.logStartOffset, 2)
})

test('no topics, no answers', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal((await broker.request(fetch, newest, { maxWaitMs: 1000, minBytes: 1 })).responses, [])
})

test('a log that was cut off since the last record was read says where (KIP-595)', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  broker.cluster.topics.get('a')?.partitions[0]?.beginLeaderEpoch(5)
  await produceTo(broker, 'a', batchOf(['8', '9']))
  const at = async (lastFetchedEpoch: number, fetchOffset: number) => {
    const { responses } = await read(broker, [{ lastFetchedEpoch, fetchOffset }])
    const { errorCode, divergingEpoch, records } = responses[0]!.partitions[0]!
    return [errorCode, divergingEpoch.epoch, divergingEpoch.endOffset, valuesOf(records).join()]
  }
  assert.equal(await at(0, 6), [NONE.code, -1, -1, '8,9'])
  assert.equal(await at(0, 7), [NONE.code, 0, 6, ''])
  assert.equal(await at(3, 6), [NONE.code, 0, 6, ''])
  assert.equal(await at(-2, 6), [NONE.code, -1, -1, '8,9'])
  assert.equal(await at(9, 6), [OFFSET_OUT_OF_RANGE.code, -1, -1, ''])
})

test('an isolation level that does not exist and a limit below zero are errors of the server', async ({ after }) => {
  const broker = await brokerWithRecords()
  after(broker.close)
  const wrong = (version: number) => read(broker, [{ fetchOffset: 0 }], { isolationLevel: 7, version })
  assert.equal([(await wrong(newest)).errorCode, (await wrong(newest)).responses], [UNKNOWN_SERVER_ERROR.code, []])
  assert.is((await wrong(4)).responses[0]?.partitions[0]?.errorCode, UNKNOWN_SERVER_ERROR.code)
  assert.equal(await told(broker, [{ partitionMaxBytes: -1 }]), [`0: error ${UNKNOWN_SERVER_ERROR.code}`])
})

test.run()
