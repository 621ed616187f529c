import { createRequire } from 'node:module'
import * as assert from 'uvu/assert'
import {
  CORRUPT_MESSAGE,
  INVALID_RECORD,
  INVALID_TIMESTAMP,
  KafkaError,
  MESSAGE_TOO_LARGE,
  UNSUPPORTED_COMPRESSION_TYPE,
} from '../../src/protocol/errors.ts'
import { crc32 } from '../../src/base/crc32.ts'
import { compress, type CompressionType } from '../../src/protocol/compression.ts'
import { batchOfMessages, type MessageFormat, messagesOfBatches } from '../../src/protocol/message-set.ts'
import { encodeBatch, type NewRecord, readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { suite } from '../support/suite.ts'

const require = createRequire(import.meta.url)
/** kafkajs wrote such messages for brokers of before 0.11: a maker of them that is not ours. */
const encodeMessages: (sent: object) => { buffer: Buffer } = require('kafkajs/src/protocol/messageSet')

const test = suite('message sets')
const bytesMax = 1_000_000
const codecs = ['none', 'gzip', 'snappy', 'lz4'] as const

const sent = [
  { key: 'a', value: 'one', timestamp: 1_700_000_000_000 },
  { key: null, value: 'two', timestamp: 1_700_000_000_123 },
  { key: 'c', value: null, timestamp: 1_700_000_000_045 },
]

function madeByKafkajs(format: MessageFormat): Buffer {
  return encodeMessages({ messageVersion: format, entries: sent }).buffer
}

interface Seen {
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
  readonly timestamp: number
}

function recordsOf(bytes: Buffer): Seen[] {
  const batch = readBatch(bytes)
  return [...recordsIn(recordsSection(batch), batch)].map(({ offset, key, value, timestamp }) => ({
    offset,
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    timestamp,
  }))
}

function converted(set: Buffer, most = bytesMax): Buffer {
  const batch = batchOfMessages(set, most)
  if (batch === null || batch instanceof KafkaError) throw new Error(`no batch: ${batch?.name}`)
  return batch
}

function refusal(set: Buffer, most = bytesMax): readonly [KafkaError | null, string | null] {
  const outcome = batchOfMessages(set, most)
  if (!(outcome instanceof KafkaError)) return [null, null]
  return [outcome, outcome.message]
}

/** The checksum made anew. */
function resealed(message: Buffer): Buffer {
  message.writeUInt32BE(crc32(message.subarray(16)), 12)
  return message
}

for (const format of [0, 1] as const) {
  test(`messages of format ${format} become one batch, with the offsets that follow`, () => {
    const timed = sent.map((one, offset) => ({ ...one, offset, timestamp: format === 0 ? -1 : one.timestamp }))
    assert.equal(recordsOf(converted(madeByKafkajs(format))), timed)
  })

  for (const codec of codecs) {
    test(`a batch in ${codec} goes out in format ${format} and comes back the same`, () => {
      const records = sent.map(({ key, value, timestamp }) => ({
        key: key === null ? null : Buffer.from(key),
        value: value === null ? null : Buffer.from(value),
        timestamp,
      }))
      const stored = encodeBatch(records, { compression: codec, baseOffset: 100 })
      const messages = messagesOfBatches([stored], format, 100)
      if (messages instanceof KafkaError) throw messages
      const set = Buffer.concat([...messages])
      // One around all of them, with the last one's offset, where they are compressed.
      assert.is(Number(set.readBigInt64BE(0)), codec === 'none' ? 100 : 102)
      const back = converted(set)
      assert.is(readBatch(back).compression, codec)
      const timed = sent.map((one, offset) => ({ ...one, offset, timestamp: format === 0 ? -1 : one.timestamp }))
      assert.equal(recordsOf(back), timed)
    })
  }
}

test('what is not compressed goes out from the offset that was asked for', () => {
  const records: NewRecord[] = sent.map(({ timestamp }) => ({ timestamp, key: null, value: Buffer.from('x') }))
  const messages = messagesOfBatches([encodeBatch(records, { baseOffset: 10 })], 1, 12)
  if (messages instanceof KafkaError) throw messages
  const set = Buffer.concat([...messages])
  assert.is(Number(set.readBigInt64BE(0)), 12)
  assert.is(set.length, 12 + set.readInt32BE(8))
})

test('headers and markers are left out, and zstd is refused', () => {
  const record = { timestamp: 1, key: null, value: Buffer.from('x'), headers: [{ key: 'h', value: null }] }
  const marker = encodeBatch([record], { isControl: true, isTransactional: true })
  const bare = encodeBatch([{ ...record, headers: [] }])
  const [withHeaders, without] = [[marker, encodeBatch([record])], [bare]].map((batches) =>
    Buffer.concat([...(messagesOfBatches(batches, 1, 0) as Buffer[])]),
  )
  assert.equal(withHeaders, without)
  const outcome = messagesOfBatches([encodeBatch([record], { compression: 'zstd' })], 1, 0)
  assert.ok(outcome instanceof KafkaError && outcome.is(UNSUPPORTED_COMPRESSION_TYPE))
})

test('a last message that is cut short is not there; nothing at all is no batch', () => {
  const set = madeByKafkajs(1)
  assert.is(recordsOf(converted(set.subarray(0, set.length - 1))).length, 2)
  assert.is(batchOfMessages(set.subarray(0, 20), bytesMax), null)
  assert.is(batchOfMessages(Buffer.alloc(0), bytesMax), null)
})

test('a wrong checksum, format or length is CORRUPT_MESSAGE', () => {
  const change = (at: number, byte: number) => {
    const set = Buffer.from(madeByKafkajs(1))
    set[at] = byte
    return set
  }
  for (const set of [change(13, 1), change(30, 1), change(11, 5)])
    assert.is(refusal(set)[0]!.code, CORRUPT_MESSAGE.code)
  const [error, why] = refusal(resealed(change(16, 9)))
  assert.is(error!.code, CORRUPT_MESSAGE.code)
  assert.match(why!, 'format')
})

function around(format: MessageFormat, inner: Buffer, codec: CompressionType, attributes: number): Buffer {
  const { buffer } = encodeMessages({
    messageVersion: format,
    entries: [{ key: null, value: compress(codec, inner), timestamp: 1 }],
  })
  buffer[17] = attributes
  return resealed(buffer)
}

test('compressed messages may not hold compressed ones, nor those of another format, nor too much', () => {
  const gzip = 1
  const within = around(1, madeByKafkajs(1), 'gzip', gzip)
  assert.is(refusal(around(1, within, 'gzip', gzip))[0]!.code, INVALID_RECORD.code)
  assert.is(refusal(around(1, madeByKafkajs(0), 'gzip', gzip))[0]!.code, INVALID_RECORD.code)
  assert.is(refusal(within, 50)[0]!.code, MESSAGE_TOO_LARGE.code)
  assert.is(refusal(around(1, Buffer.from('no gzip'), 'none', gzip))[0]!.code, CORRUPT_MESSAGE.code)
  assert.is(refusal(around(0, Buffer.from('no frame'), 'none', 3))[0]!.code, CORRUPT_MESSAGE.code)
})

test('zstd, and a time at which it was appended, no producer of old could say', () => {
  assert.is(refusal(around(1, madeByKafkajs(1), 'none', 4))[0]!.code, UNSUPPORTED_COMPRESSION_TYPE.code)
  assert.is(refusal(around(1, madeByKafkajs(1), 'none', 8))[0]!.code, INVALID_TIMESTAMP.code)
})

test.run()
