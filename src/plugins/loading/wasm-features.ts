/** Node 20 has a feature of WebAssembly ready but switched off that components of componentize-qjs need. */
import { setFlagsFromString } from 'node:v8'

/** (module (global i32 (i32.add (i32.const 0) (i32.const 0)))) */
const extendedConst = Buffer.from('0061736d010000000609017f00410041006a0b', 'hex')

/**
 * Calls `begin`, which begins to compile, with the feature switched on; later versions of Node have it on. A module
 * keeps the features with which compiling it began.
 *
 * Off again at once: V8 refuses code that it cached under other flags, and Node's own modules are such code. A thread
 * that starts under other flags takes 90 ms in place of 30.
 */
export function withWasmFeatures<T>(begin: () => T): T {
  if (WebAssembly.validate(extendedConst)) return begin()
  setFlagsFromString('--experimental-wasm-extended-const')
  try {
    return begin()
  } finally {
    setFlagsFromString('--no-experimental-wasm-extended-const')
  }
}
