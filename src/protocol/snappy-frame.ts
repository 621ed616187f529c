/**
 * Snappy as Java clients write it: snappy-java's stream, a header and then blocks, each with its length before it.
 *
 * Others (librdkafka, older Go clients) send one bare block instead. The header tells them apart: a bare block that
 * began so would copy bytes before there are any.
 */
import { Reader } from '../base/bytes.ts'

const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const versionAndCompatible = 1
const headerBytes = magic.length + 8
/** What snappy-java packs at a time. */
const blockBytesMax = 32 * 1024

/** The bare blocks of either form, and what they say they unpack to together. */
export function snappyBlocks(bytes: Buffer): { blocks: readonly Buffer[]; byteLength: number } {
  if (!isFramed(bytes)) return { blocks: [bytes], byteLength: uncompressedBytes(bytes) }
  const reader = new Reader(bytes)
  reader.skip(headerBytes)
  const blocks: Buffer[] = []
  let byteLength = 0
  while (reader.left > 0) {
    const block = reader.bytes(reader.int32())
    byteLength += uncompressedBytes(block)
    blocks.push(block)
  }
  return { blocks, byteLength }
}

/** The stream that snappy-java would write. */
export function frameSnappy(bytes: Buffer, compressBlock: (block: Buffer) => Buffer): Buffer {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeInt32BE(versionAndCompatible, magic.length)
  header.writeInt32BE(versionAndCompatible, magic.length + 4)
  const parts: Buffer[] = [header]
  for (let at = 0; at < bytes.length; at += blockBytesMax) {
    const block = compressBlock(bytes.subarray(at, at + blockBytesMax))
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

function isFramed(bytes: Buffer): boolean {
  return bytes.length >= headerBytes && bytes.compare(magic, 0, magic.length, 0, magic.length) === 0
}

/** A block opens with the length of what it holds. The decoder refuses one that lies, but takes the memory first. */
function uncompressedBytes(block: Buffer): number {
  return new Reader(block).uvarint()
}
