/** Forms out of JSON Schemas. */
import * as assert from 'uvu/assert'
import { configOf, fieldsOf, type SchemaField, textFor } from '../../../src/console/logic/schema-fields.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console schema fields')

const schema = {
  type: 'object',
  required: ['limit'],
  properties: {
    limit: { type: 'integer', title: 'Limit', description: 'The most.', minimum: 1, maximum: 9, default: 3 },
    mode: { enum: ['strict', 'lax'] },
    words: { type: 'array', items: { type: 'string' } },
    inner: { type: 'object', properties: { on: { type: 'boolean' } } },
    any: { oneOf: [{}, {}] },
  },
}

test('each property is a field, those of objects within too', () => {
  const fields = fieldsOf(schema)!
  assert.equal(
    fields.map(({ path, kind }) => `${path.join('.')} ${kind}`),
    ['limit integer', 'mode choice', 'words texts', 'inner.on boolean', 'any json'],
  )
  const { title, hint, isRequired, placeholder } = fields[0]!
  assert.equal([title, hint, isRequired, placeholder], ['Limit', 'The most. From 1 to 9.', true, '3'])
  assert.is(fields[3]!.title, 'inner › on')
})

test('a schema that is none, or not of an object, makes no form', () => {
  for (const other of [null, 'x', [], {}, { type: 'string' }, { properties: 3 }]) assert.is(fieldsOf(other), null)
})

test('a property that is no schema is a field of JSON', () => {
  assert.is(fieldsOf({ properties: { a: true } })![0]!.kind, 'json')
})

test('a config goes into the form and comes out unchanged', () => {
  const fields = fieldsOf(schema)!
  const config = {
    limit: 2,
    mode: 'lax',
    words: ['a', 'b'],
    inner: { on: true, kept: 1 },
    any: { x: [1] },
    other: 'kept',
  }
  const texts = fields.map((field) => textFor(field, config))
  assert.equal(texts.slice(0, 4), ['2', 'lax', 'a\nb', 'true'])
  assert.equal(configOf(fields, texts, config), config)
})

test('an empty field is left out, and objects are made only for a value', () => {
  const fields = fieldsOf(schema)!
  assert.equal(configOf(fields, ['5', '', '', '', ''], null), { limit: 5 })
  assert.equal(configOf(fields, ['', '', '', 'false', ''], { limit: 5 }), { inner: { on: false } })
})

test('a text that is not of its kind is named', () => {
  const fields = fieldsOf(schema) as readonly SchemaField[]
  assert.throws(() => configOf(fields, ['many'], null), 'Limit is many; use a number')
  assert.throws(() => configOf(fields, ['', '', '', '', '{oh'], null), /any is not JSON: /)
})

test.run()
