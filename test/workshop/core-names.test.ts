/** Names of a core module, given anew. */
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import * as assert from 'uvu/assert'
import { renamed } from '../../src/workshop/core-names.ts'
import { suite } from '../support/suite.ts'
import { mistake } from '../support/workshop-shell.ts'

const test = suite('workshop: names of a core module')

/** Of which the source needs, and declares, less. */
const wasm = WebAssembly as unknown as Record<string, new (...words: unknown[]) => object>

const source = `(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "memory" (memory 1 2))
  (import "env" "table" (table 1 funcref))
  (import "env" "global" (global $g (mut i32)))
  (func (export "init") (result i32) (call $log (i32.const 1)) (i32.const 7))
  (global (export "other") i32 (i32.const 3)))`

test('the named ones change, and it works as before', async () => {
  const long = `blink:plugin/host@0.1.0-${'x'.repeat(200)}`
  const bytes = renamed(await parse(source), { exports: { init: 'a#b' }, imports: { 'env log': `${long} log` } })
  const module = await WebAssembly.compile(new Uint8Array(bytes))
  const imports = WebAssembly.Module.imports(module).map(({ module, name }) => `${module} ${name}`)
  assert.equal(imports, [`${long} log`, 'env memory', 'env table', 'env global'])
  const memory = new wasm.Memory!({ initial: 1, maximum: 2 })
  const table = new wasm.Table!({ initial: 1, element: 'anyfunc' })
  const global = new wasm.Global!({ value: 'i32', mutable: true }, 0)
  const given = { [long]: { log() {} }, env: { memory, table, global } }
  const { exports } = await WebAssembly.instantiate(module, given as never)
  assert.equal(Object.keys(exports).sort(), ['a#b', 'other'])
  assert.is((exports['a#b'] as () => number)(), 7)
})

test('a name that is not there is a mistake', async () => {
  const core = await parse(source)
  const { message } = await mistake(() => renamed(core, { exports: { on: 'x' }, imports: { 'env no': 'a b' } }))
  assert.match(message, /^the core module has no on, env no to be renamed: /)
})

test('what is no WebAssembly, or cut short, is a mistake', async () => {
  const core = await parse(source)
  const names = { exports: { init: 'x' }, imports: {} }
  assert.match((await mistake(() => renamed(Buffer.from('text here'), names))).message, /is not WebAssembly/)
  assert.match((await mistake(() => renamed(core.subarray(0, 9), names))).message, /is cut short/)
})

test.run()
