import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { batchHeaderBytes } from '../../src/protocol/batch.ts'
import { compress, compressionTypes, decompress, UncompressedTooLarge } from '../../src/protocol/compression.ts'
import { javaBatches } from '../support/java-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('compression')
const codecs = compressionTypes.filter((type) => type !== 'none')
const section = (type: (typeof compressionTypes)[number]) => javaBatches[type].subarray(batchHeaderBytes)
const mixed = Buffer.from(Array.from({ length: 300_000 }, (_, index) => ((index * index) % 7) ^ (index >> 9)))

for (const type of compressionTypes) {
  test(`${type}: what was packed is unpacked, whatever its size`, () => {
    for (const length of [0, 1, 100, 32_768, 32_769, 300_000]) {
      const bytes = mixed.subarray(0, length)
      assert.ok(decompress(type, compress(type, bytes), length).equals(bytes), `${length} bytes`)
    }
  })

  test(`${type}: what a Java client packed is unpacked`, () => {
    assert.ok(decompress(type, section(type), 1000).equals(section('none')))
  })
}

for (const type of codecs) {
  test(`${type}: more than the limit is refused, the limit itself is not`, () => {
    const packed = compress(type, mixed)
    assert.is(decompress(type, packed, mixed.length).length, mixed.length)
    assert.throws(
      () => decompress(type, packed, mixed.length - 1),
      (error: unknown) => error instanceof UncompressedTooLarge,
    )
  })

  test(`${type}: a bomb is refused without taking memory for it`, () => {
    const bomb = compress(type, Buffer.alloc(64 * 1024 * 1024))
    const before = process.memoryUsage.rss()
    assert.throws(
      () => decompress(type, bomb, 1024 * 1024),
      (error: unknown) => error instanceof UncompressedTooLarge,
    )
    assert.ok(process.memoryUsage.rss() - before < 32 * 1024 * 1024)
  })

  test(`${type}: garbage is a RangeError`, () => {
    for (const garbage of [Buffer.from('garbage, and more of it'), Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])]) {
      assert.throws(
        () => decompress(type, garbage, 1000),
        (error: unknown) => error instanceof RangeError && !(error instanceof UncompressedTooLarge),
      )
    }
  })

  test(`${type}: every cut gives bytes or a RangeError`, () => {
    const packed = section(type)
    for (let length = 0; length < packed.length; length++) {
      survives(() => decompress(type, packed.subarray(0, length), 1000))
    }
  })

  test(`${type}: every flipped byte gives bytes or a RangeError`, () => {
    const packed = section(type)
    for (let index = 0; index < packed.length; index++) {
      const flipped = Buffer.from(packed)
      flipped[index]! ^= 0x55
      survives(() => decompress(type, flipped, 1000))
    }
  })
}

test('gzip: several members follow one another, as concatenated files do', () => {
  const members = Buffer.concat([gzipSync('one '), gzipSync('two')])
  assert.is(decompress('gzip', members, 100).toString(), 'one two')
})

function survives(run: () => Buffer): void {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof RangeError, `${error}`)
  }
}

test.run()
