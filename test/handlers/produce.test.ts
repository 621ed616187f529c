import * as assert from 'uvu/assert'
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { hangUp } from '../../src/handlers/handler.ts'
import {
  CORRUPT_MESSAGE,
  INVALID_RECORD,
  INVALID_REQUIRED_ACKS,
  INVALID_TIMESTAMP,
  MESSAGE_TOO_LARGE,
  NONE,
  NOT_ENOUGH_REPLICAS,
  NOT_LEADER_OR_FOLLOWER,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
  UNSUPPORTED_COMPRESSION_TYPE,
} from '../../src/protocol/errors.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { startMs, testBroker } from '../support/broker.ts'
import { batchOf, produceRequest, produceTo, storedIn, topicOf, valuesOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const test = suite('Produce')
const newest = 13
const unknownLeader = { leaderId: -1, leaderEpoch: -1 }
const keyless = (timestamp: number) => ({ timestamp, key: null, value: null })

test('batches are stored one after another, as they came', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  for (let version = 3; version < newest; version++) {
    const answer = await produceTo(broker, 'a', batchOf([`${version}`, 'x']), { version })
    assert.equal(answer, {
      index: 0,
      errorCode: NONE.code,
      baseOffset: 2 * (version - 3),
      logAppendTimeMs: -1,
      logStartOffset: version >= 5 ? 0 : -1,
      recordErrors: [],
      errorMessage: null,
      currentLeader: unknownLeader,
    })
  }
  assert.equal(valuesOf(storedIn(partitions[0]!)).slice(0, 4), ['3', 'x', '4', 'x'])
})

test('from version 13 on topics are named by their ids', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { id } = topicOf(broker, 'a')
  const ask = async (topicId: string) => {
    const topicData = [{ name: '', topicId, partitionData: [{ index: 0, records: batchOf(['x']) }] }]
    const { responses } = await broker.request(produce, newest, { acks: -1, topicData })
    assert.is(responses[0]?.topicId, topicId)
    return responses[0]?.partitionResponses[0]?.errorCode
  }
  assert.is(await ask(id), NONE.code)
  assert.is(await ask('AAAAAAAAAAAAAAAAAAAAzA'), UNKNOWN_TOPIC_ID.code)
  assert.is(await ask(ZERO_UUID), UNKNOWN_TOPIC_ID.code)
})

test('each partition is for itself: what is refused leaves the others standing', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a', { partitions: 2 })
  const partitionData = [0, 7, 1].map((index) => ({ index, records: index === 1 ? null : batchOf(['x']) }))
  const topicData = [{ name: 'a', topicId: ZERO_UUID, partitionData }]
  const { responses } = await broker.request(produce, 12, { acks: -1, topicData })
  assert.equal(
    responses[0]?.partitionResponses.map(({ index, errorCode }) => [index, errorCode]),
    [
      [0, NONE.code],
      [7, UNKNOWN_TOPIC_OR_PARTITION.code],
      [1, INVALID_RECORD.code],
    ],
  )
  assert.equal([partitions[0]?.logEndOffset, partitions[1]?.logEndOffset], [1, 0])
})

test('a refusal tells nothing but what is wrong', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal(await produceTo(broker, 'nope', batchOf(['x'])), {
    index: 0,
    errorCode: UNKNOWN_TOPIC_OR_PARTITION.code,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage: null,
    currentLeader: unknownLeader,
  })
})

test('topics do not come into being by being produced to', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  await produceTo(broker, 'nope', batchOf(['x']))
  assert.is(broker.cluster.topics.count, 0)
})

test('the broker that leads is asked, and another tells which one that is', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  topicOf(broker, 'a', { partitions: 2 })
  const ask = (version: number, nodeId: number) => {
    const request = produceRequest('a', batchOf(['x']), { index: 1 })
    return broker.request(produce, version, request, { nodeId })
  }
  const { responses, nodeEndpoints } = await ask(12, 1)
  const [refused] = responses[0]!.partitionResponses
  assert.is(refused?.errorCode, NOT_LEADER_OR_FOLLOWER.code)
  assert.equal(refused?.currentLeader, { leaderId: 2, leaderEpoch: 0 })
  assert.equal(nodeEndpoints, [{ nodeId: 2, host: '127.0.0.1', port: 9093, rack: null }])
  const before = await ask(9, 1)
  assert.equal(before.responses[0]?.partitionResponses[0]?.currentLeader, unknownLeader)
  assert.equal(before.nodeEndpoints, [])
  const led = await ask(12, 2)
  assert.equal([led.responses[0]?.partitionResponses[0]?.errorCode, led.nodeEndpoints], [NONE.code, []])
})

test('acks are 1, 0 or all, which is asked after the partition is found', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  for (const acks of [1, -1]) assert.is((await produceTo(broker, 'a', batchOf(['x']), { acks })).errorCode, NONE.code)
  for (const acks of [2, -2]) {
    assert.is((await produceTo(broker, 'a', batchOf(['x']), { acks })).errorCode, INVALID_REQUIRED_ACKS.code)
    assert.is((await produceTo(broker, 'b', batchOf(['x']), { acks })).errorCode, UNKNOWN_TOPIC_OR_PARTITION.code)
  }
  assert.is(partitions[0]?.logEndOffset, 2)
})

test('acks=0 is answered with silence, or where it is refused by hanging up', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  const ask = (records: Buffer | null, index: number) =>
    broker.serve(produce, 9, produceRequest('a', records, { acks: 0, index }))
  assert.is(await ask(batchOf(['x']), 0), null)
  assert.is(partitions[0]?.logEndOffset, 1)
  assert.is(await ask(batchOf(['x']), 7), hangUp)
  assert.is(await ask(null, 0), hangUp)
  assert.is(await broker.serve(produce, 9, { acks: 0 }), null)
})

test('a partition is sent exactly one sound batch', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  const flipped = batchOf(['x'])
  flipped[65]! ^= 1
  for (const [what, records, error] of [
    ['null', null, INVALID_RECORD],
    ['nothing', Buffer.alloc(0), INVALID_RECORD],
    ['a batch cut short', batchOf(['x']).subarray(0, 65), INVALID_RECORD],
    ['two batches', Buffer.concat([batchOf(['x']), batchOf(['y'])]), INVALID_RECORD],
    ['a flipped bit', flipped, CORRUPT_MESSAGE],
    ['control records', batchOf(['x'], { isControl: true }), INVALID_RECORD],
  ] as const) {
    assert.is((await produceTo(broker, 'a', records)).errorCode, error.code, what)
  }
  assert.is(partitions[0]?.logEndOffset, 0)
})

test('zstd came with version 7', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a')
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const records = batchOf(['x'], { compression })
    const before = await produceTo(broker, 'a', records, { version: 6 })
    assert.is(before.errorCode, compression === 'zstd' ? UNSUPPORTED_COMPRESSION_TYPE.code : NONE.code, compression)
    assert.is((await produceTo(broker, 'a', records, { version: 7 })).errorCode, NONE.code, compression)
  }
})

test('a batch is not larger than the topic allows', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { configs: { 'max.message.bytes': '200' } })
  const large = 'x'.repeat(1000)
  assert.is((await produceTo(broker, 'a', batchOf([large]))).errorCode, MESSAGE_TOO_LARGE.code)
  // It is the compressed size that counts.
  assert.is((await produceTo(broker, 'a', batchOf([large], { compression: 'gzip' }))).errorCode, NONE.code)
})

test('a topic that keeps the time of appending answers with it', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { configs: { 'message.timestamp.type': 'LogAppendTime' } })
  broker.clock.advance(500)
  assert.is((await produceTo(broker, 'a', batchOf(['x']))).logAppendTimeMs, startMs + 500)
})

test('records too far from now are named, one by one', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  topicOf(broker, 'a', { configs: { 'message.timestamp.before.max.ms': '1000' } })
  const times = [0, 3_600_001, -1001, -1000, 3_600_000]
  const records = encodeBatch(times.map((time) => keyless(startMs + time)))
  const answer = await produceTo(broker, 'a', records)
  assert.is(answer.errorCode, INVALID_TIMESTAMP.code)
  assert.equal(
    answer.recordErrors.map(({ batchIndex }) => batchIndex),
    [1, 2],
  )
  const before = await produceTo(broker, 'a', records, { version: 7 })
  assert.equal([before.errorCode, before.recordErrors, before.errorMessage], [INVALID_TIMESTAMP.code, [], null])
  assert.is((await produceTo(broker, 'a', encodeBatch([keyless(-1)]))).errorCode, NONE.code, 'no time at all')
})

test('records of a compacted topic need keys; those without are named', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a', { configs: { 'cleanup.policy': 'compact,delete' } })
  const keys = ['k', null, '', null]
  const records = keys.map((key) => ({ ...keyless(startMs), key: key === null ? null : Buffer.from(key) }))
  for (const compression of ['none', 'gzip'] as const) {
    const answer = await produceTo(broker, 'a', encodeBatch(records, { compression }))
    assert.is(answer.errorCode, INVALID_RECORD.code)
    assert.equal(
      answer.recordErrors.map(({ batchIndex }) => batchIndex),
      [1, 3],
    )
  }
  assert.is(partitions[0]?.logEndOffset, 0)
  assert.is((await produceTo(broker, 'a', encodeBatch([records[0]!]))).errorCode, NONE.code)
})

test('acks=all wants as many replicas in sync as the topic says, and no more than it has', async ({ after }) => {
  const broker = testBroker({ nodeCount: 3 })
  after(broker.close)
  const configs = { 'min.insync.replicas': '2' }
  topicOf(broker, 'a', { replicationFactor: 3, configs })
  topicOf(broker, 'single', { configs })
  const asked = { nodeId: 2 }
  broker.stop(1)
  assert.is((await produceTo(broker, 'a', batchOf(['x']), asked)).errorCode, NONE.code)
  broker.stop(3)
  const refused = await produceTo(broker, 'a', batchOf(['x']), asked)
  // As Kafka 4.4 with one of three brokers left.
  const told = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: 0, recordErrors: [] }
  assert.equal(
    { ...refused, errorMessage: null },
    {
      index: 0,
      errorCode: NOT_ENOUGH_REPLICAS.code,
      ...told,
      errorMessage: null,
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
    },
  )
  assert.is((await produceTo(broker, 'a', batchOf(['x']), { ...asked, acks: 1 })).errorCode, NONE.code)
  broker.start(1)
  assert.is((await produceTo(broker, 'a', batchOf(['x']), asked)).errorCode, NONE.code)
  assert.is((await produceTo(broker, 'single', batchOf(['x']), asked)).errorCode, NONE.code)
})

test('no topics, no answers', async ({ after }) => {
  const broker = testBroker()
  after(broker.close)
  assert.equal((await broker.request(produce, 12, { acks: 1 })).responses, [])
})

test('of a partition that is named twice the last batch counts; a topic without partitions is left out', async ({
  after,
}) => {
  const broker = testBroker()
  after(broker.close)
  const { partitions } = topicOf(broker, 'a')
  const named = (name: string, ...values: string[]) => ({
    name,
    topicId: ZERO_UUID,
    partitionData: values.map((value) => ({ index: 0, records: batchOf([value]) })),
  })
  const topicData = [named('a', '1', '2'), named('b'), named('a', '3')]
  const { responses } = await broker.request(produce, 12, { acks: -1, topicData })
  assert.equal(
    responses.map(({ name, partitionResponses }) => [name, partitionResponses.map(({ baseOffset }) => baseOffset)]),
    [['a', [0]]],
  )
  assert.equal(valuesOf(storedIn(partitions[0]!)), ['3'])
})

test.run()
