/**
 * How near the broker's records are to `max_memory`, in one word that all plugins' threads share. It is written when
 * something is stored or deleted, which costs a store to memory, so that it is true whenever a plugin looks.
 */
import { assert } from '../../base/assert.ts'

const thousandth = 1000

export class MemoryPressure {
  /** One Int32: thousandths of `max_memory`. */
  readonly memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  readonly #word = new Int32Array(this.memory)
  readonly #bytesMax: number

  constructor(bytesMax: number) {
    assert(bytesMax > 0, 'of no memory, nothing can be taken')
    this.#bytesMax = bytesMax
  }

  /** A single append may be larger than the whole: then it says more than 1000. */
  set(storedBytes: number): void {
    Atomics.store(this.#word, 0, Math.min(Math.floor((storedBytes / this.#bytesMax) * thousandth), 0x7fff_ffff))
  }
}

/** As `blink:plugin/memory` names them. */
export type PressureLevel = 'none' | 'low' | 'medium' | 'high' | 'emergency'

const levels: readonly (readonly [atThousandths: number, level: PressureLevel])[] = [
  [950, 'emergency'],
  [850, 'high'],
  [700, 'medium'],
  [500, 'low'],
]

export function pressureLevel(thousandths: number): PressureLevel {
  return levels.find(([from]) => thousandths >= from)?.[1] ?? 'none'
}
