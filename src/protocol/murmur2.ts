/**
 * Which partition a keyed record belongs to: the hash of Kafka's Java client (MurmurHash2, 32 bits, with its seed), so
 * that a key goes to the same partition whichever way it comes in. Others called murmur2 differ in seed or in signs.
 */
const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** A signed 32-bit number, as in Java. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  const wholeLength = length & ~3
  let hash = seed ^ length
  for (let at = 0; at < wholeLength; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    const scrambled = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ Math.imul(scrambled ^ (scrambled >>> 24), multiplier)
  }
  if (wholeLength < length) {
    for (let at = length - 1; at >= wholeLength; at--) hash ^= bytes[at]! << (8 * (at - wholeLength))
    hash = Math.imul(hash, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

/** The sign bit is cleared, not negated: that is Kafka's `toPositive`. */
export function partitionFor(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitionCount
}
