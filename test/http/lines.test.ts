/** Lines, however the bytes come. */
import * as assert from 'uvu/assert'
import { linesOf } from '../../src/http/lines.ts'
import { suite } from '../support/suite.ts'

const test = suite('lines')

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

async function read(texts: readonly string[], bytesMax = 100): Promise<(string | null)[]> {
  const lines = []
  for await (const some of linesOf(chunks(...texts), bytesMax)) lines.push(...some)
  assert.equal(
    lines.map(({ number }) => number),
    lines.map((_, at) => at + 1),
  )
  return lines.map(({ text }) => text)
}

const cases: readonly [texts: readonly string[], lines: readonly (string | null)[]][] = [
  [[], []],
  [['a\nb\n'], ['a', 'b']],
  [['a\n\nb'], ['a', '', 'b']],
  [
    ['a', 'b\nc', '\n'],
    ['ab', 'c'],
  ],
  [
    ['x'.repeat(101), '\nok\n'],
    [null, 'ok'],
  ],
  [
    ['x'.repeat(60), 'x'.repeat(60), 'x\nok'],
    [null, 'ok'],
  ],
  [['x'.repeat(100) + '\n'], ['x'.repeat(100)]],
]

for (const [texts, lines] of cases) {
  test(`${JSON.stringify(texts).slice(0, 40)} are ${lines.length} lines`, async () => {
    assert.equal(await read(texts), lines)
  })
}

test('the lines of a chunk come before the next chunk is asked for', async () => {
  let asked = 0
  async function* counted() {
    for (;;) {
      asked++
      yield Buffer.from('a\nb\n')
    }
  }
  const lines = linesOf(counted(), 10)
  assert.is((await lines.next()).value!.length, 2)
  assert.is(asked, 1)
  await lines.return(undefined)
})

test.run()
