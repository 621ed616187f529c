import { parse } from '@bytecodealliance/jco-transpile/wasm-tools'
import * as assert from 'uvu/assert'
import { enableWasmFeatures } from '../../src/plugins/wasm-features.ts'
import { suite } from '../support/suite.ts'

const test = suite('features of WebAssembly')

test('constants may be computed, as those of QuickJS are', async () => {
  enableWasmFeatures()
  const module = await parse('(module (global (export "g") i32 (i32.add (i32.const 1) (i32.const 2))))')
  assert.is(WebAssembly.validate(module), true)
})

test.run()
