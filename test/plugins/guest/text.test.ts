import * as assert from 'uvu/assert'
import { isText, textOf } from '../../../src/plugins/guest/text.ts'
import { suite } from '../../support/suite.ts'

const test = suite('bytes as text')

const table: readonly (readonly [what: string, bytes: Buffer, isText: boolean, text: string])[] = [
  ['nothing', Buffer.alloc(0), true, ''],
  ['ASCII', Buffer.from('plain'), true, 'plain'],
  ['long ASCII', Buffer.alloc(401, 'x'), true, 'x'.repeat(401)],
  ['a lonely byte in the first four', Buffer.from([0xff, 0x61, 0x61, 0x61, 0x61]), false, '\uFFFDaaaa'],
  [
    'a lonely byte in the last four',
    Buffer.from([0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0xff]),
    false,
    'aaaaaaa\uFFFD',
  ],
  ['UTF-8', Buffer.from('Zoë 🔌'), true, 'Zoë 🔌'],
  ['a byte order mark', Buffer.from('\uFEFFx'), true, '\uFEFFx'],
  ['a lonely byte', Buffer.from([0x61, 0xff]), false, 'a\uFFFD'],
  ['a character cut short', Buffer.from('é').subarray(0, 1), false, '\uFFFD'],
  ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), false, '\uFFFD\uFFFD\uFFFD'],
]

for (const [what, bytes, expected, text] of table) {
  test(`${what} ${expected ? 'is' : 'is not'} text, wherever it lies`, () => {
    const among = Buffer.concat([Buffer.from([0xff]), bytes, Buffer.from([0xff])])
    const view = new DataView(among.buffer, among.byteOffset, among.length)
    assert.is(isText(among, view, 1, bytes.length), expected)
    assert.is(textOf(among, 1, bytes.length), text)
  })
}

test.run()
