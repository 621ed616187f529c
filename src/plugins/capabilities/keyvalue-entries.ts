/**
 * The log in which a key-value store keeps its changes. An entry is what was changed at once: its checksum, its length,
 * and for each key its length, that of the value, and both. Whatever is at the end and has not the right checksum was
 * never written to its end, and is no entry.
 */
import { crc32c } from '../../base/crc32c.ts'

/** A value of null removes the key. */
export type Change = readonly [key: string, value: Uint8Array | null]

/** Where a value lies in the file; a length of -1 where its key was removed. */
export type Visit = (key: string, at: number, length: number) => void

/** Checksum, which is of all that follows, and length of what comes after these two. */
const headBytes = 8
const lengthsBytes = 8
const removed = -1

export function encodeEntry(changes: readonly Change[]): Buffer {
  const keys = changes.map(([key]) => Buffer.from(key))
  const bodyBytes = changes.reduce((sum, [, value], at) => sum + bytesOf(keys[at]!.length, value), 0)
  const entry = Buffer.allocUnsafe(headBytes + bodyBytes)
  entry.writeUInt32LE(bodyBytes, 4)
  let at = headBytes
  for (const [index, [, value]] of changes.entries()) {
    const key = keys[index]!
    entry.writeInt32LE(key.length, at)
    entry.writeInt32LE(value?.length ?? removed, at + 4)
    entry.set(key, at + lengthsBytes)
    if (value !== null) entry.set(value, at + lengthsBytes + key.length)
    at += bytesOf(key.length, value)
  }
  entry.writeUInt32LE(crc32c(entry, 4), 0)
  return entry
}

function bytesOf(keyBytes: number, value: Uint8Array | null): number {
  return lengthsBytes + keyBytes + (value?.length ?? 0)
}

/**
 * Visits the changes of all whole entries in these bytes, which stand at `base` in the file. Answers how many bytes
 * those are.
 */
export function readEntries(bytes: Buffer, base: number, visit: Visit): number {
  let at = 0
  for (;;) {
    const length = entryBytes(bytes, at)
    if (length === null) return at
    readChanges(bytes, at + headBytes, at + length, base, visit)
    at += length
  }
}

/** Null when no whole entry stands there. */
function entryBytes(bytes: Buffer, at: number): number | null {
  if (bytes.length - at <= headBytes) return null
  const length = headBytes + bytes.readUInt32LE(at + 4)
  if (length > bytes.length - at) return null
  return crc32c(bytes.subarray(at, at + length), 4) === bytes.readUInt32LE(at) ? length : null
}

function readChanges(bytes: Buffer, from: number, to: number, base: number, visit: Visit): void {
  for (let at = from; at < to; ) {
    const keyBytes = bytes.readInt32LE(at)
    const valueBytes = bytes.readInt32LE(at + 4)
    const valueAt = at + lengthsBytes + keyBytes
    visit(bytes.toString('utf8', at + lengthsBytes, valueAt), base + valueAt, valueBytes)
    at = valueAt + Math.max(0, valueBytes)
  }
}
