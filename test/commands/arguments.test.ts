import * as assert from 'uvu/assert'
import { port, positive } from '../../src/commands/arguments.ts'
import { suite } from '../support/suite.ts'

const test = suite('arguments')

test('a count is a whole number above zero', () => {
  assert.is(positive('12'), 12)
  for (const wrong of ['0', '-1', '1.5', 'x', '']) assert.throws(() => positive(wrong), /whole number above 0/)
})

test('a port is a number up to 65535', () => {
  assert.is(port('0'), 0)
  assert.is(port('65535'), 65_535)
  for (const wrong of ['65536', '-1', 'x', '1.5']) assert.throws(() => port(wrong), /Use 0 to 65535/)
})

test.run()
