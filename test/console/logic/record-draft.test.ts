/** Records as the form has them. */
import * as assert from 'uvu/assert'
import { draftOf, emptyDraft, recordOf } from '../../../src/console/logic/record-draft.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console record draft')

test('an empty form is a record of an empty value without a key', () => {
  assert.equal(recordOf(emptyDraft), { key: null, value: '' })
})

test('what is filled in is sent; a header without a name is not', () => {
  const headers = [
    { key: 'a', value: 'b' },
    { key: '', value: 'c' },
  ]
  assert.equal(recordOf({ ...emptyDraft, key: 'k', value: 'v', partition: '2', headers }), {
    key: 'k',
    value: 'v',
    partition: 2,
    headers: [{ key: 'a', value: 'b' }],
  })
})

test('a tombstone has no value; bytes are in base64', () => {
  assert.equal(recordOf({ ...emptyDraft, keyKind: 'base64', key: ' AAE= ', valueKind: 'null', value: 'old' }), {
    key: { base64: 'AAE=' },
    value: null,
  })
})

test('a record becomes a form, and the form the record', () => {
  const record = {
    key: { base64: 'AAE=' },
    value: null,
    headers: [
      { key: 'a', value: 'b' },
      { key: 'c', value: null },
    ],
  }
  assert.equal(recordOf(draftOf(record)), { key: record.key, value: null, headers: [{ key: 'a', value: 'b' }] })
})

test.run()
