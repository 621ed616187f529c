/**
 * Keys and values are bytes to Kafka and strings to a plugin. Bytes that are UTF-8 are such a string as they are;
 * finding that out is most of what a short record costs, so it is done by hand where calling into Node would cost
 * more.
 */
import { isUtf8 } from 'node:buffer'

/** Up to here a loop over the bytes is faster than a call into Node. */
export const shortBytesMax = 64

export function isText(bytes: Uint8Array, at: number, length: number): boolean {
  return (length <= shortBytesMax && isAscii(bytes, at, length)) || isUtf8(bytes.subarray(at, at + length))
}

function isAscii(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length
  let seen = 0
  for (let index = at; index < end; index++) seen |= bytes[index]!
  return seen < 0x80
}

/** As text, with U+FFFD in place of what is not UTF-8. Unlike TextDecoder it keeps a byte order mark. */
export function textOf(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString()
}
