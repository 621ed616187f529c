import * as assert from 'uvu/assert'
import { formatter, jsonLine, type PlacedRecord } from '../../src/commands/record-format.ts'
import { suite } from '../support/suite.ts'
import { mistake } from '../support/workshop-shell.ts'

const test = suite('formats of records')

const record: PlacedRecord = {
  topic: 't',
  partition: 1,
  offset: 2,
  timestamp: Date.UTC(2026, 0, 1),
  key: Buffer.from('k'),
  value: Buffer.from('välue'),
  headers: [
    { key: 'a', value: Buffer.from('1') },
    { key: 'b', value: null },
  ],
}
const bare: PlacedRecord = { ...record, key: null, value: null, headers: [], timestamp: -1 }

const formats: readonly [format: string, whole: string, nothing: string][] = [
  ['%s', 'välue', ''],
  ['%S %K', '6 1', '-1 -1'],
  ['%k=%s\\n', 'k=välue\n', '=\n'],
  ['%t/%p/%o', 't/1/2', 't/1/2'],
  ['%T %D', '1767225600000 2026-01-01T00:00:00.000Z', '-1 '],
  ['%h', 'a=1,b=NULL', ''],
  ['100 %%\\t\\\\\\x41', '100 %\t\\A', '100 %\t\\A'],
  ['', '', ''],
]
test('each sign stands for what kcat has it stand for', () => {
  for (const [format, whole, nothing] of formats) {
    assert.is(`${formatter(format)(record)}`, whole, format)
    assert.is(`${formatter(format)(bare)}`, nothing, format)
  }
})

test('bytes are printed as they are', () => {
  const value = Buffer.from([0xff, 0x00])
  assert.equal(formatter('%s\\xfe')({ ...record, value }), Buffer.from([0xff, 0x00, 0xfe]))
})

test('a sign that stands for nothing is a mistake', async () => {
  assert.match((await mistake(() => formatter('%q'))).message, /^--format: %q stands for nothing; use %s, /)
  assert.match((await mistake(() => formatter('%'))).message, /stands for nothing/)
  assert.match((await mistake(() => formatter('\\q'))).message, /\\q stands for nothing; use \\n, /)
})

test('a line of JSON has all of it, and bytes that are no text in base64', () => {
  assert.equal(JSON.parse(`${jsonLine({ ...record, value: Buffer.from([0xff]) })}`), {
    topic: 't',
    partition: 1,
    offset: 2,
    timestamp: Date.UTC(2026, 0, 1),
    key: 'k',
    value: { base64: '/w==' },
    headers: [
      { key: 'a', value: '1' },
      { key: 'b', value: null },
    ],
  })
})

test.run()
