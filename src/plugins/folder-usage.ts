/**
 * How many bytes a plugin's folder holds, as it was when somebody asked last: whoever asks gets the number at once, and
 * has it counted anew for the next time, but not more often than every few seconds.
 */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'

const staleMs = 5000

export class FolderUsage {
  readonly #clock: Clock
  #folder: string | null = null
  #bytes = 0
  #countedMs = Number.NEGATIVE_INFINITY
  #isCounting = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Null while there is none. */
  set folder(folder: string | null) {
    this.#folder = folder
    this.#countedMs = Number.NEGATIVE_INFINITY
  }

  get bytes(): number {
    const isStale = this.#clock.now() - this.#countedMs >= staleMs
    if (this.#folder !== null && isStale && !this.#isCounting) {
      this.#isCounting = true
      this.count()
    }
    return this.#bytes
  }

  /** What it holds now. */
  async count(): Promise<number> {
    this.#isCounting = true
    this.#bytes = this.#folder === null ? 0 : await bytesIn(this.#folder)
    this.#countedMs = this.#clock.now()
    this.#isCounting = false
    return this.#bytes
  }
}

/** Of files alone; what is deleted meanwhile counts nothing. Links are not followed. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await lstat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
