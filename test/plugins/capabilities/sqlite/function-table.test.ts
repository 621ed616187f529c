/** JavaScript that WebAssembly can call. */
import * as assert from 'uvu/assert'
import { addToTable } from '../../../../src/plugins/capabilities/sqlite/function-table.ts'
import { suite } from '../../../support/suite.ts'

const test = suite('the table of functions')

test('a function is called with numbers of 32 and of 64 bits', () => {
  const functions: ((...values: unknown[]) => number)[] = []
  const table = {
    grow: (count: number) => functions.length + count - 1,
    set: (index: number, value: unknown) => {
      functions[index] = value as () => number
    },
  }
  const seen: unknown[] = []
  const index = addToTable(table as WebAssembly.Table, 'iji', (...values: unknown[]) => {
    seen.push(...values)
    return 42
  })
  assert.is(functions[index]!(1, -5n, 2), 42)
  assert.equal(seen, [1, -5n, 2])
})

test.run()
