/** Records as JSON, both ways. */
import * as assert from 'uvu/assert'
import { readRecord, showRecord } from '../../src/http/record-json.ts'
import { suite } from '../support/suite.ts'

const test = suite('record as JSON')

test('a record with nothing but a value', () => {
  assert.equal(readRecord({ value: 'x' }, 7), {
    partition: null,
    key: null,
    value: Buffer.from('x'),
    headers: [],
    timestamp: 7,
  })
})

test('a field that is null is one that was left out, but for the value', () => {
  const nothing = { partition: null, key: null, value: null, headers: null, timestamp: null }
  assert.equal(readRecord(nothing, 7), { partition: null, key: null, value: null, headers: [], timestamp: 7 })
})

test('what is shown can be read again, byte for byte', () => {
  const bytes = [Buffer.from('grüße'), Buffer.from([0xc3, 0x28]), Buffer.from('\u0000'), Buffer.alloc(0), null]
  for (const value of bytes) {
    const headers = [{ key: 'h', value }]
    const record = showRecord({ offset: 1, timestamp: 2, key: value, value, headers })
    const sent = JSON.parse(JSON.stringify({ key: record.key, value: record.value, headers: record.headers }))
    const { key, value: again, headers: headersAgain } = readRecord(sent, 7)
    assert.equal([key, again, headersAgain], [value, value, headers])
  }
})

test.run()
