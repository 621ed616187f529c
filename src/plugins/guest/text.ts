/**
 * Keys and values are bytes to Kafka and strings to a plugin. Bytes that are UTF-8 are such a string as they are;
 * finding that out is most of what a short record costs, so it is done by hand where calling into Node would cost
 * more.
 */
import { isUtf8 } from 'node:buffer'

/** Up to here a loop over the bytes is faster than a call into Node; with a view, four at a time, so much longer. */
export const shortBytesMax = 24
const shortTextBytesMax = 400
const notAscii = 0x80808080

/** `view` is of the same bytes. */
export function isText(bytes: Uint8Array, view: DataView, at: number, length: number): boolean {
  return (length <= shortTextBytesMax && isAscii(bytes, view, at, length)) || isUtf8(bytes.subarray(at, at + length))
}

function isAscii(bytes: Uint8Array, view: DataView, at: number, length: number): boolean {
  const end = at + length
  let seen = 0
  let index = at
  for (; index + 4 <= end; index += 4) seen |= view.getUint32(index)
  for (; index < end; index++) seen |= bytes[index]!
  return (seen & notAscii) === 0
}

/** As text, with U+FFFD in place of what is not UTF-8. Unlike TextDecoder it keeps a byte order mark. */
export function textOf(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString()
}
