import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { Partitioner } from '../../src/client/partitioner.ts'
import { suite } from '../support/suite.ts'

const test = suite('partitioner')

test('a key goes where the Java client sends it', () => {
  const partitioner = new Partitioner(new SeededRandom(1))
  // The hashes are those of Kafka's own test of murmur2.
  const hashes: Readonly<Record<string, number>> = { '21': -973932308, foobar: -790332482, abc: 479470107 }
  for (const [key, hash] of Object.entries(hashes)) {
    assert.is(partitioner.partition('t', Buffer.from(key), 10), (hash & 0x7fff_ffff) % 10, key)
  }
})

test('records without a key stay together until a batch is sent', () => {
  const partitioner = new Partitioner(new SeededRandom(1))
  const first = partitioner.partition('t', null, 3)
  assert.is(partitioner.partition('t', null, 3), first)
  partitioner.moveOn('t', 3)
  assert.is(partitioner.partition('t', null, 3), (first + 1) % 3)
})

test('a topic that has fewer partitions than it had is not written beyond them', () => {
  const partitioner = new Partitioner(new SeededRandom(1))
  for (let count = 8; count > 0; count--) assert.ok(partitioner.partition('t', null, count) < count)
})

test.run()
