/** JSON values one after another, cut anywhere. */
import * as assert from 'uvu/assert'
import { BrokenStream, JsonValues } from '../../../src/http/rest-proxy/json-values.ts'
import { suite } from '../../support/suite.ts'

const test = suite('a stream of JSON values')

const values = ['{"a":"}{\\"["}', '{}', '{"nested":{"list":[{"x":1},[]]}}', '{"é":"😀\\\\"}']

function readAll(chunks: readonly Buffer[], bytesMax = 1000): string[] {
  const stream = new JsonValues(bytesMax)
  const found = chunks.flatMap((chunk) => [...stream.add(chunk)].map(String))
  assert.is(stream.isWithin, false)
  return found
}

for (const between of ['', ' ', '\n', '\r\n\t']) {
  test(`values with ${JSON.stringify(between)} between them`, () => {
    assert.equal(readAll([Buffer.from(`${between}${values.join(between)}${between}`)]), values)
  })
}

test('values cut at each byte', () => {
  const bytes = Buffer.from(values.join('\n'))
  for (let at = 1; at < bytes.length; at++) {
    assert.equal(readAll([bytes.subarray(0, at), bytes.subarray(at)]), values, `cut at ${at}`)
  }
  assert.equal(readAll([...bytes].map((byte) => Buffer.from([byte]))), values)
})

test('a stream that ends within a value is known to', () => {
  const stream = new JsonValues(100)
  assert.equal([...stream.add(Buffer.from('{"a":{}'))], [])
  assert.is(stream.isWithin, true)
})

test('what is no object ends the stream, after what came before', () => {
  const stream = new JsonValues(100)
  const found: string[] = []
  assert.throws(
    () => {
      for (const value of stream.add(Buffer.from('{} 7'))) found.push(`${value}`)
    },
    (error: Error) => error instanceof BrokenStream && error.message === 'a record begins with {, not with 7',
  )
  assert.equal(found, ['{}'])
})

test('a value that is too large is refused before all of it is there', () => {
  const stream = new JsonValues(10)
  assert.throws(() => [...stream.add(Buffer.from('{"a":"0123456789'))], /larger than 10 bytes/)
})

test.run()
