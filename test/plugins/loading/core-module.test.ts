import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import * as assert from 'uvu/assert'
import { LimitError, limited, pageBytes, tableEntriesMax } from '../../../src/plugins/loading/core-module.ts'
import { rejection } from '../../support/plugins.ts'
import { suite } from '../../support/suite.ts'

const test = suite('limits of core modules')

interface Exports {
  readonly grow: (count: number) => number
  readonly more: (count: number) => number
}

/** Grows its memory and its table as it is told. */
async function grower(memory: string, table: string, memoryPagesMax: number): Promise<Exports> {
  const module = await parse(`(module (memory ${memory}) (table ${table} funcref)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "more") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))`)
  const { bytes } = limited(Buffer.from(module), [memoryPagesMax])
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bytes))
  return exports as unknown as Exports
}

test('a memory without a maximum grows to the limit and no further', async () => {
  const { grow } = await grower('1', '1', 10)
  assert.equal([grow(9), grow(1), grow(0)], [1, -1, 10])
})

test('a maximum of its own that is lower stays', async () => {
  const { grow } = await grower('1 4', '1', 10)
  assert.equal([grow(3), grow(1)], [1, -1])
})

test('a maximum that is higher is lowered', async () => {
  const { grow } = await grower('1 60000', '1', 200)
  assert.equal([grow(199), grow(1)], [1, -1])
})

test('a table grows to its limit and no further', async () => {
  const { more } = await grower('1', '1', 10)
  assert.equal([more(tableEntriesMax - 1), more(1)], [1, -1])
})

test('what begins beyond the limit is refused, and says by how much', async () => {
  const table = await rejection(grower('1', '70000', 10))
  assert.instance(table, LimitError)
  assert.match(table.message, 'a table of 70000 entries is larger than 65536')
})

test('memory that cannot be limited is refused', async () => {
  assert.match((await rejection(grower('1 2 shared', '1', 10))).message, 'shared memory is not supported')
  assert.match((await rejection(grower('i64 1', '1', 10))).message, '64-bit memory is not supported')
})

test('everything else of a module stays as it is', async () => {
  const module = Buffer.from(await parse('(module (memory 1 1) (data (i32.const 0) "kept") (func (export "f")))'))
  const expected = { bytes: module, memoryCount: 1, memoryBytesMax: pageBytes, tableCount: 0 }
  assert.equal(limited(module, [1]), expected)
})

test.run()
