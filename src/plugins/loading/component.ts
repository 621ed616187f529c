/**
 * Reads what a component imports and exports off its binary, without running anything of it or of a toolchain.
 *
 * Only the outermost level is read: what a component holds inside (core modules, nested components) is skipped.
 */
import { Unfit } from './plugin-start-error.ts'

export interface ComponentNames {
  /** With their versions, as `wasi:cli/environment@0.2.3`. */
  readonly imports: readonly string[]
  readonly exports: readonly string[]
}

/** What a file is not, and what its author can do about it. */
export class NotAComponent extends Unfit {
  override readonly name = 'NotAComponent'
}

const magic = 0x0061736d
/** The version and layer that follow the magic number. */
const coreModule = 0x01000000
const component = 0x0d000100
const headerBytes = 8
const section = { import: 10, export: 11 } as const

export function readComponent(bytes: Buffer): ComponentNames {
  checkHeader(bytes)
  const imports: string[] = []
  const exports: string[] = []
  const input = new Input(bytes, headerBytes, bytes.length)
  while (input.left > 0) {
    const id = input.byte()
    const body = input.part(input.uint32())
    if (id === section.import) readEach(body, () => imports.push(readImport(body)))
    if (id === section.export) readEach(body, () => exports.push(readExport(body)))
  }
  return { imports, exports }
}

function checkHeader(bytes: Buffer): void {
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== magic) {
    throw new NotAComponent('is not WebAssembly: name the .wasm file that your build wrote')
  }
  const layer = bytes.readUInt32BE(4)
  if (layer === coreModule) {
    throw new NotAComponent(
      'is a core module, not a component: make a component of it, with `jco new` or `wasm-tools component new`',
    )
  }
  if (layer !== component) {
    throw new NotAComponent(`is WebAssembly of an unknown kind (${layer.toString(16).padStart(8, '0')})`)
  }
}

function readEach(body: Input, read: () => void): void {
  for (let count = body.uint32(); count > 0; count--) read()
}

function readImport(body: Input): string {
  const name = readName(body)
  skipDescription(body)
  return name
}

function readExport(body: Input): string {
  const name = readName(body)
  if (body.byte() === sort.core) body.byte()
  body.uint32()
  if (body.byte() === 1) skipDescription(body)
  return name
}

function readName(body: Input): string {
  const kind = body.byte()
  const name = body.text(body.uint32())
  if (kind === 2) body.text(body.uint32()) // A version written apart from the name.
  return name
}

const sort = { core: 0x00, value: 0x02, type: 0x03 } as const

/** What kind of thing is imported or exported: a sort, and nearly always the index of its type. */
function skipDescription(body: Input): void {
  const kind = body.byte()
  if (kind === sort.core) body.byte()
  const isBoundWithoutIndex = kind === sort.type && body.byte() !== 0
  if (kind === sort.value) body.byte()
  if (!isBoundWithoutIndex) body.uint32()
}

class Input {
  #at: number
  readonly #end: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
  }

  get left(): number {
    return this.#end - this.#at
  }

  byte(): number {
    this.#take(1)
    return this.#bytes.readUInt8(this.#at - 1)
  }

  uint32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new NotAComponent('is damaged: a number in it does not end. Build or copy it again')
  }

  text(byteLength: number): string {
    this.#take(byteLength)
    return this.#bytes.toString('utf8', this.#at - byteLength, this.#at)
  }

  part(byteLength: number): Input {
    this.#take(byteLength)
    return new Input(this.#bytes, this.#at - byteLength, this.#at)
  }

  #take(byteLength: number): void {
    if (byteLength > this.left) throw new NotAComponent('is truncated: build or copy it again')
    this.#at += byteLength
  }
}
