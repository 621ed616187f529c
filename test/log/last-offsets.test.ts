import * as assert from 'uvu/assert'
import { LastOffsets } from '../../src/log/last-offsets.ts'
import { RecordCursor, readBatch, encodeBatch, recordsSection } from '../../src/protocol/records.ts'
import { suite } from '../support/suite.ts'

const test = suite('last offsets')

/** Which of these records, at offsets from 0 on, are the last of their keys. */
function lastOf(last: LastOffsets, keys: readonly (string | null)[]): number[] {
  const records = keys.map((key) => ({ timestamp: 0, key: key === null ? null : Buffer.from(key), value: null }))
  const batch = readBatch(encodeBatch(records))
  const cursor = new RecordCursor(recordsSection(batch), batch)
  const found: number[] = []
  while (cursor.next()) if (last.isLast(cursor)) found.push(cursor.offset)
  return found
}

test('knows of each key the last offset that it was told', () => {
  const last = new LastOffsets(1000)
  for (const [offset, key] of ['a', 'b', 'a'].entries()) assert.ok(last.note(Buffer.from(key), offset))
  last.endOffset = 3
  assert.equal(lastOf(last, ['a', 'b', 'a', 'b']), [1, 2, 3])
})

test('a key that it never heard of is the last of its kind, a record without a key is not', () => {
  const last = new LastOffsets(1000)
  last.endOffset = 2
  assert.equal(lastOf(last, ['x', null]), [0])
})

test('keys are told apart by their bytes', () => {
  const last = new LastOffsets(1000)
  last.note(Buffer.from([0xc3, 0x28]), 5)
  last.note(Buffer.from([0xef, 0xbf, 0xbd]), 6)
  last.endOffset = 10
  const batch = readBatch(encodeBatch([{ timestamp: 0, key: Buffer.from([0xc3, 0x28]), value: null }]))
  const cursor = new RecordCursor(recordsSection(batch), { ...batch, baseOffset: 5 })
  cursor.next()
  assert.ok(last.isLast(cursor))
})

test('takes no more than it may, but always one key', () => {
  const last = new LastOffsets(150)
  assert.ok(last.note(Buffer.alloc(500), 0))
  assert.not.ok(last.note(Buffer.from('a'), 1))
  assert.ok(last.note(Buffer.alloc(500), 2), 'a known key takes no more room')
})

test.run()
