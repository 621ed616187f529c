/**
 * How `kafka-record`, and verdicts, of blink:plugin@0.2 lie in a plugin's memory: the canonical ABI of what the WIT
 * says. A component whose interface is another is found out by the probe (direct-batch.ts).
 *
 * Counted in words of 32 bits; 64 bits are two of them, the lower first.
 */
import type { RecordHeader } from '../../protocol/record-cursor.ts'
import { Answers, type BoundHeader, type BoundRecord, type BoundVerdict } from './batch-caller.ts'
import type { GuestMemory } from './guest-memory.ts'
import { BadResult } from './instance.ts'
import type { ShownRecords } from './shown-records.ts'

export const recordBytes = 56
export const verdictBytes = 64
const headerBytes = 20
const field = { key: 0, value: 3, headers: 6, timestamp: 8, offset: 10 } as const
/** In a variant the payload follows the tag, aligned as the most demanding of its cases. */
const payloadBytes = 8
/** What is copied out of the plugin's memory in one call: as often as it likes it may point to the same bytes. */
export const answerBytesMax = 64 * 1024 * 1024
const TWO_32 = 0x1_0000_0000

/** Returns where the list lies. */
export function writeRecords(memory: GuestMemory, shown: ShownRecords): number {
  const { count, bytes, keyStarts, keyBytes, valueStarts, valueBytes, timestamps, offsets, isStored } = shown
  const list = memory.allocate(8, count * recordBytes)
  for (let at = 0; at < count; at++) {
    const keyAt = memory.put(bytes, keyStarts[at]!, keyBytes[at]!)
    const valueAt = memory.put(bytes, valueStarts[at]!, valueBytes[at]!)
    const headers = shown.headers[at]!
    const headersAt = headers.length === 0 ? payloadBytes : writeHeaders(memory, headers)
    const { words } = memory // All that belongs to the record has its place by now, so the memory stays where it is.
    const record = (list + at * recordBytes) >>> 2
    writeBytes(words, record + field.key, keyAt, keyBytes[at]!)
    writeBytes(words, record + field.value, valueAt, valueBytes[at]!)
    words[record + field.headers] = headersAt
    words[record + field.headers + 1] = headers.length
    writeInt64(words, record + field.timestamp, timestamps[at]!)
    words[record + field.offset] = isStored ? 1 : 0
    if (isStored) writeInt64(words, record + field.offset + 2, offsets[at]!)
  }
  return list
}

function writeHeaders(memory: GuestMemory, headers: readonly RecordHeader[]): number {
  const list = memory.allocate(4, headers.length * headerBytes)
  headers.forEach(({ key, value }, at) => {
    const name = Buffer.from(key)
    const nameAt = memory.put(name, 0, name.length)
    const valueAt = value === null ? 0 : memory.put(value, 0, value.length)
    const { words } = memory
    const header = (list + at * headerBytes) >>> 2
    words[header] = nameAt
    words[header + 1] = name.length
    writeBytes(words, header + 2, valueAt, value?.length ?? -1)
  })
  return list
}

/** An `option<list<u8>>`. */
function writeBytes(words: Int32Array, at: number, address: number, length: number): void {
  words[at] = length < 0 ? 0 : 1
  words[at + 1] = address
  words[at + 2] = Math.max(0, length)
}

function writeInt64(words: Int32Array, at: number, value: number): void {
  words[at] = value % TWO_32
  words[at + 1] = Math.floor(value / TWO_32)
}

/** As many verdicts as records were shown. */
export function readVerdicts(memory: GuestMemory, list: number, shown: ShownRecords): Answers {
  const { count, indexes } = shown
  memory.check(list, count * verdictBytes)
  const answers = new Answers(count)
  const reader = new Reader(memory)
  const { bytes } = memory
  for (let at = 0; at < count; at++) {
    const verdict = list + at * verdictBytes
    if (bytes[verdict] !== 0) answers.add(at, indexes[at]!, reader.verdict(verdict))
  }
  return answers
}

export class Reader {
  readonly #memory: GuestMemory
  #bytesLeft = answerBytesMax

  constructor(memory: GuestMemory) {
    this.#memory = memory
  }

  verdict(at: number): BoundVerdict {
    const { bytes, words } = this.#memory
    const payload = (at + payloadBytes) >>> 2
    switch (bytes[at]) {
      case 0:
        return { tag: 'accept' }
      case 1:
        return { tag: 'reject', val: this.#text(words[payload]! >>> 0, words[payload + 1]! >>> 0) }
      case 2:
        return { tag: 'drop' }
      case 3:
        return { tag: 'replace', val: this.record(at + payloadBytes) }
      case 4:
        return { tag: 'throttle', val: words[payload]! >>> 0 }
      default:
        throw new BadResult(`it answered the verdict ${bytes[at]}, which is none`)
    }
  }

  record(at: number): BoundRecord {
    const { words } = this.#memory
    const record = at >>> 2
    const headers = this.#headers(words[record + field.headers]! >>> 0, words[record + field.headers + 1]! >>> 0)
    return {
      key: this.#optional(at, field.key),
      value: this.#optional(at, field.value),
      headers,
      timestamp: readInt64(words, record + field.timestamp),
      offset: this.#isSome(at, field.offset) ? readInt64(words, record + field.offset + 2) : undefined,
    }
  }

  #headers(list: number, count: number): BoundHeader[] {
    this.#memory.check(list, count * headerBytes)
    this.#charge(count * headerBytes)
    const { words } = this.#memory
    return Array.from({ length: count }, (_, index) => {
      const at = list + index * headerBytes
      const key = this.#text(words[at >>> 2]! >>> 0, words[(at >>> 2) + 1]! >>> 0)
      return { key, value: this.#optional(at, 2) }
    })
  }

  /** An `option<list<u8>>`, so many words behind `at`. */
  #optional(at: number, wordsBehind: number): Uint8Array | undefined {
    if (!this.#isSome(at, wordsBehind)) return undefined
    const { words } = this.#memory
    const word = (at >>> 2) + wordsBehind
    const length = words[word + 2]! >>> 0
    this.#charge(length)
    return this.#memory.copy(words[word + 1]! >>> 0, length)
  }

  /** Only the first byte of the word is the tag. */
  #isSome(at: number, wordsBehind: number): boolean {
    const tag = this.#memory.bytes[at + wordsBehind * 4]!
    if (tag > 1) throw new BadResult(`it answered an option whose tag is ${tag}`)
    return tag === 1
  }

  #text(at: number, length: number): string {
    this.#charge(length)
    return this.#memory.text(at, length)
  }

  #charge(bytes: number): void {
    this.#bytesLeft -= bytes
    if (this.#bytesLeft < 0) throw new BadResult(`it answered more than ${answerBytesMax} bytes in one call`)
  }
}

function readInt64(words: Int32Array, at: number): bigint {
  return (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]! >>> 0)
}
