import { createRequire } from 'node:module'
import * as assert from 'uvu/assert'
import { CORRUPT_MESSAGE, NONE, UNSUPPORTED_COMPRESSION_TYPE } from '../../src/protocol/errors.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { batchOfMessages } from '../../src/protocol/message-set.ts'
import { encodeBatch, readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import type { Cleanup } from '../support/suite.ts'
import { startMs, type TestBroker, testBroker } from '../support/broker.ts'
import { produceTo, topicOf } from '../support/produced.ts'
import { suite } from '../support/suite.ts'

const encodeMessages: (sent: object) => { buffer: Buffer } = createRequire(import.meta.url)(
  'kafkajs/src/protocol/messageSet',
)

const test = suite('consumers and producers of before Kafka 0.11')

function oldBroker({ after }: Cleanup, configs: Record<string, string> = {}): TestBroker {
  const broker = testBroker({ settings: { asVersion: '2.8' } })
  after(broker.close)
  topicOf(broker, 'a', { configs })
  return broker
}

async function read(broker: TestBroker, version: number, fetchOffset = 0) {
  const asked = { ...absent, partition: 0, fetchOffset, partitionMaxBytes: 10_000 }
  const topics = [{ topic: 'a', topicId: '', partitions: [asked] }]
  const { responses } = await broker.request(fetch, version, { replicaId: -1, minBytes: 1, topics })
  return responses[0]!.partitions[0]!
}

const absent = {
  currentLeaderEpoch: -1,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  replicaDirectoryId: '',
  highWatermark: 0,
}

/** By way of the batch that their messages make. */
function seen(records: readonly Buffer[] | null) {
  const batch = readBatch(batchOfMessages(Buffer.concat([...records!]), 10_000) as Buffer)
  return [...recordsIn(recordsSection(batch), batch)].map(({ value, timestamp }) => [`${value}`, timestamp])
}

const messages = (messageVersion: number) =>
  encodeMessages({ messageVersion, entries: [1, 2].map((value) => ({ key: null, value: `${value}`, timestamp: 7 })) })
    .buffer

for (const [version, format] of [
  [0, 0],
  [1, 0],
  [2, 1],
] as const) {
  test(`what Produce v${version} brings is stored as a batch, and read in any version`, async (cleanup) => {
    const broker = oldBroker(cleanup, { 'message.timestamp.before.max.ms': '9223372036854775807' })
    const answer = await produceTo(broker, 'a', messages(format), { version: version, acks: 1 })
    assert.equal([answer.errorCode, answer.baseOffset], [NONE.code, 0])
    const times = { stored: format === 0 ? -1 : 7 }
    const { records } = await read(broker, 4)
    const batch = readBatch(Buffer.concat([...records!]))
    assert.equal(
      [...recordsIn(recordsSection(batch), batch)].map(({ value, timestamp }) => [`${value}`, timestamp]),
      [
        ['1', times.stored],
        ['2', times.stored],
      ],
    )
    for (const [fetchVersion, timestamp] of [
      [0, -1],
      [1, -1],
      [2, times.stored],
      [3, times.stored],
    ] as const) {
      assert.equal(seen((await read(broker, fetchVersion)).records), [
        ['1', timestamp],
        ['2', timestamp],
      ])
    }
    assert.equal(seen((await read(broker, 3, 1)).records).length, 1)
  })
}

test('no messages are no error and no records; corrupt ones are refused', async (cleanup) => {
  const broker = oldBroker(cleanup)
  const nothing = await produceTo(broker, 'a', Buffer.alloc(0), { version: 2, acks: 1 })
  assert.equal([nothing.errorCode, nothing.baseOffset], [NONE.code, -1])
  const corrupt = messages(1)
  corrupt[12]! ^= 1
  assert.is((await produceTo(broker, 'a', corrupt, { version: 2 })).errorCode, CORRUPT_MESSAGE.code)
  assert.is((await read(broker, 3)).highWatermark, 0)
})

test('records in zstd are not for them', async (cleanup) => {
  const broker = oldBroker(cleanup)
  await produceTo(broker, 'a', encodeBatch([{ timestamp: startMs, key: null, value: null }], { compression: 'zstd' }), {
    version: 9,
  })
  assert.is((await read(broker, 3)).errorCode, UNSUPPORTED_COMPRESSION_TYPE.code)
})

test('ListOffsets v0 tells where segments begin that were there at that time, the latest first', async (cleanup) => {
  const broker = oldBroker(cleanup, { 'segment.bytes': '1048576' })
  const value = Buffer.alloc(700_000)
  for (let at = 0; at < 3; at++) {
    await produceTo(broker, 'a', encodeBatch([{ timestamp: startMs + at, key: null, value }]), { version: 9 })
    broker.clock.advance(1000)
  }
  const offsets = async (timestamp: number, maxNumOffsets: number) => {
    const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp, maxNumOffsets }]
    const { topics } = await broker.request(listOffsets, 0, { replicaId: -1, topics: [{ name: 'a', partitions }] })
    return topics[0]!.partitions[0]!.oldStyleOffsets
  }
  assert.equal(await offsets(-1, 10), [3, 2, 1, 0])
  assert.equal(await offsets(-1, 1), [3])
  assert.equal(await offsets(-2, 10), [0])
  assert.equal(await offsets(startMs + 1500, 10), [1, 0])
  assert.equal(await offsets(startMs - 1, 10), [])
})

test.run()
