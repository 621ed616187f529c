import * as assert from 'uvu/assert'
import {
  FENCED_LEADER_EPOCH,
  INVALID_REQUEST,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_LEADER_EPOCH,
  UNKNOWN_TOPIC_OR_PARTITION,
  UNSUPPORTED_VERSION,
} from '../../src/protocol/errors.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { startMs, type TestBroker, testBroker } from '../support/broker.ts'
import { produceTo, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('ListOffsets')
const newest = 11
const nothing = { timestamp: -1, offset: -1, leaderEpoch: -1 }

/** Records 0 to 6 in three batches, at these times after the clock's start. */
const times = [[0, 100, 50], [300, 200, 300], [250]]

function brokerWithRecords(): TestBroker {
  const broker = testBroker()
  topicOf(broker, 'a', { partitions: 2 })
  return broker
}

async function fill(broker: TestBroker): Promise<void> {
  for (const batch of times) {
    const records = batch.map((time) => ({ timestamp: startMs + time, key: null, value: null }))
    await produceTo(broker, 'a', encodeBatch(records))
  }
}

interface Asked {
  readonly index?: number
  readonly version?: number
  readonly currentLeaderEpoch?: number
  readonly isolationLevel?: number
  readonly name?: string
  readonly nodeId?: number
}

async function ask(broker: TestBroker, timestamp: number, asked: Asked = {}) {
  const { index = 0, version = newest, currentLeaderEpoch = -1, isolationLevel = 0, name = 'a', nodeId = 1 } = asked
  const partitions = [{ partitionIndex: index, currentLeaderEpoch, timestamp }]
  const message = { replicaId: -1, isolationLevel, topics: [{ name, partitions }] }
  const { topics } = await broker.request(listOffsets, version, message, { nodeId })
  const { partitionIndex: _, ...told } = topics[0]!.partitions[0]!
  return told
}

test('a time is answered with the first record that is not older', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  await fill(broker)
  // [asked, offset, its time]
  for (const [time, offset, found] of [
    [-5, 0, 0],
    [1, 1, 100],
    [50, 1, 100],
    [101, 3, 300],
    [300, 3, 300],
  ] as const) {
    assert.equal(await ask(broker, startMs + time), {
      errorCode: NONE.code,
      timestamp: startMs + found,
      offset,
      leaderEpoch: 0,
    })
  }
  assert.equal(await ask(broker, startMs + 301), { errorCode: NONE.code, ...nothing })
})

test('the special times are places: end, start, and the first of the latest records', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  await fill(broker)
  const at = (offset: number, timestamp = -1) => ({ errorCode: NONE.code, timestamp, offset, leaderEpoch: 0 })
  assert.equal(await ask(broker, -1), at(7))
  assert.equal(await ask(broker, -2), at(0))
  assert.equal(await ask(broker, -3), at(3, startMs + 300))
  assert.equal(await ask(broker, -4), at(0))
  for (const tiered of [-5, -6]) assert.equal(await ask(broker, tiered), { errorCode: NONE.code, ...nothing })
})

test('an empty partition starts and ends at 0 and has no record at any time', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  const empty = { index: 1 }
  for (const place of [-1, -2, -4]) assert.equal((await ask(broker, place, empty)).offset, 0)
  for (const time of [-3, 0, startMs]) assert.equal(await ask(broker, time, empty), { errorCode: 0, ...nothing })
})

test('a special time is refused by versions that do not know it', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  const since = { [-3]: 7, [-4]: 8, [-5]: 9, [-6]: 11 }
  for (const [time, version] of Object.entries(since)) {
    for (const asked of [version - 1, version]) {
      const { errorCode } = await ask(broker, Number(time), { version: asked })
      assert.is(errorCode, asked < version ? UNSUPPORTED_VERSION.code : NONE.code, `${time} in version ${asked}`)
    }
  }
  assert.is((await ask(broker, -7)).errorCode, UNSUPPORTED_VERSION.code)
})

test('every version finds the end, and from version 4 on its leader epoch', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  await fill(broker)
  for (let version = 1; version <= newest; version++) {
    const { errorCode, offset, leaderEpoch } = await ask(broker, -1, { version })
    assert.equal([errorCode, offset, leaderEpoch], [NONE.code, 7, version >= 4 ? 0 : -1])
  }
})

test('deleted records are not found', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  await fill(broker)
  broker.cluster.topics.get('a')?.partitions[0]?.deleteRecordsBefore(2)
  assert.is((await ask(broker, -2)).offset, 2)
  assert.is((await ask(broker, startMs)).offset, 2)
})

test('without transactions committed records end where all do', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  await fill(broker)
  assert.is((await ask(broker, -1, { isolationLevel: 1 })).offset, 7)
})

test('a client that knows another leader epoch is told', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  broker.cluster.topics.get('a')?.partitions[0]?.beginLeaderEpoch(5)
  const errorOf = async (currentLeaderEpoch: number) => (await ask(broker, -1, { currentLeaderEpoch })).errorCode
  assert.is(await errorOf(5), NONE.code)
  assert.is(await errorOf(-1), NONE.code)
  assert.is(await errorOf(4), FENCED_LEADER_EPOCH.code)
  assert.is(await errorOf(6), UNKNOWN_LEADER_EPOCH.code)
})

test('what is not there is unknown; what another broker leads is not ours', async ({ after }) => {
  const broker = testBroker({ nodeCount: 2 })
  after(broker.close)
  topicOf(broker, 'a', { partitions: 2 })
  const unknown = { errorCode: UNKNOWN_TOPIC_OR_PARTITION.code, ...nothing }
  for (const asked of [{ name: 'nope' }, { name: 'a b' }, { index: 2 }, { index: -1 }]) {
    assert.equal(await ask(broker, -1, asked), unknown)
  }
  assert.is((await ask(broker, -1, { index: 1 })).errorCode, NOT_LEADER_OR_FOLLOWER.code)
  assert.is((await ask(broker, -1, { index: 1, nodeId: 2 })).errorCode, NONE.code)
})

test('a partition that is named twice is refused in one answer, wherever it is named', async ({ after }) => {
  const broker = brokerWithRecords()
  after(broker.close)
  const partitions = [0, 1, 0].map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp: -1 }))
  const together = [{ name: 'a', partitions }]
  const apart = partitions.map((one) => ({ name: 'a', partitions: [one] }))
  for (const topics of [together, apart]) {
    const answer = await broker.request(listOffsets, newest, { replicaId: -1, topics })
    assert.equal(
      answer.topics.map(({ name, partitions }) => [name, partitions.map((one) => [one.partitionIndex, one.errorCode])]),
      [
        [
          'a',
          [
            [0, INVALID_REQUEST.code],
            [1, NONE.code],
          ],
        ],
      ],
    )
  }
})

test('an isolation level that does not exist is an error, and a topic without partitions is left out', async ({
  after,
}) => {
  const broker = brokerWithRecords()
  after(broker.close)
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 }]
  const topics = [
    { name: 'a', partitions },
    { name: 'b', partitions: [] },
  ]
  const answer = await broker.request(listOffsets, newest, { replicaId: -1, isolationLevel: 7, topics })
  assert.equal(
    answer.topics.map(({ name, partitions }) => [name, partitions.map(({ errorCode }) => errorCode)]),
    [['a', [UNKNOWN_SERVER_ERROR.code]]],
  )
})

test.run()
