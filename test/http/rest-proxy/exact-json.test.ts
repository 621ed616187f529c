/** JSON through the REST Proxy keeps its numbers. */
import * as assert from 'uvu/assert'
import { exactText, parseExactly } from '../../../src/http/rest-proxy/exact-json.ts'
import { suite } from '../../support/suite.ts'

const test = suite('exact JSON')

const kept: readonly string[] = [
  '{"a":500.0,"b":[1e400,-0,1.10],"c":"500.0"}',
  '12345678901234567890',
  '{"plain":[1,2.5,-3,true,null,"x"],"empty":{},"list":[]}',
  '{"quote\\"1.0":"\\\\","n":1.0}',
  '["\\u0000n5.0",2.0,"\\u0000"]',
  '{"\\u0000n1.0":1.0}',
]

for (const text of kept) {
  test(`${text} stays what it is`, () => {
    assert.is(exactText(parseExactly(text)), text)
  })
}

test('spaces between tokens go, as a JSON serializer leaves none', () => {
  assert.is(exactText(parseExactly('{ "a" : 1.0 ,\n "b" : [ 2 ] }')), '{"a":1.0,"b":[2]}')
})

test('what is no JSON is a SyntaxError, with numbers or without', () => {
  for (const text of ['{', '1.0.0', '{"a":01}', '']) assert.throws(() => parseExactly(text), /JSON|Unexpected/)
})

test.run()
