/** The log of a key-value store, byte by byte. */
import * as assert from 'uvu/assert'
import { SeededRandom } from '../../../src/base/random.ts'
import { type Change, encodeEntry, readEntries } from '../../../src/plugins/capabilities/keyvalue-entries.ts'
import { suite } from '../../support/suite.ts'

const test = suite('entries of the key-value log')

const changes: readonly Change[] = [
  ['k', Buffer.from('value')],
  ['ключ', new Uint8Array()],
  ['gone', null],
]

/** What is read, as `key=value`, and how many bytes. */
function read(bytes: Buffer, base = 0): { found: readonly string[]; whole: number } {
  const found: string[] = []
  const whole = readEntries(bytes, base, (key, at, length) => {
    const value = length < 0 ? 'removed' : bytes.toString('utf8', at - base, at - base + length)
    found.push(`${key}=${value}`)
  })
  return { found, whole }
}

test('what was changed at once is read again', () => {
  const entry = encodeEntry(changes)
  assert.equal(read(entry), { found: ['k=value', 'ключ=', 'gone=removed'], whole: entry.length })
  assert.equal(read(Buffer.concat([entry, encodeEntry([['k', null]])]), 4096).found.at(-1), 'k=removed')
})

test('an entry that is cut off anywhere is no entry', () => {
  const first = encodeEntry([['a', Buffer.from('1')]])
  const both = Buffer.concat([first, encodeEntry(changes)])
  for (let length = first.length; length < both.length; length++) {
    assert.equal(read(both.subarray(0, length)), { found: ['a=1'], whole: first.length })
  }
})

test('an entry with any byte changed is no entry', () => {
  const entry = encodeEntry(changes)
  const random = new SeededRandom(7)
  for (let at = 0; at < entry.length; at++) {
    const bytes = Buffer.from(entry)
    bytes[at]! ^= 1 + random.below(255)
    assert.is(read(bytes).whole, 0, `byte ${at}`)
  }
})

test.run()
