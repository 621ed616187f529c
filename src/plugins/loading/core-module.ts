/**
 * Rewrites the limits of a core module's memories and tables, the only thing that bounds what a plugin can take:
 * neither a worker's resource limits nor V8 stop wasm memory short of 4 GiB, and a table can grow past 500 MB.
 */
export const pageBytes = 65_536
/** Entries; the largest of known toolchains, StarlingMonkey, starts with 7,689. */
export const tableEntriesMax = 65_536
/** Of all core instances of a component together; that of componentize-qjs has three memories, of which one grows. */
export const memoriesMax = 4
export const tablesMax = 64

const section = { table: 4, memory: 5 } as const
/** Of core modules and of components. */
export const headerBytes = 8
const flag = { hasMaximum: 1, isShared: 2, is64Bit: 4 } as const

/** Thrown for a module that does not fit its limits from the start, or asks for what cannot be limited. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
}

export interface LimitedModule {
  readonly bytes: Buffer
  /** How many memories and tables an instance of it brings, not counting imported ones. */
  readonly memoryCount: number
  /** To which its memories may grow together. */
  readonly memoryBytesMax: number
  readonly tableCount: number
}

/** In pages. */
export interface MemoryLimits {
  readonly minimum: number
  /** Infinite where it has none. */
  readonly maximum: number
}

/** Those that the module brings, in their order. */
export function memoriesIn(module: Buffer): readonly MemoryLimits[] {
  const found: MemoryLimits[] = []
  for (const { id, body } of sectionsOf(module)) {
    if (id !== section.memory) continue
    for (let count = uint32(body); count > 0; count--) found.push(limitsIn(body))
  }
  return found
}

/** The module with a maximum for each of its memories, in pages, and with maxima of tables. */
export function limited(module: Buffer, memoryPages: readonly number[]): LimitedModule {
  const parts: Buffer[] = [module.subarray(0, headerBytes)]
  const left = [...memoryPages]
  let tableCount = 0
  let isRewritten = false
  for (const { id, body, whole } of sectionsOf(module)) {
    if (id === section.table) tableCount = uint32({ ...body })
    isRewritten ||= id === section.memory || id === section.table
    if (id === section.memory) parts.push(rewritten(id, body, (body) => limits(limitsIn(body), left.shift()!)))
    else if (id === section.table) parts.push(rewritten(id, body, table))
    else parts.push(whole)
  }
  return {
    // Most of a component lies in a module that has neither: not copied.
    bytes: isRewritten ? Buffer.concat(parts) : module,
    memoryCount: memoryPages.length,
    memoryBytesMax: pageBytes * memoryPages.reduce((sum, pages) => sum + pages, 0),
    tableCount,
  }
}

/** Of a core module, or of a component. */
export function* sectionsOf(module: Buffer): Generator<{ id: number; body: Cursor; whole: Buffer }> {
  const cursor = { bytes: module, at: headerBytes }
  while (cursor.at < module.length) {
    const start = cursor.at
    const id = byte(cursor)
    const length = uint32(cursor)
    const body = { bytes: module.subarray(cursor.at, cursor.at + length), at: 0 }
    cursor.at += length
    yield { id, body, whole: module.subarray(start, cursor.at) }
  }
}

interface Cursor {
  readonly bytes: Buffer
  at: number
}

function rewritten(id: number, body: Cursor, rewrite: (body: Cursor) => readonly number[]): Buffer {
  const count = uint32(body)
  const bytes = [...leb(count)]
  for (let index = 0; index < count; index++) bytes.push(...rewrite(body))
  return Buffer.from([id, ...leb(bytes.length), ...bytes])
}

const referenceTypes = [0x70, 0x6f] // funcref and externref

function table(body: Cursor): readonly number[] {
  const type = byte(body)
  if (!referenceTypes.includes(type)) throw new LimitError('a table of typed references is not supported')
  const own = limitsIn(body)
  if (own.minimum > tableEntriesMax) {
    throw new LimitError(`a table of ${own.minimum} entries is larger than ${tableEntriesMax}`)
  }
  return [type, ...limits(own, tableEntriesMax)]
}

/** Of a memory or a table. */
function limitsIn(body: Cursor): MemoryLimits {
  const flags = byte(body)
  if ((flags & flag.isShared) !== 0) throw new LimitError('shared memory is not supported')
  if ((flags & flag.is64Bit) !== 0) throw new LimitError('64-bit memory is not supported')
  const minimum = uint32(body)
  return { minimum, maximum: (flags & flag.hasMaximum) === 0 ? Number.POSITIVE_INFINITY : uint32(body) }
}

function limits({ minimum, maximum }: MemoryLimits, limit: number): readonly number[] {
  return [flag.hasMaximum, ...leb(minimum), ...leb(Math.min(maximum, limit))]
}

export function mebibytes(bytes: number): string {
  return `${Number((bytes / 1024 / 1024).toFixed(1))} MiB`
}

function byte(cursor: Cursor): number {
  return cursor.bytes.readUInt8(cursor.at++)
}

function uint32(cursor: Cursor): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const next = byte(cursor)
    value |= (next & 0x7f) << shift
    if (next < 0x80) break
  }
  return value >>> 0
}

function leb(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return bytes
}
