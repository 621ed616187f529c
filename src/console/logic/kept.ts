/** The newest of many that come, each once; and how many come in a second. */

export interface KeptOptions<T> {
  readonly keptMax: number
  /** Whatever comes twice is kept once. */
  readonly idOf: (item: T) => string | number
}

const rateOverMs = 1000

export class Kept<T> {
  readonly #options: KeptOptions<T>
  #items: T[] = []
  #ids = new Set<string | number>()
  #fresh = 0
  #count = 0
  #sinceMs: number
  #perSecond: number | null = null

  constructor(options: KeptOptions<T>, nowMs: number) {
    this.#options = options
    this.#sinceMs = nowMs
  }

  /** Those that came since they were last taken. */
  get fresh(): number {
    return this.#fresh
  }

  add(items: readonly T[]): void {
    const { keptMax, idOf } = this.#options
    for (const item of items) {
      const id = idOf(item)
      if (this.#ids.has(id)) continue
      this.#ids.add(id)
      this.#items.push(item)
      this.#fresh++
      this.#count++
    }
    // Not at each: to cut a list moves all of it.
    if (this.#items.length > 2 * keptMax) {
      this.#items = this.#items.slice(-keptMax)
      this.#ids = new Set(this.#items.map(idOf))
    }
  }

  /** Newest first. */
  take(): readonly T[] {
    this.#fresh = 0
    return this.#items.slice(-this.#options.keptMax).reverse()
  }

  /** Over the last second that is over; null before there was one. */
  perSecond(nowMs: number): number | null {
    const ms = nowMs - this.#sinceMs
    if (ms >= rateOverMs) {
      this.#perSecond = (1000 * this.#count) / ms
      this.#sinceMs = nowMs
      this.#count = 0
    }
    return this.#perSecond
  }
}
