/** Randomness from one source that a test can seed, so that a failure can be played again. */
import { randomBytes } from 'node:crypto'

export interface Random {
  bytes(count: number): Buffer
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) }

/** The same numbers for the same seed (mulberry32): for tests, never for secrets. */
export class SeededRandom implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number of at least 0, below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)))
  }
}

/** A positive number below 2^31, as Kafka's session ids. */
export function positiveInt(random: Random): number {
  return (random.bytes(4).readUInt32BE(0) % 0x7fff_ffff) + 1
}

/**
 * A version 4 UUID in Kafka's spelling, base64url. Never begins with a dash, which command lines would take for an
 * option.
 */
export function kafkaUuid(random: Random): string {
  for (;;) {
    const uuid = uuidBytes(random).toString('base64url')
    if (!uuid.startsWith('-')) return uuid
  }
}

/** A version 4 UUID in the usual spelling, as in member ids. */
export function hexUuid(random: Random): string {
  const hex = uuidBytes(random).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function uuidBytes(random: Random): Buffer {
  const bytes = random.bytes(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes
}
