import * as assert from 'uvu/assert'
import { crc32 } from '../../src/base/crc32.ts'
import { suite } from '../support/suite.ts'

const test = suite('crc32')

test('it is the checksum of zip files, by the values that its catalogues give', () => {
  assert.is(crc32(Buffer.from('')), 0)
  assert.is(crc32(Buffer.from('123456789')), 0xcbf4_3926)
  assert.is(crc32(Buffer.from('The quick brown fox jumps over the lazy dog')), 0x414f_a339)
})

test.run()
