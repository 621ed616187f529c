import { createRequire } from 'node:module'
import * as assert from 'uvu/assert'
import { lz4FrameBytes, withFrameChecksum, withOldFrameChecksum } from '../../src/protocol/lz4-frame.ts'
import { suite } from '../support/suite.ts'

interface Checksums {
  readonly contentChecksum?: boolean
  readonly blockChecksums?: boolean
}
interface Lz4 {
  compressFrameSync(bytes: Buffer, options?: Checksums): Buffer
}
const { compressFrameSync } = createRequire(import.meta.url)('lz4-napi') as Lz4

const test = suite('lz4 frames')

test('the walk finds exactly what a frame holds', () => {
  const contents = [
    Buffer.alloc(0),
    Buffer.from('x'),
    Buffer.alloc(300_000),
    Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index * 31) & 0xff)),
    Buffer.from('abcabcabcabcd'.repeat(999)),
  ]
  for (const content of contents) {
    for (const contentChecksum of [false, true]) {
      for (const blockChecksums of [false, true]) {
        const frame = compressFrameSync(content, { contentChecksum, blockChecksums })
        assert.is(lz4FrameBytes(frame), content.length)
      }
    }
  }
})

test('frames after one another are added up', () => {
  const frame = compressFrameSync(Buffer.alloc(1000))
  assert.is(lz4FrameBytes(Buffer.concat([frame, frame])), 2000)
})

test('a frame that declares its content size is walked all the same', () => {
  const frame = compressFrameSync(Buffer.alloc(1000))
  const declared = Buffer.concat([frame.subarray(0, 6), Buffer.alloc(8, 0xff), frame.subarray(6)])
  declared[4]! |= 0x08
  assert.is(lz4FrameBytes(declared), 1000)
})

test('a block beyond its frame is a RangeError', () => {
  const frame = compressFrameSync(Buffer.alloc(1000))
  assert.throws(() => lz4FrameBytes(frame.subarray(0, 15)), /beyond its frame/)
})

test('the checksum of a header is the one that lz4 itself makes; the old one took the magic number in', () => {
  const frame = compressFrameSync(Buffer.from('x'))
  const old = withOldFrameChecksum(frame)
  assert.is.not(old[6], frame[6])
  assert.equal(withFrameChecksum(old), frame)
  for (const none of [Buffer.alloc(0), frame.subarray(0, 4), frame.subarray(0, 6)]) {
    assert.throws(() => withFrameChecksum(none), /no whole lz4 frame/)
  }
})

test.run()
