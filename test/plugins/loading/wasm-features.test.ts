import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import * as assert from 'uvu/assert'
import { withWasmFeatures } from '../../../src/plugins/loading/wasm-features.ts'
import { suite } from '../../support/suite.ts'

const test = suite('features of WebAssembly')

const computed = await parse('(module (global (export "g") i32 (i32.add (i32.const 1) (i32.const 2))))')

test('constants may be computed, as those of QuickJS are', async () => {
  const module = await withWasmFeatures(() => WebAssembly.compile(computed))
  const { exports } = await WebAssembly.instantiate(module)
  assert.is((exports['g'] as { value: number }).value, 3)
})

test('the flags of V8 are afterwards what they were', () => {
  const before = WebAssembly.validate(computed)
  withWasmFeatures(() => assert.is(WebAssembly.validate(computed), true))
  assert.is(WebAssembly.validate(computed), before)
})

test.run()
