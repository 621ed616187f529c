import * as assert from 'uvu/assert'
import { at, batchChecksum, batchHeaderBytes } from '../../src/protocol/batch.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import { compressionTypes, encodeBatch, type RecordBatch, RecordCursor, readBatch } from '../../src/protocol/records.ts'
import { validate } from '../../src/protocol/validation.ts'
import { javaBatches } from '../support/java-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('validation')
const limits = { uncompressedBytesMax: 100_000 }

/** The name of the refusal, or `sound`. */
function verdict(records: Buffer | null, uncompressedBytesMax = limits.uncompressedBytesMax): string {
  const outcome = validate(records, { uncompressedBytesMax })
  return outcome instanceof KafkaError ? outcome.name : 'sound'
}

/** The Java batch after a change, with length and checksum made right again. */
function changed(change: (batch: Buffer) => Buffer | undefined, source: Buffer = javaBatches.none): Buffer {
  const copy = Buffer.from(source)
  const batch = change(copy) ?? copy
  batch.writeInt32BE(batch.length - 12, at.length)
  batch.writeUInt32BE(batchChecksum(batch), at.crc)
  return batch
}

/** A batch of one record whose body is these bytes. */
function withBody(body: readonly number[], length = body.length): Buffer {
  const header = encodeBatch([{ timestamp: 0, key: null, value: null }]).subarray(0, batchHeaderBytes)
  return changed(() => Buffer.concat([header, Buffer.from([length << 1, ...body])]))
}

for (const type of compressionTypes) {
  test(`${type}: a batch of a Java client is sound`, () => {
    const batch = validate(javaBatches[type], limits)
    assert.ok('section' in batch)
    assert.is(batch.recordCount, 3)
    assert.is(batch.minTimestamp, 1_699_999_999_000)
    assert.is(batch.maxTimestamp, 1_700_000_000_005)
  })
}

test('no batch, or half a batch, is an invalid record, as Kafka sees no batch in it', () => {
  assert.is(verdict(null), 'INVALID_RECORD')
  assert.is(verdict(Buffer.alloc(0)), 'INVALID_RECORD')
  for (let length = 0; length < javaBatches.none.length; length++) {
    assert.is(verdict(javaBatches.none.subarray(0, length)), 'INVALID_RECORD', `${length} bytes`)
  }
})

test('two batches are one too many', () => {
  assert.is(verdict(Buffer.concat([javaBatches.none, javaBatches.none])), 'INVALID_RECORD')
})

test('what follows the batch and is no batch is ignored', () => {
  const followed = Buffer.concat([javaBatches.none, javaBatches.none.subarray(0, 40)])
  const batch = validate(followed, limits)
  assert.ok('section' in batch)
  assert.is(batch.bytes.length, javaBatches.none.length)
})

test('an old format is an invalid record, one that never was is corrupt', () => {
  const ofFormat = (magic: number) => changed((batch) => batch.fill(magic, at.magic, at.magic + 1))
  assert.is(verdict(ofFormat(0)), 'INVALID_RECORD')
  assert.is(verdict(ofFormat(1)), 'INVALID_RECORD')
  assert.is(verdict(ofFormat(3)), 'CORRUPT_MESSAGE')
  assert.is(verdict(ofFormat(255)), 'CORRUPT_MESSAGE')
})

test('a length that lies is corrupt or no batch', () => {
  const ofLength = (length: number) => {
    const batch = Buffer.from(javaBatches.none)
    batch.writeInt32BE(length, at.length)
    return batch
  }
  assert.is(verdict(ofLength(-1)), 'CORRUPT_MESSAGE')
  assert.is(verdict(ofLength(0)), 'CORRUPT_MESSAGE')
  assert.is(verdict(ofLength(20)), 'CORRUPT_MESSAGE')
  assert.is(verdict(ofLength(javaBatches.none.length - 13)), 'CORRUPT_MESSAGE')
  assert.is(verdict(ofLength(javaBatches.none.length)), 'INVALID_RECORD')
  assert.is(verdict(ofLength(0x7fff_ffff)), 'INVALID_RECORD')
})

test('one flipped bit under the checksum is corrupt', () => {
  for (let index = at.attributes; index < javaBatches.none.length; index++) {
    const batch = Buffer.from(javaBatches.none)
    batch[index]! ^= 1
    assert.is(verdict(batch), 'CORRUPT_MESSAGE')
  }
})

test('the header must agree with itself', () => {
  const table: [string, (batch: Buffer) => void][] = [
    ['a base offset that is not 0', (batch) => void batch.writeInt32BE(5, 4)],
    ['no records', (batch) => void batch.writeInt32BE(0, at.recordCount)],
    ['a negative count', (batch) => void batch.writeInt32BE(-1, at.recordCount)],
    ['more records than offsets', (batch) => void batch.writeInt32BE(4, at.recordCount)],
    ['a negative range of offsets', (batch) => void batch.writeInt32BE(-1, at.lastOffsetDelta)],
    ['a control batch', (batch) => void batch.writeInt16BE(0x20, at.attributes)],
    ['a producer without sequence', (batch) => void batch.writeInt32BE(-1, at.baseSequence)],
  ]
  for (const [what, change] of table) assert.is(verdict(changed((batch) => void change(batch))), 'INVALID_RECORD', what)
})

test('a codec that does not exist is not supported', () => {
  for (const codec of [5, 6, 7]) {
    const batch = changed((batch) => void batch.writeInt16BE(codec, at.attributes))
    assert.is(verdict(batch), 'UNSUPPORTED_COMPRESSION_TYPE')
  }
})

test('a count that fits the offsets but not the records is an invalid record, packed or not', () => {
  for (const type of compressionTypes) {
    for (const count of [1, 2, 4, 2_000_000_000]) {
      const batch = changed((batch) => {
        batch.writeInt32BE(count, at.recordCount)
        batch.writeInt32BE(count - 1, at.lastOffsetDelta)
        return undefined
      }, javaBatches[type])
      assert.is(verdict(batch), 'INVALID_RECORD', `${type}, ${count} records`)
    }
  }
})

test('a record must end where it says and where its fields do', () => {
  const sound = [0, 0, 0, 2, 0x61, 2, 0x62, 0]
  assert.is(verdict(withBody(sound)), 'sound')
  const table: [string, readonly number[], number?][] = [
    ['one byte too long', [...sound, 0]],
    ['cut short', sound.slice(0, -1)],
    ['longer than the batch', sound, 9],
    ['of negative length', sound, -1],
    ['empty', []],
    ['a key beyond it', [0, 0, 0, 40, 0x61, 2, 0x62, 0]],
    ['a value beyond it', [0, 0, 0, 2, 0x61, 40, 0x62, 0]],
    ['a header that is not there', [0, 0, 0, 2, 0x61, 2, 0x62, 2]],
    ['a negative count of headers', [0, 0, 0, 2, 0x61, 2, 0x62, 1]],
    ['a header without name', [0, 0, 0, 2, 0x61, 2, 0x62, 2, 1, 1]],
    ['a header longer than it', [0, 0, 0, 2, 0x61, 2, 0x62, 2, 2, 0x68, 40]],
    ['an offset that does not count up', [0, 0, 2, 2, 0x61, 2, 0x62, 0]],
    ['a varint without end', [0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a varlong without end', [0, ...Array.from({ length: 12 }, () => 0xff), 0]],
  ]
  for (const [what, body, length] of table) assert.is(verdict(withBody(body, length)), 'INVALID_RECORD', what)
})

test('a null header value and an empty header name are sound', () => {
  assert.is(verdict(withBody([0, 0, 0, 1, 1, 2, 0, 1])), 'sound')
})

test('packed garbage under a right checksum is an invalid record', () => {
  for (const type of compressionTypes.filter((type) => type !== 'none')) {
    const batch = changed(
      (batch) => Buffer.concat([batch.subarray(0, batchHeaderBytes), Buffer.from('garbage')]),
      javaBatches[type],
    )
    assert.is(verdict(batch), 'INVALID_RECORD')
  }
})

test('what unpacks to more than the limit is too large, so that the producer splits it', () => {
  for (const type of compressionTypes.filter((type) => type !== 'none')) {
    assert.is(verdict(javaBatches[type], 74), 'MESSAGE_TOO_LARGE')
    assert.is(verdict(javaBatches[type], 75), 'sound')
  }
})

test('the largest timestamp is found in the records, whatever the header claims', () => {
  const batch = validate(
    changed((batch) => void batch.fill(0xff, at.maxTimestamp, at.maxTimestamp + 8)),
    limits,
  )
  assert.ok('section' in batch)
  assert.is(batch.maxTimestamp, 1_700_000_000_005)
})

test('records without timestamp do not count', () => {
  const timed = (timestamps: readonly number[]) =>
    validate(encodeBatch(timestamps.map((timestamp) => ({ timestamp, key: null, value: null }))), limits)
  const mixed = timed([-1, 5, -1, 3])
  const untimed = timed([-1, -1])
  assert.ok('section' in mixed && 'section' in untimed)
  assert.equal([mixed.minTimestamp, mixed.maxTimestamp], [3, 5])
  assert.equal([untimed.minTimestamp, untimed.maxTimestamp], [-1, -1])
})

test('timestamps are found however far they lie apart, with headers or without', () => {
  const dayMs = 86_400_000
  const times = [0, 1, 63, 64, 8_192, 5 * dayMs, -dayMs, 500 * dayMs, -9 * dayMs]
  for (let count = 1; count <= times.length; count++) {
    const timestamps = times.slice(0, count).map((delta) => 1_700_000_000_000 + delta)
    for (const headers of [[], [{ key: 'h', value: null }]]) {
      const batch = validate(
        encodeBatch(timestamps.map((timestamp) => ({ timestamp, key: null, value: Buffer.alloc(200), headers }))),
        limits,
      )
      assert.ok('section' in batch)
      assert.is(batch.minTimestamp, Math.min(...timestamps))
      assert.is(batch.maxTimestamp, Math.max(...timestamps))
    }
  }
})

/** What a walk from record to record says. */
function isSound(batch: RecordBatch): boolean {
  const cursor = new RecordCursor(batch.bytes.subarray(batchHeaderBytes), batch)
  try {
    for (let index = 0; cursor.next(); index++) if (!cursor.isWhole() || cursor.offsetDelta !== index) return false
    return true
  } catch {
    return false
  }
}

test('a batch whose records have no headers is sound if, and only if, each of its records is', () => {
  const values = [0, 1, 63, 64, 200, 3].map((length) => Buffer.alloc(length, 0x80))
  const source = encodeBatch(values.map((value, index) => ({ timestamp: 100 * index, key: values[0]!, value })))
  for (let index = batchHeaderBytes; index < source.length; index++) {
    for (let mask = 1; mask < 0x100; mask++) {
      const flipped = source[index]! ^ mask
      const bytes = changed((batch) => {
        batch[index] = flipped
        return batch
      }, source)
      assert.is(verdict(bytes) === 'sound', isSound(readBatch(bytes)), `byte ${index} flipped by ${mask}`)
    }
  }
})

test('every flipped byte under a right checksum gets a verdict', () => {
  for (const type of compressionTypes) {
    for (let index = 0; index < javaBatches[type].length; index++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        verdict(
          changed((batch) => {
            batch[index]! ^= mask
            return undefined
          }, javaBatches[type]),
        )
      }
    }
  }
})

test.run()
