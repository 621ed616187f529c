/**
 * How much an LZ4 frame unpacks to, found without unpacking it: by walking its blocks and the sequences inside them.
 *
 * Kafka's clients leave the content size out of the frame, so there is nothing shorter to ask.
 */
const frameMagic = 0x184d_2204
const flag = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 }
const storedBlock = 0x8000_0000
const matchBytesMin = 4

/** The bytes in all frames of `bytes`; RangeError when they are not frames or end too soon. */
export function lz4FrameBytes(bytes: Buffer): number {
  let total = 0
  for (let at = 0; at < bytes.length; ) {
    if (bytes.readUInt32LE(at) !== frameMagic) throw new RangeError('no lz4 frame')
    const flags = bytes.readUInt8(at + 4)
    const hasBlockChecksums = (flags & flag.blockChecksum) !== 0
    at += 7 // Magic, flags, block size, header checksum.
    if ((flags & flag.contentSize) !== 0) at += 8
    if ((flags & flag.dictionary) !== 0) at += 4
    for (let size = bytes.readUInt32LE(at); size !== 0; size = bytes.readUInt32LE(at)) {
      const isStored = size >= storedBlock
      const start = at + 4
      const end = start + (isStored ? size - storedBlock : size)
      if (end > bytes.length) throw new RangeError('an lz4 block beyond its frame')
      total += isStored ? end - start : blockBytes(bytes, start, end)
      at = hasBlockChecksums ? end + 4 : end
    }
    at += (flags & flag.contentChecksum) === 0 ? 4 : 8
  }
  return total
}

/** A block is sequences: a token, literals, and a match of earlier bytes, which the last sequence lacks. */
function blockBytes(bytes: Buffer, start: number, end: number): number {
  let total = 0
  let at = start
  const extended = (nibble: number) => {
    let length = nibble
    if (nibble === 15) {
      let byte = 255
      while (byte === 255) {
        if (at >= end) throw new RangeError('an lz4 length beyond its block')
        byte = bytes[at++]!
        length += byte
      }
    }
    return length
  }
  while (at < end) {
    const token = bytes[at++]!
    const literals = extended(token >>> 4)
    total += literals
    at += literals
    if (at >= end) break
    at += 2 // How far back the match lies.
    total += extended(token & 15) + matchBytesMin
  }
  return total
}
