import * as assert from 'uvu/assert'
import { csvRows } from '../../src/base/csv.ts'
import { suite } from '../support/suite.ts'

const test = suite('CSV')

async function rows(text: string, chunkBytes = 1000): Promise<[number, ...string[]][]> {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const all: [number, ...string[]][] = []
  for await (const { line, cells } of csvRows(chunks())) all.push([line, ...cells])
  return all
}

test('cells and rows, whichever way lines end, and whether the last one does', async () => {
  assert.equal(await rows('a,b\r\n1,\n'), [
    [1, 'a', 'b'],
    [2, '1', ''],
  ])
  assert.equal(await rows('a\nb'), [
    [1, 'a'],
    [2, 'b'],
  ])
})

test('quotes hold commas, ends of lines, and quotes', async () => {
  assert.equal(await rows('"a,""b"",\nc",d\n"",e"f\n'), [
    [1, 'a,"b",\nc', 'd'],
    [3, '', 'e"f'],
  ])
})

test('empty lines are no rows, an empty quoted cell is one', async () => {
  assert.equal(await rows('\n\r\na\n\n'), [[3, 'a']])
})

test('it does not matter how the bytes are cut', async () => {
  const text = 'ü,"a ""x"" y",c\r\n"1\r\n2",é,\n'
  const whole = await rows(text)
  for (let bytes = 1; bytes < 9; bytes++) assert.equal(await rows(text, bytes), whole)
})

test.run()
