import * as assert from 'uvu/assert'
import { batchHeaderBytes } from '../../src/protocol/batch.ts'
import { zstdCompress, zstdDecompressInWasm } from '../../src/protocol/zstd.ts'
import { javaBatches } from '../support/java-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('zstd')
const frame = javaBatches.zstd.subarray(batchHeaderBytes)
const plain = javaBatches.none.subarray(batchHeaderBytes)
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/** A frame of one block that repeats a byte, without content size. */
function repeated(count: number): Buffer {
  const block = Buffer.alloc(3)
  block.writeUIntLE((count << 3) | 2 | 1, 0, 3)
  return Buffer.concat([magic, Buffer.from([0x00, 0x58]), block, Buffer.from('z')])
}

test('without the one of Node.js, the WebAssembly build unpacks', () => {
  assert.ok(zstdDecompressInWasm(frame, plain.length).equals(plain))
  const large = Buffer.from(Array.from({ length: 500_000 }, (_, index) => (index * index) >> 7))
  assert.ok(zstdDecompressInWasm(zstdCompress(large), large.length).equals(large))
})

test('frames after one another, and those to be skipped, are unpacked in order', () => {
  const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const unpacked = zstdDecompressInWasm(Buffer.concat([frame, skipped, repeated(5)]), 1000)
  assert.ok(unpacked.equals(Buffer.concat([plain, Buffer.from('zzzzz')])))
})

test('a content size beyond the limit is refused before memory is taken', () => {
  const claim = Buffer.concat([magic, Buffer.from([0xe0]), Buffer.alloc(8, 0x01), Buffer.from([1, 0, 0])])
  assert.throws(
    () => zstdDecompressInWasm(claim, 1000),
    (error: NodeJS.ErrnoException) => error.code === 'ERR_BUFFER_TOO_LARGE',
  )
})

test('a frame without content size is bounded by its blocks', () => {
  const bomb = Buffer.concat(Array.from({ length: 1000 }, () => repeated(100_000)))
  assert.throws(
    () => zstdDecompressInWasm(bomb, 150_000),
    (error: NodeJS.ErrnoException) => error.code === 'ERR_BUFFER_TOO_LARGE',
  )
  assert.is(zstdDecompressInWasm(repeated(100_000), 100_000).length, 100_000)
})

test('a content size that lies is refused', () => {
  const lie = Buffer.concat([magic, Buffer.from([0x20, 200]), repeated(5).subarray(6)])
  assert.throws(() => zstdDecompressInWasm(lie, 1000))
})

test.run()
