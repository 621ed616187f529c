/**
 * A stream of bytes as whole requests, and what stands before a message: the headers of requests and responses.
 *
 * A frame that lies whole in what was just read is a view of it; one that arrives in pieces is gathered in a buffer of
 * its own. Whoever can choose where to read to asks for room: the rest of a large frame then needs no copy, and small
 * ones are lent where they were read.
 */
import type { Reader, Writer } from '../base/bytes.ts'

const lengthBytes = 4
const requestHeaderBytes = 8
/** With less of its frame to come, a read goes where there is room for what follows it, too. */
const roomBytesMin = 16 * 1024
/** A frame of this length on has a buffer of its own, which may become part of the log. */
const ownBytesMin = 64 * 1024
/** What is read to here is handled or copied before the next read, so one serves all connections of the thread. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024)
/** Enough to learn of a large frame, of which what was read to here must be copied. */
const narrowScratch = scratch.subarray(0, 16 * 1024)
const empty = Buffer.alloc(0)

/** Whether these bytes will be others at the next read: who keeps them longer must copy them. */
export function isLent({ buffer }: Buffer): boolean {
  return buffer === scratch.buffer
}

/** The bytes are no Kafka request; the connection is beyond rescue. */
export class FrameError extends RangeError {
  override readonly name = 'FrameError'
}

/** May change between frames. */
export interface FrameLimits {
  readonly requestBytesMax: number
}

export class FrameReader {
  readonly #limits: FrameLimits
  #rest: Buffer = empty
  #frame: Buffer | null = null // Filled up to #filled; null between frames.
  #filled = 0
  #isLarge = false // The last frame was, so the next one will be.

  constructor(limits: FrameLimits) {
    this.#limits = limits
  }

  /** Where the next bytes of the stream are best put, to be pushed then; good for one push. */
  room(): Buffer {
    const frame = this.#frame
    if (frame === null || this.#rest.length > 0 || frame.length - this.#filled < roomBytesMin) {
      return this.#isLarge ? narrowScratch : scratch
    }
    return frame.subarray(this.#filled)
  }

  /** Takes the next bytes of the stream; `next` then tells which frames they complete. */
  push(bytes: Buffer): void {
    if (this.#isInPlace(bytes)) this.#filled += bytes.length
    else this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
  }

  /** The next whole request, without its length; null until more bytes come. It may be lent. */
  next(): Buffer | null {
    if (this.#frame === null && !this.#begin()) return null
    return this.#fill()
  }

  /** To be called once no more frames are taken for now: what is left of bytes that were lent is copied. */
  keepRest(): void {
    if (this.#rest.length === 0) this.#rest = empty
    else if (isLent(this.#rest)) this.#rest = Buffer.from(this.#rest)
  }

  #isInPlace({ buffer, byteOffset }: Buffer): boolean {
    const frame = this.#frame
    if (frame === null || this.#filled === frame.length) return false
    return buffer === frame.buffer && byteOffset === frame.byteOffset + this.#filled
  }

  /** Whether a frame was begun of which the rest lies in #rest or is still to come. */
  #begin(): boolean {
    if (this.#rest.length < lengthBytes) return false
    const size = this.#rest.readInt32BE(0)
    const sizeMax = this.#limits.requestBytesMax
    if (size < 0 || size > sizeMax)
      throw new FrameError(`a request of ${size} bytes, where 0 to ${sizeMax} are allowed`)
    const end = lengthBytes + size
    this.#isLarge = size >= ownBytesMin
    if (this.#rest.length >= end && !(this.#isLarge && isLent(this.#rest))) {
      this.#frame = this.#rest.subarray(lengthBytes, end)
      this.#filled = size
      this.#rest = this.#rest.subarray(end)
    } else {
      this.#frame = Buffer.allocUnsafe(size)
      this.#filled = 0
      this.#rest = this.#rest.subarray(lengthBytes)
    }
    return true
  }

  #fill(): Buffer | null {
    const frame = this.#frame!
    if (this.#filled < frame.length) {
      const copied = this.#rest.copy(frame, this.#filled)
      this.#filled += copied
      this.#rest = this.#rest.subarray(copied)
      if (this.#filled < frame.length) return null
    }
    this.#frame = null
    return frame
  }
}

export interface RequestHeader {
  readonly apiKey: number
  readonly version: number
  readonly correlationId: number
}

/** What every request begins with, whatever its version; read on with `readClientId`. */
export function readRequestHeader(reader: Reader): RequestHeader {
  if (reader.left < requestHeaderBytes) throw new FrameError(`a request of ${reader.left} bytes, which is no header`)
  return { apiKey: reader.int16(), version: reader.int16(), correlationId: reader.int32() }
}

/** The rest of the header. The client id keeps its old length even in flexible versions (KIP-482). */
export function readClientId(reader: Reader, isFlexible: boolean): string | null {
  const length = reader.int16()
  const clientId = length < 0 ? null : reader.string(length)
  if (isFlexible) {
    for (let count = reader.uvarint(); count > 0; count--) {
      reader.uvarint()
      reader.skip(reader.uvarint())
    }
  }
  return clientId
}

/** Room for the length, then the header. A flexible one ends in an empty section of tags. */
export function beginResponse(writer: Writer, correlationId: number, isFlexible: boolean): void {
  writer.reserveInt32()
  writer.int32(correlationId)
  if (isFlexible) writer.uvarint(0)
}

/** The whole frame, as buffers to be sent one after another. */
export function endResponse(writer: Writer): readonly Buffer[] {
  const size = writer.length - lengthBytes
  const parts = writer.finish()
  parts[0]!.writeInt32BE(size, 0)
  return parts
}
