/** What each word of a schema takes, and what is said of the rest. */
import * as assert from 'uvu/assert'
import {
  byName,
  checked,
  choice,
  either,
  fields,
  flag,
  fromText,
  inWords,
  list,
  name,
  nullable,
  oneOf,
  optional,
  orElse,
  type Schema,
  text,
  wholeNumber,
} from '../../src/http/schema.ts'
import { suite } from '../support/suite.ts'

const test = suite('http schema')

const one = fields({ a: text() }, 'use { "a": … }')
const several = list(one, 'use a list of at least one', { min: 1, max: 2 })
const chosen = oneOf([one, several], (input) => (Array.isArray(input) ? several : one))

const mistakes: readonly [schema: Schema, input: unknown, message: string][] = [
  [text(), 7, 'it is 7; use text'],
  [name('the name of a topic'), '', 'it is ""; use the name of a topic'],
  [name('a name', 3), 'abcd', 'it is "abcd"; use a name, of at most 3 characters'],
  [wholeNumber({ max: 9 }), 10, 'it is 10; use a whole number from 0 to 9'],
  [wholeNumber({ max: 9 }), '3', 'it is "3"; use a whole number from 0 to 9'],
  [wholeNumber({ min: 1, max: 9 }), 1.5, 'it is 1.5; use a whole number from 1 to 9'],
  [wholeNumber({ max: 9 }), Number.NaN, 'it is null; use a whole number from 0 to 9'],
  [choice('a', 'b', 'c'), 'd', 'it is "d"; use a, b or c'],
  [flag(), 'yes', 'it is "yes"; use true or false'],
  [byName(text()), [], 'it is []; use { "name": … }'],
  [byName(text()), { a: 1 }, 'a is 1; use text'],
  [one, [], 'it is []; use { "a": … }'],
  [one, null, 'it is null; use { "a": … }'],
  [one, {}, 'a is missing; use text'],
  [one, { b: 1 }, 'b is no field; use a'],
  [fields({}, 'use { }', 'parameter'), { b: 1 }, 'b is no parameter; use none'],
  [fields({ deep: one }), { deep: { a: 'x', toString: 1 } }, 'deep.toString is no field; use a'],
  [several, [], 'it is []; use a list of at least one'],
  [several, [{ a: 'x' }, { a: 1 }], '[1].a is 1; use text'],
  [
    several,
    [{ a: '' }, { a: '' }, { a: '' }],
    'it is [{"a":""},{"a":""},{"a":""}]; use a list of at least one of at most 2',
  ],
  [chosen, [{ a: 1 }], '[0].a is 1; use text'],
  [chosen, { b: 1 }, 'b is no field; use a'],
  [either([text(), flag()], 'use text or a truth'), 7, 'it is 7; use text or a truth'],
  [fields({ a: orElse(wholeNumber({ max: 9 }), 3) }), { a: 'x' }, 'a is "x"; use a whole number from 0 to 9'],
]

for (const [schema, input, message] of mistakes) {
  test(`${JSON.stringify(input)} is refused: ${message}`, () => {
    assert.throws(
      () => checked(schema, input, 'it'),
      (error: Error) => assert.is(error.message, message) === undefined,
    )
  })
}

test('what is right comes back, with what was left out', () => {
  const schema = fields({ a: optional(text()), b: orElse(flag(), true), c: nullable(text()) })
  assert.equal(checked(schema, { c: null }, 'it'), { b: true, c: null })
  assert.equal(checked(chosen, [{ a: 'x' }], 'it'), [{ a: 'x' }])
})

const texts: readonly [schema: Schema, raw: string, value: unknown][] = [
  [wholeNumber({ max: 9 }), '7', 7],
  [wholeNumber({ max: 9 }), '1e3', '1e3'],
  [wholeNumber({ max: 9 }), '', ''],
  [wholeNumber({ max: 9 }), ' 7', ' 7'],
  [orElse(wholeNumber({ max: 9 }), 3), '-7', -7],
  [optional(nullable(flag())), 'true', true],
  [flag(), 'yes', 'yes'],
  [either([wholeNumber({ max: 9 }), choice('earliest')]), '4', 4],
  [either([wholeNumber({ max: 9 }), choice('earliest')]), 'earliest', 'earliest'],
  [text(), '7', '7'],
]

for (const [schema, raw, value] of texts) {
  test(`${JSON.stringify(raw)} in a query is ${JSON.stringify(value)} to a ${schema.type}`, () => {
    assert.is(fromText(schema, raw), value)
  })
}

test('several words are joined as people join them', () => {
  assert.equal([inWords([]), inWords(['a']), inWords(['a', 'b'])], ['', 'a', 'a or b'])
})

test.run()
