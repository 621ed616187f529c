/**
 * JSON values one after another, as they come over a connection: `{…}{…}`, with or without space or lines between them.
 *
 * Only where values begin and end is found here; nothing is parsed twice, and what is no object ends the stream.
 */

/** A stream that cannot be read on: everything before it could. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream'
}

const quote = 0x22
const backslash = 0x5c
const open = new Set([0x7b, 0x5b])
const shut = new Set([0x7d, 0x5d])
const space = new Set([0x20, 0x09, 0x0a, 0x0d])

export class JsonValues {
  readonly #bytesMax: number
  #chunks: Buffer[] = []
  /** Of the value that has begun. */
  #length = 0
  #depth = 0
  #isText = false
  #isEscaped = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The values that end in this chunk. */
  *add(chunk: Buffer): Generator<Buffer> {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (this.#depth === 0) {
        start = at
        if (space.has(byte)) {
          start++
          continue
        }
        if (!open.has(byte)) throw new BrokenStream(`a record begins with {, not with ${String.fromCharCode(byte)}`)
      }
      if (this.#endsWith(byte)) {
        yield this.#take(chunk.subarray(start, at + 1))
        start = at + 1
      }
    }
    this.#keep(chunk.subarray(start))
  }

  /** Whether a value has begun and not ended. */
  get isWithin(): boolean {
    return this.#depth > 0
  }

  /** Whether the value that has begun ends with this byte. */
  #endsWith(byte: number): boolean {
    if (this.#isText) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === backslash) this.#isEscaped = true
      else if (byte === quote) this.#isText = false
    } else if (byte === quote) this.#isText = true
    else if (open.has(byte)) this.#depth++
    else if (shut.has(byte)) return --this.#depth === 0
    return false
  }

  #take(last: Buffer): Buffer {
    this.#keep(last)
    const value = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#chunks = []
    this.#length = 0
    return value
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#length += part.length
    if (this.#length > this.#bytesMax) {
      throw new BrokenStream(`a record is larger than ${this.#bytesMax} bytes; raise http_max_body_size`)
    }
    this.#chunks.push(part)
  }
}
