/**
 * Walks the records of an unpacked section. The cursor stands on one record at a time and makes no object for it,
 * so that a plugin's pipeline and the check of a batch cost nanoseconds a record.
 *
 * It does not trust the section: what a record says of itself is compared with where it ends, and a lie is a
 * RangeError.
 */
import type { RecordBatch } from './batch.ts'

export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

export interface Record {
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** What of a batch its records depend on. */
export type RecordContext = Pick<
  RecordBatch,
  'baseOffset' | 'baseTimestamp' | 'maxTimestamp' | 'isLogAppendTime' | 'recordCount'
>

const noHeaders: readonly RecordHeader[] = []

export class RecordCursor {
  /** Where in the section the record begins, its length included, and ends. */
  start = 0
  end = 0
  /** Behind its length. */
  bodyStart = 0
  offsetDelta = 0
  /** Behind the timestamp: what is there does not depend on the batch's base. */
  offsetDeltaStart = 0
  timestampDelta = 0
  keyStart = 0
  /** -1 for null. */
  keyBytes = 0
  valueStart = 0
  /** -1 for null. */
  valueBytes = 0
  headerCount = 0

  readonly #section: Buffer
  readonly #batch: RecordContext
  #left: number
  #at = 0

  constructor(section: Buffer, batch: RecordContext) {
    this.#section = section
    this.#batch = batch
    this.#left = batch.recordCount
  }

  get offset(): number {
    return this.#batch.baseOffset + this.offsetDelta
  }
  get timestamp(): number {
    return this.#batch.isLogAppendTime ? this.#batch.maxTimestamp : this.#batch.baseTimestamp + this.timestampDelta
  }
  /** A view. */
  get key(): Buffer | null {
    return this.keyBytes < 0 ? null : this.#section.subarray(this.keyStart, this.keyStart + this.keyBytes)
  }
  /** A view. */
  get value(): Buffer | null {
    return this.valueBytes < 0 ? null : this.#section.subarray(this.valueStart, this.valueStart + this.valueBytes)
  }

  /** Steps to the next record; false after the last. Its headers are not looked at. */
  next(): boolean {
    if (this.#left === 0) {
      if (this.end !== this.#section.length) throw new RangeError('bytes after the last record')
      return false
    }
    this.#left--
    this.start = this.end
    this.#at = this.start
    const length = this.#varint()
    this.bodyStart = this.#at
    this.end = this.#at + length
    if (length < 0 || this.end > this.#section.length) throw new RangeError('a record longer than its batch')

    this.#at++ // The attributes of a record, of which none exists.
    this.timestampDelta = this.#varlong()
    this.offsetDeltaStart = this.#at
    this.offsetDelta = this.#varint()
    this.keyBytes = this.#varint()
    this.keyStart = this.#at
    if (this.keyBytes > 0) this.#at += this.keyBytes
    this.valueBytes = this.#varint()
    this.valueStart = this.#at
    if (this.valueBytes > 0) this.#at += this.valueBytes
    this.headerCount = this.#varint()
    if (this.#at > this.end || this.headerCount < 0 || this.headerCount > this.end - this.#at) {
      throw new RangeError('a record whose fields are longer than the record')
    }
    return true
  }

  /** Whether the record ends where its headers do. To be asked at most once a record, and not after `headers`. */
  isWhole(): boolean {
    for (let index = 0; index < this.headerCount; index++) {
      const keyBytes = this.#varint()
      if (keyBytes < 0) return false
      this.#at += keyBytes
      const valueBytes = this.#varint()
      if (valueBytes > 0) this.#at += valueBytes
      if (this.#at > this.end) return false
    }
    return this.#at === this.end
  }

  /** To be read at most once a record. */
  headers(): readonly RecordHeader[] {
    if (this.headerCount === 0) return noHeaders
    return Array.from({ length: this.headerCount }, () => ({
      key: this.#bytes(this.#varint())?.toString() ?? '',
      value: this.#bytes(this.#varint()),
    }))
  }

  #bytes(length: number): Buffer | null {
    if (length < 0) return null
    const start = this.#at
    this.#at += length
    if (this.#at > this.end) throw new RangeError('a header longer than its record')
    return this.#section.subarray(start, this.#at)
  }

  // Beyond the section's end these read zeros, and `#at` passes `end`, which is where it is noticed.

  #varint(): number {
    const section = this.#section
    let byte = section[this.#at++]!
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let value = byte & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      byte = section[this.#at++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw new RangeError('a varint longer than five bytes')
  }

  /** Up to 64 bits; exact to 2^53. */
  #varlong(): number {
    const section = this.#section
    let low = 0
    let high = 0 // Bits 28 and up, as a float: shifts of numbers end at 32 bits.
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = section[this.#at++]!
      if (shift < 28) low |= (byte & 0x7f) << shift
      else high += (byte & 0x7f) * 2 ** (shift - 28)
      if (byte >= 0x80) continue
      const magnitude = (low >>> 1) + high * 2 ** 27
      return (low & 1) === 0 ? magnitude : -magnitude - 1
    }
    throw new RangeError('a varlong longer than ten bytes')
  }
}

/** The records of an unpacked section, as objects; keys, values and headers are views. */
export function* recordsIn(section: Buffer, batch: RecordContext): Generator<Record> {
  const cursor = new RecordCursor(section, batch)
  while (cursor.next()) {
    const { offset, timestamp, key, value } = cursor
    yield { offset, timestamp, key, value, headers: cursor.headers() }
  }
}
