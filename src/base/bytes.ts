/**
 * Kafka's primitive encodings over a Buffer. Knows nothing of messages.
 *
 * Everything the Reader is told about lengths comes from the other side and is checked against what is left; a lie is a
 * RangeError. What it returns as bytes are views of the message, not copies.
 *
 * Integers are put together byte by byte: Buffer's own methods took three to five times as long (Node 20, measured by
 * `test/bench/codec.ts`), and a DataView costs more to make than a request has numbers to read.
 */
import { AssertionError } from './assert.ts'

const INT32_MIN = -0x8000_0000
const INT32_MAX = 0x7fff_ffff
const TWO_32 = 0x1_0000_0000

/** Kafka's Uuid in its own spelling: base64url without padding. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** The number nearest to Java's Long.MAX_VALUE, which it is read as and written from. */
export const INT64_MAX = 2 ** 63

export class Reader {
  /** The most elements that all arrays of one message may have: two bytes on the wire become a hundred in memory. */
  static readonly elementsMax = 2 ** 18

  at = 0
  buffer: Buffer
  #elementsLeft = Reader.elementsMax

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  get left(): number {
    return this.buffer.length - this.at
  }

  bool(): boolean {
    return this.int8() !== 0
  }
  int8(): number {
    return (this.#byte() << 24) >> 24
  }
  int16(): number {
    return (this.uint16() << 16) >> 16
  }
  uint16(): number {
    const { buffer } = this
    const at = this.#take(2)
    return (buffer[at]! << 8) | buffer[at + 1]!
  }
  int32(): number {
    const { buffer } = this
    const at = this.#take(4)
    return (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!
  }
  /** Exact to 2^53; beyond, the nearest number, which still compares as larger. */
  int64(): number {
    const high = this.int32()
    return high * TWO_32 + (this.int32() >>> 0)
  }
  float64(): number {
    return this.buffer.readDoubleBE(this.#take(8))
  }
  uuid(): string {
    return this.bytes(16).toString('base64url')
  }

  uvarint(): number {
    let value = this.#byte()
    if (value < 0x80) return value
    value &= 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError('a varint longer than five bytes')
  }
  /** Zigzag, as in records. */
  varint(): number {
    const value = this.uvarint()
    return (value >>> 1) ^ -(value & 1)
  }
  /** Zigzag, up to 64 bits; exact to 2^53. */
  varlong(): number {
    let low = 0
    let high = 0 // Bits 28 and up, as a float: shifts of numbers end at 32 bits.
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte()
      if (shift < 28) low |= (byte & 0x7f) << shift
      else high += (byte & 0x7f) * 2 ** (shift - 28)
      if (byte >= 0x80) continue
      const magnitude = (low >>> 1) + high * 2 ** 27
      return (low & 1) === 0 ? magnitude : -magnitude - 1
    }
    throw new RangeError('a varlong longer than ten bytes')
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#take(length)
    return this.buffer.subarray(start, start + length)
  }
  string(length: number): string {
    const start = this.#take(length)
    return this.buffer.toString('utf8', start, start + length)
  }
  skip(length: number): void {
    this.#take(length)
  }
  /** The length of an array whose elements take at least `elementBytesMin` each: a longer one is a lie. */
  count(length: number, elementBytesMin = 1): number {
    if (length < 0 || length * elementBytesMin > this.left) throw new RangeError('an array longer than the message')
    this.#elementsLeft -= length
    if (this.#elementsLeft < 0) throw new RangeError(`more than ${Reader.elementsMax} elements in a message`)
    return length
  }

  #byte(): number {
    return this.buffer[this.#take(1)]!
  }

  /** Moves on by `length` and returns where it stood. */
  #take(length: number): number {
    const start = this.at
    if (length < 0 || length > this.buffer.length - start) throw new RangeError('a length beyond the message')
    this.at = start + length
    return start
  }
}

/**
 * Writes a message as a list of buffers, so that stored bytes are sent from where they lie: `view` splices a buffer in
 * without copying it. A number that does not fit its place is a bug of ours: an AssertionError.
 */
export class Writer {
  #buffer: Buffer
  #at = 0 // Where in #buffer the next byte goes.
  #start = 0 // Where the piece of #buffer that is not yet in #parts begins.
  readonly #parts: Buffer[] = []
  #partBytes = 0

  /** Views shorter than this are copied: a place in a vectored write costs more than moving them. */
  static readonly viewBytesMin = 512

  constructor(capacity = 512) {
    this.#buffer = Buffer.allocUnsafe(capacity)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#partBytes + this.#at - this.#start
  }

  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }
  int8(value: number): void {
    if ((value << 24) >> 24 !== value) throw misfit(value, 'int8')
    this.#byte(value)
  }
  int16(value: number): void {
    if ((value << 16) >> 16 !== value) throw misfit(value, 'int16')
    this.#bits16(value)
  }
  uint16(value: number): void {
    if ((value & 0xffff) !== value) throw misfit(value, 'uint16')
    this.#bits16(value)
  }
  int32(value: number): void {
    if ((value | 0) !== value) throw misfit(value, 'int32')
    this.#bits32(value)
  }
  /** Beyond the range of an int64, its end: `INT64_MAX` and `Infinity` are Java's Long.MAX_VALUE. */
  int64(value: number): void {
    if (Math.floor(value) !== value) throw misfit(value, 'int64')
    const high = Math.floor(value / TWO_32)
    if (high >= INT32_MIN && high <= INT32_MAX) {
      this.#bits32(high)
      this.#bits32(value)
    } else {
      this.#bits32(value > 0 ? INT32_MAX : INT32_MIN)
      this.#bits32(value > 0 ? -1 : 0)
    }
  }
  float64(value: number): void {
    const at = this.#make(8)
    this.#buffer.writeDoubleBE(value, at)
  }
  uuid(value: string): void {
    const at = this.#make(16)
    const written = this.#buffer.write(value, at, 16, 'base64url')
    if (written !== 16) throw misfit(value, 'uuid')
  }

  uvarint(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.#byte(rest | 0x80)
    this.#byte(rest)
  }
  varint(value: number): void {
    this.uvarint(((value << 1) ^ (value >> 31)) >>> 0)
  }
  varlong(value: number): void {
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      this.varint(value)
      return
    }
    let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
    for (; rest > 0x7fn; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80)
    this.#byte(Number(rest))
  }

  bytes(value: Uint8Array): void {
    const at = this.#make(value.length)
    this.#buffer.set(value, at)
  }
  /** `length` is the string's length in UTF-8, from `utf8Length`. */
  string(value: string, length: number): void {
    const at = this.#make(length)
    const buffer = this.#buffer
    // As many bytes as characters: all ASCII. A short one is written faster here than by a call into Node.
    if (length > shortString || length !== value.length) buffer.write(value, at, length, 'utf8')
    else for (let i = 0; i < length; i++) buffer[at + i] = value.charCodeAt(i)
  }
  /** Splices in a buffer without copying it. It must not change until it is sent. */
  view(value: Buffer): void {
    if (value.length < Writer.viewBytesMin) {
      this.bytes(value)
      return
    }
    this.#endPiece()
    this.#parts.push(value)
    this.#partBytes += value.length
  }

  /** Leaves room for an int32 that is filled in at the end: the length of a frame. */
  reserveInt32(): void {
    this.#make(4)
  }

  /** What was written, in order; a single buffer unless views were spliced in. */
  finish(): readonly Buffer[] {
    this.#endPiece()
    return this.#parts
  }

  /** What was written as one buffer; copies only if views were spliced in. */
  concat(): Buffer {
    const parts = this.finish()
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }

  #byte(value: number): void {
    const at = this.#make(1)
    this.#buffer[at] = value
  }

  #bits16(value: number): void {
    const at = this.#make(2)
    const buffer = this.#buffer
    buffer[at] = value >>> 8
    buffer[at + 1] = value
  }

  #bits32(value: number): void {
    const at = this.#make(4)
    const buffer = this.#buffer
    buffer[at] = value >>> 24
    buffer[at + 1] = value >>> 16
    buffer[at + 2] = value >>> 8
    buffer[at + 3] = value
  }

  /** What was written since the last view becomes a part. */
  #endPiece(): void {
    if (this.#at === this.#start) return
    this.#parts.push(this.#buffer.subarray(this.#start, this.#at))
    this.#partBytes += this.#at - this.#start
    this.#start = this.#at
  }

  /** Makes room for `size` bytes and returns where they go. */
  #make(size: number): number {
    if (this.#at + size > this.#buffer.length) this.#grow(size)
    const at = this.#at
    this.#at = at + size
    return at
  }

  #grow(size: number): void {
    const pending = this.#at - this.#start
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, pending + size))
    this.#buffer.copy(grown, 0, this.#start, this.#at)
    this.#buffer = grown
    this.#start = 0
    this.#at = pending
  }
}

const shortString = 24

/** The length of a string in UTF-8. */
export function utf8Length(value: string): number {
  if (value.length > shortString) return Buffer.byteLength(value)
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0x7f) return Buffer.byteLength(value)
  return value.length
}

function misfit(value: unknown, place: string): AssertionError {
  return new AssertionError(`${value} is no ${place}`)
}
