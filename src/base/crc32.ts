/** CRC-32 as of zip and Ethernet: the checksum of Kafka's message formats 0 and 1. */

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ 0xedb8_8320
  }
  return remainder
})

/** As an unsigned number of 32 bits. */
export function crc32(bytes: Uint8Array): number {
  let remainder = -1
  for (const byte of bytes) remainder = table[(remainder ^ byte) & 0xff]! ^ (remainder >>> 8)
  return ~remainder >>> 0
}
