import * as assert from 'uvu/assert'
import { isText, shortBytesMax, textOf } from '../../../src/plugins/guest/text.ts'
import { suite } from '../../support/suite.ts'

const test = suite('bytes as text')

const table: readonly (readonly [what: string, bytes: Buffer, isText: boolean, text: string])[] = [
  ['nothing', Buffer.alloc(0), true, ''],
  ['ASCII', Buffer.from('plain'), true, 'plain'],
  ['long ASCII', Buffer.alloc(shortBytesMax + 1, 'x'), true, 'x'.repeat(shortBytesMax + 1)],
  ['UTF-8', Buffer.from('Zoë 🔌'), true, 'Zoë 🔌'],
  ['a byte order mark', Buffer.from('\uFEFFx'), true, '\uFEFFx'],
  ['a lonely byte', Buffer.from([0x61, 0xff]), false, 'a\uFFFD'],
  ['a character cut short', Buffer.from('é').subarray(0, 1), false, '\uFFFD'],
  ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), false, '\uFFFD\uFFFD\uFFFD'],
]

for (const [what, bytes, expected, text] of table) {
  test(`${what} ${expected ? 'is' : 'is not'} text, wherever it lies`, () => {
    const among = Buffer.concat([Buffer.from([0xff]), bytes, Buffer.from([0xff])])
    assert.is(isText(among, 1, bytes.length), expected)
    assert.is(textOf(among, 1, bytes.length), text)
  })
}

test.run()
