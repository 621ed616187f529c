import * as assert from 'uvu/assert'
import { TopicPatterns } from '../../src/plugins/topic-patterns.ts'
import { suite } from '../support/suite.ts'

const test = suite('topic patterns')

const table = [
  [['*'], 'anything', true],
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
] as const

for (const [patterns, topic, matches] of table) {
  test(`[${patterns.join(', ')}] ${matches ? 'matches' : 'does not match'} ${topic}`, () => {
    const compiled = new TopicPatterns(patterns)
    assert.equal([compiled.match(topic), compiled.match(topic)], [matches, matches])
  })
}

test.run()
