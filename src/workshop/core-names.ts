/**
 * Gives imports and exports of a core module other names: for compilers whose names cannot hold what a component's
 * consist of. Only the two sections that hold the names are written anew.
 */
import { Mistake } from '../terminal/shell.ts'

export interface NewNames {
  /** By the old name. */
  readonly exports: Readonly<Record<string, string>>
  /** Module and name, parted by a space. */
  readonly imports: Readonly<Record<string, string>>
}

const headerBytes = 8
const section = { import: 2, export: 7 } as const

/** Throws Mistake when a name is not there, which nobody would notice otherwise until the component is made. */
export function renamed(core: Uint8Array, names: NewNames): Buffer {
  const bytes = Buffer.from(core.buffer, core.byteOffset, core.byteLength)
  if (bytes.toString('latin1', 0, 4) !== '\0asm') throw new Mistake('the core module is not WebAssembly: build it anew')
  const parts: Buffer[] = [bytes.subarray(0, headerBytes)]
  const missing = new Set([...Object.keys(names.exports), ...Object.keys(names.imports)])
  const input = new Input(bytes, headerBytes)
  while (input.at < bytes.length) {
    const start = input.at
    const id = input.byte()
    const length = input.uint32()
    const body = bytes.subarray(input.at, input.at + length)
    input.at += length
    const isNamed = id === section.import || id === section.export
    parts.push(isNamed ? sectionOf(id, rewritten(id, body, names, missing)) : bytes.subarray(start, input.at))
  }
  if (missing.size > 0) {
    throw new Mistake(`the core module has no ${[...missing].join(', ')} to be renamed: correct exports and imports`)
  }
  return Buffer.concat(parts)
}

function rewritten(id: number, body: Buffer, names: NewNames, missing: Set<string>): Buffer {
  const input = new Input(body, 0)
  const count = input.uint32()
  const parts = [uleb(count)]
  for (let index = 0; index < count; index++) {
    if (id === section.export) {
      const name = input.text()
      missing.delete(name)
      parts.push(named(names.exports[name] ?? name))
    } else {
      const name = `${input.text()} ${input.text()}`
      missing.delete(name)
      const [module = '', field = ''] = parted(names.imports[name] ?? name)
      parts.push(named(module), named(field))
    }
    const from = input.at
    if (id === section.export) input.skipExport()
    else input.skipImport()
    parts.push(body.subarray(from, input.at))
  }
  return Buffer.concat(parts)
}

/** At the last space: a module's name may be a path, a field's has none. */
function parted(name: string): [string, string] {
  const at = name.indexOf(' ')
  return [name.slice(0, at), name.slice(at + 1)]
}

function sectionOf(id: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([id]), uleb(body.length), body])
}

function named(text: string): Buffer {
  return Buffer.concat([uleb(Buffer.byteLength(text)), Buffer.from(text)])
}

function uleb(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  do {
    const byte = left & 0x7f
    left >>>= 7
    bytes.push(left === 0 ? byte : byte | 0x80)
  } while (left !== 0)
  return Buffer.from(bytes)
}

const kind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const

class Input {
  at: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw new Mistake('the core module is cut short: build it anew')
    return byte
  }

  uint32(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }

  text(): string {
    const length = this.uint32()
    this.at += length
    return this.#bytes.toString('utf8', this.at - length, this.at)
  }

  skipExport(): void {
    this.byte()
    this.uint32()
  }

  skipImport(): void {
    switch (this.byte()) {
      case kind.function:
        this.uint32()
        break
      case kind.table:
        this.byte()
        this.#skipLimits()
        break
      case kind.memory:
        this.#skipLimits()
        break
      case kind.global:
        this.byte()
        this.byte()
        break
      case kind.tag:
        this.byte()
        this.uint32()
        break
      default:
        throw new Mistake('the core module imports what WebAssembly 2 does not know: build it for wasm32')
    }
  }

  #skipLimits(): void {
    const hasMaximum = (this.byte() & 1) === 1
    this.uint32()
    if (hasMaximum) this.uint32()
  }
}
