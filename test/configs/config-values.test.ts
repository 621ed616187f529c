import * as assert from 'uvu/assert'
import { INVALID_CONFIG } from '../../src/protocol/errors.ts'
import {
  type ConfigDefinition,
  type ConfigType,
  canonical,
  listOf,
  refusalOf,
} from '../../src/configs/config-values.ts'
import { suite } from '../support/suite.ts'

const test = suite('config values')

function config(type: ConfigType, rest: Partial<ConfigDefinition> = {}): ConfigDefinition {
  return { name: 'c', type, default: null, doc: 'a config', ...rest }
}

/** How each text is kept; null: it is refused. */
function kept(definition: ConfigDefinition, texts: readonly string[]): (string | null)[] {
  return texts.map((text) => (refusalOf(definition, text) === null ? canonical(definition, text) : null))
}

test('whole numbers are decimal, of any sign, within the bounds of their type', () => {
  assert.equal(kept(config('int'), ['7', ' +7 ', '-0', '007']), ['7', '7', '0', '7'])
  assert.equal(kept(config('int'), ['', 'x', '1.0', '0x1', '1e3', '2147483648']), Array(6).fill(null))
  assert.equal(kept(config('int'), ['2147483647', '-2147483648']), ['2147483647', '-2147483648'])
  assert.equal(kept(config('short'), ['32767', '32768']), ['32767', null])
})

test('long numbers are exact to their last digit', () => {
  const texts = ['9223372036854775807', '-9223372036854775808', '9223372036854775808', '-9223372036854775809']
  assert.equal(kept(config('long'), texts), [texts[0], texts[1], null, null])
})

test('a minimum and a maximum belong to what is allowed', () => {
  assert.equal(kept(config('int', { min: 1, max: 9 }), ['0', '1', '9', '10']), [null, '1', '9', null])
  assert.equal(kept(config('double', { min: 0, max: 1 }), ['-0.1', '0', '1', '1.1']), [null, '0.0', '1.0', null])
})

test('fractions may be written as in most languages', () => {
  assert.equal(kept(config('double'), ['.5', '5.', '1e-1', '+0.25', '2']), ['0.5', '5.0', '0.1', '0.25', '2.0'])
  assert.equal(kept(config('double'), ['', '.', 'NaN', '1,5', 'e5']), Array(5).fill(null))
})

test('booleans are true or false in any letters', () => {
  assert.equal(kept(config('boolean'), ['TRUE', ' false ', 'yes', '1', '']), ['true', 'false', null, null, null])
  assert.equal(kept(config('boolean', { oneOf: ['false'] }), ['true', 'False']), [null, 'false'])
})

test('texts are trimmed, and one of those that are listed', () => {
  assert.equal(kept(config('string'), [' a b ', '']), ['a b', ''])
  assert.equal(kept(config('string', { oneOf: ['gzip'] }), [' gzip ', 'GZIP', '']), ['gzip', null, null])
})

test('lists are trimmed item by item, and none stands twice', () => {
  const policies = config('list', { oneOf: ['compact', 'delete'] })
  assert.equal(kept(policies, [' compact , delete ', 'delete,delete', '']), ['compact,delete', 'delete', ''])
  assert.equal(kept(policies, ['compact,', 'compact,huh', ',']), [null, null, null])
})

test('a pattern decides where there are too many choices to list', () => {
  const level = config('int', { pattern: /^(-1|[1-9])$/ })
  assert.equal(kept(level, ['-1', '0', '1', '9', '10']), ['-1', null, '1', '9', null])
  const replicas = config('list', { pattern: /^(\d+:\d+|\*)$/ })
  assert.equal(kept(replicas, ['0:1,1:2', '*', 'zz']), ['0:1,1:2', '*', null])
})

test('a refusal names config and value', () => {
  const refusal = refusalOf(config('int', { name: 'segment.bytes', min: 14 }), '3')!
  assert.ok(refusal.is(INVALID_CONFIG))
  assert.is(refusal.message, 'Invalid value 3 for configuration segment.bytes: expected at least 14')
})

test('the empty text is the empty list', () => {
  assert.equal([listOf(''), listOf(' '), listOf('a'), listOf('a, b')], [[], [], ['a'], ['a', 'b']])
})

test.run()
