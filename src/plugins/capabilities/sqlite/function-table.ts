/**
 * JavaScript functions that SQLite can call back: WebAssembly calls through a table, which holds only functions of
 * WebAssembly, so each is drawn through a small module that imports and exports it.
 */

/** `i` is a 32-bit number, `j` a 64-bit one, which is a bigint here; all return `i`. */
export type Parameters = string

const typeCodes: Readonly<Record<string, number>> = { i: 0x7f, j: 0x7e }

/** Its index in the table is what C calls a pointer to it. */
export function addToTable(
  table: WebAssembly.Table,
  parameters: Parameters,
  run: (...values: never[]) => number,
): number {
  const module = new WebAssembly.Module(passingOn(parameters))
  const { exports } = new WebAssembly.Instance(module, { e: { f: run } })
  const index = table.grow(1)
  table.set(index, exports['f'])
  return index
}

/** (module (import "e" "f" (func (param …) (result i32))) (export "f" (func 0))) */
function passingOn(parameters: Parameters): Uint8Array {
  const codes = [...parameters].map((letter) => typeCodes[letter]!)
  const type = [1, 0x60, codes.length, ...codes, 1, typeCodes['i']!]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, type.length, ...type],
    ...[2, 7, 1, 1, 0x65, 1, 0x66, 0, 0],
    ...[7, 5, 1, 1, 0x66, 0, 0],
  ])
}
