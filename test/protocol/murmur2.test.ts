/** Checked against values that Apache Kafka's own tests of `Utils.murmur2` expect. */
import * as assert from 'uvu/assert'
import { murmur2, partitionFor } from '../../src/protocol/murmur2.ts'
import { suite } from '../support/suite.ts'

const test = suite('murmur2')

const hashes: readonly [key: string, hash: number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

test('keys hash as in the Java client', () => {
  for (const [key, hash] of hashes) assert.is(murmur2(Buffer.from(key)), hash, key)
})

test('every length of tail counts', () => {
  const seen = new Set(Array.from({ length: 9 }, (_, length) => murmur2(Buffer.alloc(length, 0x80))))
  assert.is(seen.size, 9)
})

test('a negative hash loses its sign bit before the division', () => {
  assert.is(partitionFor(Buffer.from('foobar'), 10), (-790332482 & 0x7fff_ffff) % 10)
  assert.is(partitionFor(Buffer.from('foobar'), 1), 0)
})

test('every partition of a topic is used', () => {
  const used = new Set(Array.from({ length: 1000 }, (_, i) => partitionFor(Buffer.from(`key-${i}`), 7)))
  assert.equal([...used].sort(), [0, 1, 2, 3, 4, 5, 6])
})

test.run()
