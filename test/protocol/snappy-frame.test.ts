import * as assert from 'uvu/assert'
import { compress, decompress } from '../../src/protocol/compression.ts'
import { snappyBlocks } from '../../src/protocol/snappy-frame.ts'
import { suite } from '../support/suite.ts'

const test = suite('snappy frames')
const header = 16

test('a bare block, as librdkafka sends it, is unpacked', () => {
  const framed = compress('snappy', Buffer.from('hello hello hello'))
  const bare = framed.subarray(header + 4)
  assert.is(decompress('snappy', bare, 100).toString(), 'hello hello hello')
})

test('Java clients get a stream of blocks of 32 KiB', () => {
  const framed = compress('snappy', Buffer.alloc(100_000))
  assert.is(framed.toString('latin1', 1, 7), 'SNAPPY')
  assert.equal(framed.subarray(8, 16), Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]))
  assert.is(snappyBlocks(framed).blocks.length, 4)
  assert.is(snappyBlocks(framed).byteLength, 100_000)
})

test('a block longer than the stream is a RangeError', () => {
  const framed = compress('snappy', Buffer.from('hello'))
  framed.writeInt32BE(1000, header)
  assert.throws(() => snappyBlocks(framed), /beyond the message/)
})

test('a block that claims to hold gigabytes is not given the memory', () => {
  const claim = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07, 0x00])
  assert.throws(() => decompress('snappy', claim, 1024), /more than 1024 bytes/)
})

test.run()
