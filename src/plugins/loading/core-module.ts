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
const headerBytes = 8
const flag = { hasMaximum: 1, isShared: 2, is64Bit: 4 } as const

/** Thrown for a module that does not fit its limits from the start, or asks for what cannot be limited. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
}

export interface LimitedModule {
  readonly bytes: Buffer
  /** How many memories and tables an instance of it brings, not counting imported ones. */
  readonly memoryCount: number
  readonly tableCount: number
}

/** The module with maxima of memory and tables that are no higher than the limits. */
export function limited(module: Buffer, memoryBytesMax: number): LimitedModule {
  const parts: Buffer[] = [module.subarray(0, headerBytes)]
  const counts: Record<number, number> = { [section.memory]: 0, [section.table]: 0 }
  const cursor = { bytes: module, at: headerBytes }
  while (cursor.at < module.length) {
    const start = cursor.at
    const id = byte(cursor)
    const length = uint32(cursor)
    const body = { bytes: module.subarray(cursor.at, cursor.at + length), at: 0 }
    cursor.at += length
    if (id in counts) counts[id] = uint32({ ...body })
    if (id === section.memory) parts.push(rewritten(id, body, (body) => memory(body, memoryBytesMax)))
    else if (id === section.table) parts.push(rewritten(id, body, table))
    else parts.push(module.subarray(start, cursor.at))
  }
  return {
    bytes: Buffer.concat(parts),
    memoryCount: counts[section.memory]!,
    tableCount: counts[section.table]!,
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

function memory(body: Cursor, bytesMax: number): readonly number[] {
  return limits(body, Math.floor(bytesMax / pageBytes), (pages) => {
    const needed = `${pages} pages (${mebibytes(pages * pageBytes)})`
    return `begins with ${needed} of memory, more than max_memory allows (${mebibytes(bytesMax)}): raise max_memory`
  })
}

const referenceTypes = [0x70, 0x6f] // funcref and externref

function table(body: Cursor): readonly number[] {
  const type = byte(body)
  if (!referenceTypes.includes(type)) throw new LimitError('a table of typed references is not supported')
  const tooLarge = (entries: number) => `a table of ${entries} entries is larger than ${tableEntriesMax}`
  return [type, ...limits(body, tableEntriesMax, tooLarge)]
}

function limits(body: Cursor, limit: number, tooLarge: (minimum: number) => string): readonly number[] {
  const flags = byte(body)
  if ((flags & flag.isShared) !== 0) throw new LimitError('shared memory is not supported')
  if ((flags & flag.is64Bit) !== 0) throw new LimitError('64-bit memory is not supported')
  const minimum = uint32(body)
  const maximum = (flags & flag.hasMaximum) === 0 ? limit : uint32(body)
  if (minimum > limit) throw new LimitError(tooLarge(minimum))
  return [flags | flag.hasMaximum, ...leb(minimum), ...leb(Math.min(maximum, limit))]
}

function mebibytes(bytes: number): string {
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
