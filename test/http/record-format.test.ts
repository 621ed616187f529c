/** Bytes, as each format shows them. */
import * as assert from 'uvu/assert'
import { type Format, formatRecord } from '../../src/http/record-format.ts'
import { suite } from '../support/suite.ts'

const test = suite('record format')

const json = Buffer.from('{"a":[1]}')
const plain = Buffer.from('grüße')
const bytes = Buffer.from([0xff, 0x00])

const cases: readonly [format: Format, json: unknown, plain: unknown, bytes: unknown][] = [
  ['auto', '{"a":[1]}', 'grüße', { base64: '/wA=' }],
  ['text', '{"a":[1]}', 'grüße', '\ufffd\u0000'],
  ['json', { a: [1] }, 'grüße', { base64: '/wA=' }],
  ['base64', 'eyJhIjpbMV19', 'Z3LDvMOfZQ==', '/wA='],
  ['hex', '7b2261223a5b315d7d', '6772c3bcc39f65', 'ff00'],
]

for (const [format, ...shown] of cases) {
  test(`${format} shows JSON, text and bytes`, () => {
    const values = [json, plain, bytes].map((value) => {
      return formatRecord({ offset: 1, timestamp: 2, key: null, value, headers: [{ key: 'h', value }] }, 3, format)
    })
    assert.equal(
      values.map(({ value }) => value),
      shown,
    )
    assert.equal(
      values.map(({ headers }) => headers[0]!.value),
      shown,
    )
    const { partition, offset, timestamp, key, key_bytes, value_bytes } = values[0]!
    assert.equal([partition, offset, timestamp, key, key_bytes, value_bytes], [3, 1, 2, null, -1, 9])
  })
}

test.run()
