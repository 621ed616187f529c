import * as assert from 'uvu/assert'
import { SeededRandom } from '../../src/base/random.ts'
import { encodeBatch, type NewRecord, readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import { replacedSection } from '../../src/protocol/rewriting.ts'
import { suite } from '../support/suite.ts'

const test = suite('rewriting a section')

const none = new Set<number>()
const record = (value: string, timestamp = 1000): NewRecord => ({
  timestamp,
  key: null,
  value: Buffer.from(value),
  headers: [],
})

function batchOf(records: readonly NewRecord[]) {
  const batch = readBatch(encodeBatch(records, { baseOffset: 100 }))
  return { batch, section: recordsSection(batch) }
}

function told(section: Buffer, batch: ReturnType<typeof batchOf>['batch'], recordCount: number): string[] {
  const records = recordsIn(section, { ...batch, recordCount })
  return [...records].map(({ offset, timestamp, key, value, headers }) => {
    const pairs = headers.map((header) => ` ${header.key}=${header.value}`)
    return `${offset} at ${timestamp}: ${key} ${value}${pairs.join('')}`
  })
}

test('a record in place of another has its offset, and all else of its own', () => {
  const { batch, section } = batchOf([record('a'), record('b'), record('c', 1005)])
  const headers = [{ key: 'h', value: Buffer.from('1') }]
  const replacement = { timestamp: 900, key: Buffer.from('k'), value: null, headers }
  const rewritten = replacedSection(batch, section, new Map([[1, replacement]]), none)
  assert.equal(told(rewritten, batch, 3), ['100 at 1000: null a', '101 at 900: k null h=1', '102 at 1005: null c'])
})

test('records that are removed leave their offsets behind', () => {
  const { batch, section } = batchOf(['a', 'b', 'c', 'd'].map((value) => record(value)))
  const rewritten = replacedSection(batch, section, new Map([[3, record('D')]]), new Set([0, 2]))
  assert.equal(told(rewritten, batch, 2), ['101 at 1000: null b', '103 at 1000: null D'])
})

test('what is both replaced and removed is gone', () => {
  const { batch, section } = batchOf([record('a'), record('b')])
  const rewritten = replacedSection(batch, section, new Map([[0, record('A')]]), new Set([0]))
  assert.equal(told(rewritten, batch, 1), ['101 at 1000: null b'])
})

test('with all records removed nothing is left', () => {
  const { batch, section } = batchOf([record('a'), record('b')])
  assert.is(replacedSection(batch, section, new Map(), new Set([0, 1])).length, 0)
})

test('records that stay keep every byte', () => {
  const random = new SeededRandom(11)
  for (let turn = 0; turn < 200; turn++) {
    const records = Array.from({ length: 1 + random.below(20) }, () => ({
      timestamp: random.below(2 ** 31),
      key: random.below(2) === 0 ? null : random.bytes(random.below(9)),
      value: random.below(5) === 0 ? null : random.bytes(random.below(200)),
      headers: Array.from({ length: random.below(3) }, () => ({ key: 'name', value: random.bytes(3) })),
    }))
    const { batch, section } = batchOf(records)
    assert.equal(replacedSection(batch, section, new Map(), none), section, `seed 11, turn ${turn}`)
    const same = new Map(records.flatMap((one, index) => (random.below(2) === 0 ? [[index, one] as const] : [])))
    assert.equal(replacedSection(batch, section, same, none), section, `seed 11, turn ${turn}: replaced by the same`)
  }
})

test.run()
