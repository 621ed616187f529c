/** What is written as the canonical ABI lays it out, read again; held to jco's binding in direct-batch.test.ts. */
import * as assert from 'uvu/assert'
import { GuestMemory } from '../../../src/plugins/guest/guest-memory.ts'
import { Reader, readVerdicts, recordBytes, writeRecords } from '../../../src/plugins/guest/record-layout.ts'
import { ShownRecords } from '../../../src/plugins/guest/shown-records.ts'
import { encodeBatch, type NewRecord, readBatch, RecordCursor, recordsSection } from '../../../src/protocol/records.ts'
import { suite } from '../../support/suite.ts'

const test = suite('layout of records')

function memoryOf() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
  let top = 8
  const allocate = (_old = 0, _bytes = 0, align = 1, length = 0) => {
    const at = Math.ceil(top / align) * align
    top = at + length
    return at
  }
  return new GuestMemory(memory, allocate)
}

function shownOf(records: readonly NewRecord[], baseOffset: number | null): ShownRecords {
  const batch = readBatch(encodeBatch(records, { baseOffset: baseOffset ?? 0 }))
  const section = recordsSection(batch)
  const shown = new ShownRecords()
  shown.bytes = new Uint8Array(section.buffer, section.byteOffset, section.length)
  shown.isStored = baseOffset !== null
  shown.take(new RecordCursor(section, batch), new Uint8Array(records.length), 0)
  return shown
}

test('what is written is what is read', () => {
  const value = Buffer.alloc(100, 'v')
  const records: NewRecord[] = [
    { timestamp: 0, key: null, value: null },
    {
      timestamp: -1,
      key: Buffer.from('k'),
      value: Buffer.alloc(0),
      headers: [
        { key: 'é', value: null },
        { key: '', value },
      ],
    },
    { timestamp: 2 ** 45 + 3, key: Buffer.alloc(0), value },
  ]
  for (const baseOffset of [null, 2 ** 52]) {
    const memory = memoryOf()
    const list = writeRecords(memory, shownOf(records, baseOffset))
    const found = records.map((_, at) => new Reader(memory).record(list + at * recordBytes))
    const plain = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : Buffer.from(bytes).toString())
    assert.equal(
      found.map(({ key, value, headers, timestamp, offset }) => [
        plain(key),
        plain(value),
        headers.map((one) => `${one.key}=${plain(one.value)}`),
        Number(timestamp),
        offset,
      ]),
      records.map(({ key, value, headers = [], timestamp }, at) => [
        key === null ? null : `${key}`,
        value === null ? null : `${value}`,
        headers.map((one) => `${one.key}=${one.value}`),
        timestamp,
        baseOffset === null ? undefined : BigInt(baseOffset + at),
      ]),
    )
  }
})

test('verdicts that say nothing but yes are not looked at further', () => {
  const memory = memoryOf()
  const shown = shownOf(Array(3).fill({ timestamp: 0, key: null, value: null }), null)
  const list = memory.allocate(8, 3 * 64)
  assert.equal([...readVerdicts(memory, list, shown).codes], [1, 1, 1])
  memory.bytes[list + 64] = 2
  memory.bytes[list + 128] = 4
  memory.words[(list + 128 + 8) >>> 2] = -1
  const answers = readVerdicts(memory, list, shown)
  assert.equal([[...answers.codes], answers.throttleMs], [[1, 6, 8], 2 ** 32 - 1])
})

test.run()
