/** How the memory that a plugin may have is shared out among the memories of its core modules. */
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import * as assert from 'uvu/assert'
import { LimitError, pageBytes } from '../../../src/plugins/loading/core-module.ts'
import { limitedModules, sharesOf } from '../../../src/plugins/loading/memory-shares.ts'
import { suite } from '../../support/suite.ts'

const test = suite('shares of memory')

/** Memories as WebAssembly writes them: `1`, `1 4`. */
function shares(memories: readonly string[], pagesMax: number): readonly number[] {
  const limits = memories.map((text) => {
    const [minimum = 0, maximum = Number.POSITIVE_INFINITY] = text.split(' ').map(Number)
    return { minimum, maximum }
  })
  return sharesOf(limits, pagesMax)
}

const table: readonly (readonly [memories: readonly string[], pagesMax: number, expected: readonly number[]])[] = [
  [[], 10, []],
  [['1'], 10, [10]],
  [['1 4'], 10, [4]],
  [['0'], 10, [10]],
  // As componentize-qjs makes them: one grows.
  [['22', '0', '0'], 2048, [2048, 0, 0]],
  [['22', '0 5', '0'], 2048, [2048, 0, 0]],
  [['1', '1'], 10, [5, 5]],
  [['17', '1'], 2048, [1934, 113]],
  [['0', '0'], 10, [5, 5]],
  // What one cannot take goes to the others.
  [['1 2', '1'], 10, [2, 8]],
  [['100 100', '22', '0'], 2048, [100, 1948, 0]],
  [['1 2', '1 2'], 10, [2, 2]],
  [['3', '7'], 10, [3, 7]],
]

for (const [memories, pagesMax, expected] of table) {
  test(`${pagesMax} pages for memories of ${memories.join(', ')}`, () => {
    const found = shares(memories, pagesMax)
    assert.equal(found, expected)
    assert.ok(found.reduce((sum, pages) => sum + pages, 0) <= pagesMax)
  })
}

test('what begins beyond the limit is refused, and says by how much', () => {
  assert.throws(
    () => shares(['6', '5'], 10),
    (error: Error) =>
      error instanceof LimitError &&
      error.message ===
        'begins with 11 pages (0.7 MiB) of memory, more than max_memory allows (0.6 MiB): raise max_memory',
  )
})

test('modules grow to their shares, and together no further', async () => {
  const grower = async (memory: string) =>
    Buffer.from(
      await parse(`(module (memory ${memory})
        (func (export "grow") (result i32)
          (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
          (memory.size)))`),
    )
  const modules = limitedModules(
    [
      ['one', await grower('3')],
      ['none', Buffer.from(await parse('(module (table 2 funcref))'))],
      ['other', await grower('1')],
    ],
    16 * pageBytes,
  )
  const pages = new Map<string, number>()
  for (const [name, { bytes, memoryBytesMax, tableCount }] of modules) {
    const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bytes))
    pages.set(name, exports['grow'] === undefined ? 0 : (exports['grow'] as () => number)())
    assert.is(memoryBytesMax, pages.get(name)! * pageBytes)
    assert.is(tableCount, name === 'none' ? 1 : 0)
  }
  assert.equal(
    [...pages],
    [
      ['one', 12],
      ['none', 0],
      ['other', 4],
    ],
  )
})

test.run()
