/**
 * The codecs of record batches: gzip, snappy, lz4 frames, zstd.
 *
 * What arrives is hostile: a batch of 1 MB may unpack to gigabytes. So each codec is bounded by what it may
 * produce before memory is taken for it, and garbage is a RangeError, never a crash. Native modules are loaded
 * when first needed.
 */
import { createRequire } from 'node:module'
import { gunzipSync, gzipSync } from 'node:zlib'
import { lz4FrameBytes } from './lz4-frame.ts'
import { frameSnappy, snappyBlocks } from './snappy-frame.ts'
import { zstdCompress, zstdDecompress } from './zstd.ts'

/** By their code in a batch's attributes. */
export const compressionTypes = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CompressionType = (typeof compressionTypes)[number]

/** Would unpack to more than it may. */
export class UncompressedTooLarge extends RangeError {
  constructor(type: CompressionType, bytesMax: number) {
    super(`${type} data that unpacks to more than ${bytesMax} bytes`)
  }
}

interface Snappy {
  compressSync(input: Uint8Array): Buffer
  uncompressSync(input: Uint8Array): Buffer
}
interface Lz4 {
  compressFrameSync(input: Buffer): Buffer
  decompressFrameSync(input: Buffer): Buffer
}

const require = createRequire(import.meta.url)
let loadedSnappy: Snappy | undefined
let loadedLz4: Lz4 | undefined

function snappy(): Snappy {
  loadedSnappy ??= require('snappy') as Snappy
  return loadedSnappy
}

function lz4(): Lz4 {
  loadedLz4 ??= require('lz4-napi') as Lz4
  return loadedLz4
}

/** In the form that Kafka's own clients write. Levels are those of gzip and zstd; lz4 knows one here. */
export function compress(type: CompressionType, bytes: Buffer, level?: number): Buffer {
  switch (type) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes, { level })
    case 'snappy':
      return frameSnappy(bytes, (block) => snappy().compressSync(block))
    case 'lz4':
      return lz4().compressFrameSync(bytes)
    case 'zstd':
      return zstdCompress(bytes, level)
  }
}

/**
 * A view when there is nothing to unpack. Throws UncompressedTooLarge beyond `bytesMax`, else RangeError for
 * garbage.
 */
export function decompress(type: CompressionType, bytes: Buffer, bytesMax: number): Buffer {
  if (type === 'none') return bytes
  try {
    const unpacked = unpack(type, bytes, bytesMax)
    if (unpacked.length > bytesMax) throw new UncompressedTooLarge(type, bytesMax)
    return unpacked
  } catch (error) {
    if (error instanceof UncompressedTooLarge) throw error
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new UncompressedTooLarge(type, bytesMax)
    throw new RangeError(`${type} data that cannot be unpacked: ${(error as Error).message}`)
  }
}

function unpack(type: Exclude<CompressionType, 'none'>, bytes: Buffer, bytesMax: number): Buffer {
  switch (type) {
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength: Math.max(1, bytesMax) })
    case 'snappy':
      return unpackSnappy(bytes, bytesMax)
    case 'lz4':
      if (lz4FrameBytes(bytes) > bytesMax) throw new UncompressedTooLarge('lz4', bytesMax)
      return lz4().decompressFrameSync(bytes)
    case 'zstd':
      return zstdDecompress(bytes, bytesMax)
  }
}

function unpackSnappy(bytes: Buffer, bytesMax: number): Buffer {
  const { blocks, byteLength } = snappyBlocks(bytes)
  if (byteLength > bytesMax) throw new UncompressedTooLarge('snappy', bytesMax)
  const unpacked = blocks.map((block) => snappy().uncompressSync(block))
  return unpacked.length === 1 ? unpacked[0]! : Buffer.concat(unpacked)
}
