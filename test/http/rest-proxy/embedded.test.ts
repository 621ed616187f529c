/** Keys and values in JSON, in the formats that need no schema. */
import * as assert from 'uvu/assert'
import { isBase64, jsonOf, toBytes } from '../../../src/http/rest-proxy/embedded.ts'
import { suite } from '../../support/suite.ts'

const test = suite('embedded keys and values')

test('each format makes bytes of what it takes, and null of nothing', () => {
  assert.is(`${toBytes('binary', 'Zm9vYmFy')}`, 'foobar')
  assert.is(`${toBytes('json', { a: [1, 'é'] })}`, '{"a":[1,"é"]}')
  assert.is(`${toBytes('json', 'text')}`, '"text"')
  assert.is(`${toBytes('string', 'é')}`, 'é')
  for (const format of ['binary', 'json', 'string'] as const) {
    assert.is(toBytes(format, null), null)
    assert.is(toBytes(format, undefined), null)
  }
})

test('what a format does not take is refused by name', () => {
  assert.throws(() => toBytes('binary', 1), 'Bad Request: data=1 is not a base64 string.')
  assert.throws(() => toBytes('binary', 'a$'), 'Bad Request: data="a$" is not a valid base64 string.')
  assert.throws(() => toBytes('string', { a: 1 }), 'Bad Request: data={"a":1} is not a string.')
})

test('base64 may go without its padding, but not with a wrong one', () => {
  for (const text of ['', 'Zg', 'Zg==', 'Zm8', 'Zm8=', 'Zm9v']) assert.ok(isBase64(text), text)
  for (const text of ['Z', 'Zg=', 'Zm9v=', 'Zm9v==', '====', 'Z g=', 'Zg_-']) assert.not.ok(isBase64(text), text)
})

test('stored bytes are shown as base64, or as the JSON they are', () => {
  assert.is(jsonOf('binary', Buffer.from('foobar')), '"Zm9vYmFy"')
  assert.is(jsonOf('json', Buffer.from('{"a": 1.0}')), '{"a": 1.0}')
  assert.is(jsonOf('json', null), 'null')
  assert.throws(() => jsonOf('json', Buffer.from('oops')), /^"oops" is not JSON; /)
})

test.run()
