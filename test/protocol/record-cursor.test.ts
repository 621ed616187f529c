import * as assert from 'uvu/assert'
import { readBatch, recordsSection } from '../../src/protocol/batch.ts'
import { RecordCursor } from '../../src/protocol/record-cursor.ts'
import { encodeBatch } from '../../src/protocol/records.ts'
import { javaBatches } from '../support/java-batches.ts'
import { suite } from '../support/suite.ts'

const test = suite('record cursor')

function cursorOver(bytes: Buffer): RecordCursor {
  const batch = readBatch(bytes)
  return new RecordCursor(recordsSection(batch), batch)
}

test('it steps from record to record and stops after the last', () => {
  const cursor = cursorOver(javaBatches.none)
  const seen: string[] = []
  while (cursor.next()) seen.push(`${cursor.offset} ${cursor.timestamp} ${cursor.key} ${cursor.valueBytes}`)
  assert.equal(seen, ['0 1700000000000 k1 39', '1 1700000000005 null 3', '2 1699999999000 k3 -1'])
  assert.is(cursor.next(), false)
})

test('keys and values are views', () => {
  const batch = readBatch(javaBatches.none)
  const section = recordsSection(batch)
  const cursor = new RecordCursor(section, batch)
  cursor.next()
  assert.is(cursor.key!.buffer, section.buffer)
  assert.is(cursor.value!.byteOffset, section.byteOffset + cursor.valueStart)
})

test('headers may be read or not', () => {
  const cursor = cursorOver(javaBatches.none)
  cursor.next()
  assert.equal(cursor.headers(), [
    { key: 'h', value: Buffer.from('x') },
    { key: 'n', value: null },
  ])
  cursor.next()
  assert.equal(cursor.headers(), [])
})

test('numbers of every length are read', () => {
  const timestamps = [0, 63, 64, -64, -65, 8191, 2 ** 27, 2 ** 28, -(2 ** 31), 2 ** 35, 2 ** 52, -(2 ** 52)]
  const cursor = cursorOver(encodeBatch(timestamps.map((timestamp) => ({ timestamp, key: null, value: null }))))
  const read: number[] = []
  while (cursor.next()) read.push(cursor.timestamp)
  assert.equal(read, timestamps)
})

test('a header longer than its record is a RangeError, as is a record beyond the section', () => {
  const batch = readBatch(javaBatches.none)
  const lie = Buffer.from(recordsSection(batch))
  lie[lie.indexOf('h') - 1] = 0x7e
  const cursor = new RecordCursor(lie, batch)
  cursor.next()
  assert.throws(() => cursor.headers(), /a header longer than its record/)
  const cut = new RecordCursor(lie.subarray(0, 20), batch)
  assert.throws(() => cut.next(), /a record longer than its batch/)
})

test.run()
