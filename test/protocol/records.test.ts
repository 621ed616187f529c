import { createRequire } from 'node:module'
import * as assert from 'uvu/assert'
import {
  batchHeaderBytes,
  compressionTypes,
  encodeBatch,
  type NewRecord,
  type Record as KafkaRecord,
  readBatch,
  recordsIn,
  recordsSection,
  withoutRecords,
} from '../../src/protocol/records.ts'
import { validate } from '../../src/protocol/validation.ts'
import { javaBatches, javaRecords } from '../support/java-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('records')
const limits = { uncompressedBytesMax: 1_000_000 }

function recordsOf(bytes: Buffer): KafkaRecord[] {
  const batch = readBatch(bytes)
  return [...recordsIn(recordsSection(batch), batch)]
}

function readable({ offset, timestamp, key, value, headers }: KafkaRecord) {
  return {
    offset,
    timestamp,
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: headers.map((header) => [header.key, header.value?.toString() ?? null]),
  }
}

function numbered(count: number): NewRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    timestamp: 1_700_000_000_000 + ((index * 7919) % 100),
    key: index % 3 === 0 ? null : Buffer.from(`key ${index}`),
    value: index % 5 === 0 ? null : Buffer.from(`value ${index}`.repeat(index % 20)),
    headers:
      index % 2 === 0
        ? []
        : [
            { key: 'kopf', value: Buffer.from('ü') },
            { key: '', value: null },
          ],
  }))
}

for (const compression of compressionTypes) {
  test(`${compression}: the records of a Java client are read`, () => {
    assert.equal(recordsOf(javaBatches[compression]).map(readable), javaRecords)
  })

  test(`${compression}: a batch of our own is sound and has its records`, () => {
    const records = numbered(300)
    const bytes = encodeBatch(records, { compression, producerId: 7, producerEpoch: 1, baseSequence: 40 })
    const batch = validate(bytes, limits)
    assert.ok('section' in batch)
    assert.is(batch.compression, compression)
    assert.is(batch.recordCount, 300)
    assert.is(batch.producerId, 7)
    assert.is(batch.baseSequence, 40)
    const expected = records.map(({ headers = [], ...record }, offset) =>
      readable({ ...record, offset, headers } as KafkaRecord),
    )
    assert.equal(recordsOf(bytes).map(readable), expected)
  })

  test(`${compression}: records taken out leave the rest with their offsets`, () => {
    const bytes = encodeBatch(numbered(100), { compression, producerId: 7, producerEpoch: 1, baseSequence: 40 })
    const rest = withoutRecords(readBatch(bytes), new Set([0, 5, 99]))
    const batch = readBatch(rest)
    assert.is(batch.recordCount, 97)
    assert.is(batch.lastOffsetDelta, 99)
    assert.is(batch.baseSequence, 40)
    assert.is(batch.compression, compression)
    const kept = recordsOf(bytes).filter(({ offset }) => ![0, 5, 99].includes(offset))
    assert.equal(recordsOf(rest).map(readable), kept.map(readable))
  })
}

test('without compression the client library of Java would have written the same bytes', () => {
  const records = recordsOf(javaBatches.none)
  const identity = { leaderEpoch: -1, producerId: 77, producerEpoch: 3, baseSequence: 2_147_483_646 }
  assert.ok(encodeBatch(records, identity).equals(javaBatches.none))
})

test('a batch with nothing left is a header that spans the offsets', () => {
  const batch = readBatch(withoutRecords(readBatch(javaBatches.gzip), new Set([0, 1, 2])))
  assert.is(batch.bytes.length, batchHeaderBytes)
  assert.is(batch.recordCount, 0)
  assert.is(batch.lastOffsetDelta, 2)
  assert.is(batch.compression, 'none')
  assert.is(batch.producerId, 77)
  assert.equal(recordsOf(batch.bytes), [])
})

test('the largest timestamp is that of the records that are left', () => {
  const batch = readBatch(withoutRecords(readBatch(javaBatches.none), new Set([1])))
  assert.is(batch.maxTimestamp, 1_700_000_000_000)
})

test('with the time of the append, all records of a batch have that time', () => {
  const bytes = Buffer.from(javaBatches.none)
  bytes[22]! |= 0x08
  assert.equal(new Set(recordsOf(bytes).map(({ timestamp }) => timestamp)), new Set([1_700_000_000_005]))
})

test('timestamps a century apart fit into one batch', () => {
  const timestamps = [-1, 0, 4_102_444_800_000, -62_135_596_800_000]
  const bytes = encodeBatch(timestamps.map((timestamp) => ({ timestamp, key: null, value: null })))
  assert.equal(
    recordsOf(bytes).map(({ timestamp }) => timestamp),
    timestamps,
  )
})

test('a batch is read from the middle of other bytes', () => {
  const bytes = Buffer.concat([Buffer.alloc(10), javaBatches.zstd, Buffer.alloc(10)])
  assert.ok(readBatch(bytes, 10).bytes.equals(javaBatches.zstd))
})

test('a batch cut short is a RangeError', () => {
  for (let length = 0; length < javaBatches.none.length; length++) {
    assert.throws(
      () => readBatch(javaBatches.none.subarray(0, length)),
      (error: unknown) => error instanceof RangeError,
    )
  }
})

test('what kafkajs encodes is sound', async () => {
  const require = createRequire(import.meta.url)
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0')
  const Record = require('kafkajs/src/protocol/recordBatch/record/v0')
  const record = Record({ offsetDelta: 0, timestampDelta: 0, key: 'k', value: 'v', headers: { a: 'b' } })
  const timing = { firstTimestamp: 1_700_000_000_000, maxTimestamp: 1_700_000_000_000 }
  const { buffer } = await RecordBatch({ ...timing, lastOffsetDelta: 0, records: [record] })
  const batch = validate(buffer as Buffer, limits)
  assert.ok('section' in batch)
  const [read] = recordsIn(batch.section, batch)
  assert.equal(readable(read!), {
    offset: 0,
    timestamp: 1_700_000_000_000,
    key: 'k',
    value: 'v',
    headers: [['a', 'b']],
  })
})

test.run()
