/** Keys, values and headers as people look at them. */
import * as assert from 'uvu/assert'
import { fittingView, hexLines, prettyJson, preview, toBytes, tokens } from '../../../src/console/logic/payload.ts'
import { suite } from '../../support/suite.ts'

const test = suite('console payload')

test('a preview is one line', () => {
  assert.is(preview('a\n  b'), 'a b')
  assert.is(preview(null), 'null')
  assert.is(preview({ base64: 'AAH/' }), '00 01 ff')
  assert.is(preview('x'.repeat(1000)).length, 300)
})

test('bytes are those of the text, or those that base64 stands for', () => {
  assert.equal([...toBytes('é')], [0xc3, 0xa9])
  assert.equal([...toBytes({ base64: 'AAH/' })], [0, 1, 255])
  assert.is(toBytes(null).length, 0)
})

test('JSON is indented without a change to what is in it', () => {
  assert.is(
    prettyJson('{"a":[1,{"b":"x, {y}"}],"c":{},"d":[]}'),
    `{
  "a": [
    1,
    {
      "b": "x, {y}"
    }
  ],
  "c": {},
  "d": []
}`,
  )
  const precise = '{"id":9007199254740993,"e":1.0E5,"q":"\\"\\\\"}'
  assert.is(prettyJson(precise)?.replaceAll(/\s/g, ''), precise)
})

test('what is no object and no list is no JSON to be indented', () => {
  for (const payload of ['12', 'true', '{oh', null, { base64: 'e30=' }]) assert.is(prettyJson(payload), null)
})

test('tokens are all of the text, each of a kind', () => {
  const text = prettyJson('{"a":"b","n":-1.5e3,"t":true}')!
  assert.is(
    tokens(text)
      .map((token) => token.text)
      .join(''),
    text,
  )
  assert.equal(
    tokens(text)
      .filter(({ kind }) => kind !== 'mark')
      .map(({ kind, text }) => `${kind} ${text.trim()}`),
    ['name "a":', 'string "b"', 'name "n":', 'number -1.5e3', 'name "t":', 'word true'],
  )
})

test('hex has sixteen bytes a line, and what is printable beside it', () => {
  const [first, second, ...others] = hexLines(new TextEncoder().encode('Hello, world! \n12'))
  assert.equal(first, {
    offset: '000000',
    hex: '48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 21 20 0a 31',
    text: 'Hello, world! ·1',
  })
  assert.equal(second, { offset: '000010', hex: '32', text: '2' })
  assert.is(others.length, 0)
})

test('a view is chosen by what fits', () => {
  assert.equal(['{}', 'text', { base64: 'AA==' }, null].map(fittingView), ['json', 'text', 'hex', 'text'])
})

test.run()
