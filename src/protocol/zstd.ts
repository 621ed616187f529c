/**
 * zstd: Node.js's own where it has it (from 22.15), else a build of the reference library in WebAssembly.
 *
 * The latter unpacks a frame in one call into memory taken beforehand, so the frame is walked first: its blocks
 * say how much they can hold. Java clients leave the content size out of the frame. WebAssembly memory grows to
 * the largest batch seen and stays there.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as zlib from 'node:zlib'

type Bound = { readonly maxOutputLength: number }
interface NativeZstd {
  readonly zstdCompressSync?: (bytes: Buffer, options: { readonly params: Readonly<Record<number, number>> }) => Buffer
  readonly constants: { readonly ZSTD_c_compressionLevel: number }
  readonly zstdDecompressSync?: (bytes: Buffer, options: Bound) => Buffer
}
interface WasmZstd {
  compress(bytes: Buffer, level: number): Uint8Array
  decompress(bytes: Buffer, options: { defaultHeapSize: number }): Uint8Array
}
/** The part of Emscripten's module object that instantiates without waiting. */
interface EmscriptenModule {
  instantiateWasm: (imports: object, receive: (instance: object) => void) => object
  init(source: string): void
}
/** What the standard library of TypeScript says only to browsers. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => object
}

const native = zlib as unknown as NativeZstd
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi }
const usualLevel = 3 // What Kafka's producers use unless told otherwise.
const frameMagic = 0xfd2f_b528
const skippableMagic = 0x184d_2a50
const blockBytesMax = 128 * 1024

let loaded: WasmZstd | undefined

export function zstdCompress(bytes: Buffer, level = usualLevel): Buffer {
  const { zstdCompressSync, constants } = native
  if (zstdCompressSync === undefined) return asBuffer(wasm().compress(bytes, level))
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } })
}

/** Takes no more memory than `bytesMax` for what it unpacks; too large is an error with code ERR_BUFFER_TOO_LARGE. */
export function zstdDecompress(bytes: Buffer, bytesMax: number): Buffer {
  if (native.zstdDecompressSync !== undefined) {
    return native.zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, bytesMax) })
  }
  return zstdDecompressInWasm(bytes, bytesMax)
}

/** The way of Node.js before 22.15; anywhere, for tests. */
export function zstdDecompressInWasm(bytes: Buffer, bytesMax: number): Buffer {
  const unpacked: Buffer[] = []
  let left = bytesMax
  for (const frame of framesOf(bytes)) {
    if (frame.declaredBytes !== null && frame.declaredBytes > left) throw tooLarge()
    const capacity = Math.min(frame.bytesMax, left)
    const part = unpackFrame(frame, capacity, left)
    left -= part.length
    unpacked.push(part)
  }
  return unpacked.length === 1 ? unpacked[0]! : Buffer.concat(unpacked)
}

function unpackFrame(frame: Frame, capacity: number, left: number): Buffer {
  try {
    return asBuffer(wasm().decompress(frame.bytes, { defaultHeapSize: Math.max(1, capacity) }))
  } catch {
    // What the library says is a number without a name. A frame that could hold more than is left is taken to do so.
    throw frame.bytesMax > left ? tooLarge() : new RangeError('a corrupt zstd frame')
  }
}

function tooLarge(): Error {
  return Object.assign(new RangeError('too large'), { code: 'ERR_BUFFER_TOO_LARGE' })
}

interface Frame {
  readonly bytes: Buffer
  /** What its header says it holds, where it says so. */
  readonly declaredBytes: number | null
  /** No more than this can be in it. */
  readonly bytesMax: number
}

/** Frames that hold data, as RFC 8878 lays them out. */
function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length; ) {
    const magic = bytes.readUInt32LE(at)
    if (magic >>> 4 === skippableMagic >>> 4) {
      at += 8 + bytes.readUInt32LE(at + 4)
    } else if (magic === frameMagic) {
      const frame = frameAt(bytes, at)
      frames.push(frame)
      at += frame.bytes.length
    } else {
      throw new RangeError('no zstd frame')
    }
  }
  if (frames.length === 0) throw new RangeError('no zstd frame')
  return frames
}

function frameAt(bytes: Buffer, start: number): Frame {
  const descriptor = bytes.readUInt8(start + 4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >>> 6
  const sizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  const sizeAt = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes
  const declaredBytes = sizeBytes === 0 ? null : declaredSize(bytes, sizeAt, sizeBytes)

  let held = 0
  let at = sizeAt + sizeBytes
  for (let isLast = false; !isLast; ) {
    const header = bytes.readUIntLE(at, 3)
    const size = header >>> 3
    const kind = (header >>> 1) & 3 // Raw, one byte repeated, compressed, reserved.
    isLast = (header & 1) !== 0
    held += kind === 2 ? blockBytesMax : Math.min(size, blockBytesMax)
    at += 3 + (kind === 1 ? 1 : size)
  }
  if ((descriptor & 4) !== 0) at += 4 // Checksum.
  if (at > bytes.length) throw new RangeError('a zstd block beyond its frame')
  return { bytes: bytes.subarray(start, at), declaredBytes, bytesMax: declaredBytes ?? held }
}

function declaredSize(bytes: Buffer, at: number, sizeBytes: number): number {
  if (sizeBytes === 8) return Number(bytes.readBigUInt64LE(at))
  return bytes.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0)
}

/**
 * The package's own `init` waits for a promise, and a batch is judged synchronously. Its Emscripten module, which
 * it does not export, can be instantiated at once; compiling 250 KB takes a few milliseconds.
 */
function wasm(): WasmZstd {
  if (loaded !== undefined) return loaded
  const require = createRequire(import.meta.url)
  const entry = require.resolve('@bokuweb/zstd-wasm')
  const { Module } = require(join(dirname(entry), 'module.js')) as { Module: EmscriptenModule }
  Module.instantiateWasm = (imports, receive) => {
    const compiled = new WebAssembly.Module(readFileSync(join(dirname(entry), 'zstd.wasm')))
    receive(new WebAssembly.Instance(compiled, imports))
    return {}
  }
  Module.init('zstd.wasm')
  loaded = require(entry) as WasmZstd
  return loaded
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
