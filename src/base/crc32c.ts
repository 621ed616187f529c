/**
 * CRC-32C (Castagnoli), the checksum of record batches.
 *
 * Long inputs go to a native module that uses the processor's own instruction (5 GB/s). Short ones stay in
 * JavaScript: a native call costs 250 ns, as much as 200 bytes here, and a broker that only sees small batches
 * never loads the module.
 */
import { createRequire } from 'node:module'

type Checksum = (bytes: Uint8Array) => number

const nativeBytesMin = 200

/** What the byte `index` contributes when 0 to 7 further bytes follow it in a step of eight. */
const tables = Array.from({ length: 8 }, () => new Int32Array(256))
for (let index = 0; index < 256; index++) {
  let remainder = index
  for (let bit = 0; bit < 8; bit++)
    remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ 0x82f6_3b78
  tables[0]![index] = remainder
}
for (let table = 1; table < 8; table++) {
  for (let index = 0; index < 256; index++) {
    const shorter = tables[table - 1]![index]!
    tables[table]![index] = tables[0]![shorter & 0xff]! ^ (shorter >>> 8)
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
]

let native: Checksum | undefined

/** The checksum of the bytes from `start` to the end, as an unsigned 32-bit number. */
export function crc32c(bytes: Buffer, start = 0): number {
  if (bytes.length - start < nativeBytesMin) return crc32cInJavaScript(bytes, start)
  native ??= (createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: Checksum }).crc32c
  return native(start === 0 ? bytes : bytes.subarray(start))
}

/** The same, whatever the length; eight bytes a step (Intel's slicing-by-8). */
export function crc32cInJavaScript(bytes: Buffer, start = 0): number {
  let crc = -1
  let at = start
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc =
      t7[(crc ^ bytes[at]!) & 0xff]! ^
      t6[((crc >>> 8) ^ bytes[at + 1]!) & 0xff]! ^
      t5[((crc >>> 16) ^ bytes[at + 2]!) & 0xff]! ^
      t4[((crc >>> 24) ^ bytes[at + 3]!) & 0xff]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}
