/** Node 20 has a feature of WebAssembly ready but switched off that components of componentize-qjs need. */
import { setFlagsFromString } from 'node:v8'

/** (module (global i32 (i32.add (i32.const 0) (i32.const 0)))) */
const extendedConst = Buffer.from('0061736d010000000609017f00410041006a0b', 'hex')

/** For the whole process, and before the first such module is compiled. Later versions of Node have it on. */
export function enableWasmFeatures(): void {
  if (!WebAssembly.validate(extendedConst)) setFlagsFromString('--experimental-wasm-extended-const')
}
