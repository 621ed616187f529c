/** `wasi:random`, from the machine's own source, also where a plugin would be content with less. */
import { randomFillSync } from 'node:crypto'
import type { Imports } from '../capability-environment.ts'

/** More at once is a mistake or an attack. */
const randomBytesMax = 1024 * 1024

export function random(): Imports {
  return {
    'wasi:random/random': { getRandomBytes: randomBytes, getRandomU64: randomU64 },
    'wasi:random/insecure': { getInsecureRandomBytes: randomBytes, getInsecureRandomU64: randomU64 },
    'wasi:random/insecure-seed': { insecureSeed: () => [randomU64(), randomU64()] },
  }
}

function randomBytes(count: bigint): Uint8Array {
  if (count > randomBytesMax) throw new RangeError(`it asked for ${count} random bytes at once`)
  return randomFillSync(new Uint8Array(Number(count)))
}

function randomU64(): bigint {
  return randomFillSync(new BigUint64Array(1))[0]!
}
