import * as assert from 'uvu/assert'
import { crc32c, crc32cInJavaScript } from '../../src/base/crc32c.ts'
import { suite } from '../support/suite.ts'

const test = suite('crc32c')

test('the checksums are those of RFC 3720', () => {
  const ascending = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
  assert.is(crc32c(Buffer.alloc(32)), 0x8a91_36aa)
  assert.is(crc32c(Buffer.alloc(32, 0xff)), 0x62a8_ab43)
  assert.is(crc32c(ascending), 0x46dd_794e)
  assert.is(crc32c(Buffer.from('123456789')), 0xe306_9283)
})

test('of nothing it is 0', () => {
  assert.is(crc32c(Buffer.alloc(0)), 0)
})

test('the native module and JavaScript agree at every length and start', () => {
  const bytes = Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 31) % 251))
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length)
    assert.is(crc32c(part, length % 17), crc32cInJavaScript(part.subarray(length % 17)))
  }
})

test.run()
