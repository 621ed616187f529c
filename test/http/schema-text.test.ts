/** Schemas as text: what a reader of /docs sees. */
import * as assert from 'uvu/assert'
import type { Json } from '../../src/http/openapi.ts'
import { schemaNote, schemaText } from '../../src/http/schema-text.ts'
import { suite } from '../support/suite.ts'

const test = suite('schema text')

const text: Json = { type: 'string' }
const written: readonly (readonly [schema: Json, text: string])[] = [
  [text, 'string'],
  [{}, 'any'],
  [{ enum: ['up', 'down'] }, '"up" | "down"'],
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'integer | null'],
  [{ type: 'array', items: text }, 'string[]'],
  [{ type: 'array', items: { anyOf: [text, { type: 'null' }] } }, '(string | null)[]'],
  [{ $ref: '#/components/schemas/Topic' }, '<a href="#Topic">Topic</a>'],
  [{ type: 'object', properties: { a: text, b: text }, required: ['a'] }, '{\n  a: string\n  b?: string\n}'],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, '{\n  [name]: integer\n}'],
  [
    { type: 'object', properties: { a: { ...text, description: 'A <b>.' } }, required: ['a'] },
    '{\n  <i>// A &lt;b&gt;.</i>\n  a: string\n}',
  ],
]

for (const [schema, expected] of written) {
  test(`${JSON.stringify(schema)} is ${JSON.stringify(expected)}`, async () => {
    assert.is(`${await schemaText(schema)}`, expected.replaceAll('"up" | "down"', '&quot;up&quot; | &quot;down&quot;'))
  })
}

test('bounds are told where they bind, and defaults', () => {
  assert.is(schemaNote({ minimum: 1, maximum: 1000, default: 10 }), '1 to 1000; otherwise 10')
  assert.is(schemaNote({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), '')
  assert.is(schemaNote({ description: 'Its name.', maxLength: 249 }), 'Its name; at most 249 characters')
  assert.is(schemaNote({ maxItems: 100 }), 'at most 100 of them')
})

test.run()
