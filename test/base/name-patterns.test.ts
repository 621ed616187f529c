import * as assert from 'uvu/assert'
import { NamePatterns } from '../../src/base/name-patterns.ts'
import { suite } from '../support/suite.ts'

const test = suite('name patterns')

const table = [
  [['*'], 'anything', true],
  [['*'], '', true],
  [['orders'], 'orders', true],
  [['orders'], 'orders.eu', false],
  [['orders.*'], 'orders.eu', true],
  [['orders.*'], 'ordersXeu', false],
  [['*.eu'], 'orders.eu', true],
  [['a*z'], 'az', true],
  [['a*z'], 'a-to-z', true],
  [['one', 'two-*'], 'two-b', true],
  [['one', 'two-*'], 'three', false],
  [[], 'anything', false],
  [['User:alice'], 'User:alice', true],
  [['/^orders-\\d+$/'], 'orders-17', true],
  [['/^orders-\\d+$/'], 'orders-x', false],
  [['/rder/'], 'orders', true],
  [['/RDER/'], 'orders', false],
  [['/RDER/i'], 'orders', true],
  [['/a\\/b/'], 'a/b', true],
  [['one', '/^t/'], 'two', true],
  [['/half'], '/half', true],
  [['/'], '/', true],
] as const

for (const [patterns, name, matches] of table) {
  test(`[${patterns.join(', ')}] ${matches ? 'matches' : 'does not match'} '${name}'`, () => {
    const compiled = new NamePatterns(patterns)
    assert.equal([compiled.match(name), compiled.match(name)], [matches, matches])
  })
}

test('a regular expression that is none says what is wrong with it', () => {
  assert.throws(() => new NamePatterns(['/(/']), /Invalid regular expression: \/\(\/u: Unterminated group/)
})

test.run()
