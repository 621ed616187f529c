/**
 * How much an LZ4 frame unpacks to, found without unpacking it: by walking its blocks and the sequences inside them.
 *
 * Kafka's clients leave the content size out of the frame, so there is nothing shorter to ask.
 */
import { assert } from '../base/assert.ts'

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

/** Where the flags of a frame are, behind its magic number. */
const flagsStart = 4

/**
 * The frame with the checksum that its header ought to have. Kafka's clients of old took the magic number in when they
 * made one for messages of format 0, and went by no other.
 */
export function withFrameChecksum(frame: Buffer): Buffer {
  return withHeaderChecksum(frame, flagsStart)
}

/** The frame as such a client would have made it. */
export function withOldFrameChecksum(frame: Buffer): Buffer {
  return withHeaderChecksum(frame, 0)
}

function withHeaderChecksum(frame: Buffer, start: number): Buffer {
  const end = checksumStart(frame)
  if (frame.length <= end) throw new RangeError('no whole lz4 frame')
  const copy = Buffer.from(frame)
  copy[end] = (xxHash32OfShort(frame.subarray(start, end)) >>> 8) & 0xff
  return copy
}

function checksumStart(frame: Buffer): number {
  if (frame.length <= flagsStart) throw new RangeError('no whole lz4 frame')
  const flags = frame[flagsStart]!
  if ((flags & flag.dictionary) !== 0) throw new RangeError('an lz4 frame with a dictionary')
  return flagsStart + 2 + ((flags & flag.contentSize) !== 0 ? 8 : 0)
}

const [prime1, prime2, prime3, prime4, prime5] = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f, 0x1656_67b1]

/** xxHash of 32 bits with seed 0, in the form that it has for less than 16 bytes. */
function xxHash32OfShort(bytes: Buffer): number {
  assert(bytes.length < 16, 'the header of a frame is short')
  let hash = (prime5 + bytes.length) | 0
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotatedLeft((hash + Math.imul(bytes.readInt32LE(at), prime3)) | 0, 17), prime4)
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(rotatedLeft((hash + Math.imul(bytes[at]!, prime5)) | 0, 11), prime1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), prime2)
  hash = Math.imul(hash ^ (hash >>> 13), prime3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotatedLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
