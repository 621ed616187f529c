import * as assert from 'uvu/assert'
import { batchChecksum, readBatch, readInt64, recordsSection, writeInt64 } from '../../src/protocol/batch.ts'
import { javaBatches } from '../support/java-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('batch')

test('the header of a batch is read', () => {
  const { bytes, ...header } = readBatch(javaBatches.zstd)
  assert.is(bytes, javaBatches.zstd)
  assert.equal(header, {
    baseOffset: 0,
    leaderEpoch: -1,
    lastOffsetDelta: 2,
    compression: 'zstd',
    isTransactional: false,
    isControl: false,
    isLogAppendTime: false,
    baseTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_700_000_000_005,
    producerId: 77,
    producerEpoch: 3,
    baseSequence: 2_147_483_646,
    recordCount: 3,
  })
})

test('the checksum covers all from the attributes on', () => {
  const batch = Buffer.from(javaBatches.none)
  batch.fill(0xff, 0, 17)
  assert.is(batchChecksum(batch), batch.readUInt32BE(17))
})

test('records that are not packed are a view of the batch', () => {
  const { buffer, byteOffset } = recordsSection(readBatch(javaBatches.none))
  assert.is(buffer, javaBatches.none.buffer)
  assert.is(byteOffset, javaBatches.none.byteOffset + 61)
})

test('a codec that does not exist is a RangeError', () => {
  const batch = Buffer.from(javaBatches.none)
  batch[22] = 5
  assert.throws(() => readBatch(batch), /a codec numbered 5/)
})

test('an int64 is written as it is read, and beyond its range as its end', () => {
  const bytes = Buffer.alloc(8)
  for (const value of [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 53, -(2 ** 53), 1_700_000_000_000]) {
    writeInt64(bytes, value, 0)
    assert.is(readInt64(bytes, 0), value)
    assert.is(bytes.readBigInt64BE(0), BigInt(value))
  }
  for (const [value, high] of [
    [2 ** 63, 0x7fff_ffff],
    [2 ** 70, 0x7fff_ffff],
    [Number.POSITIVE_INFINITY, 0x7fff_ffff],
    [-(2 ** 70), -0x7fff_ffff],
  ] as const) {
    writeInt64(bytes, value, 0)
    assert.is(bytes.readInt32BE(0), high)
  }
})

test.run()
