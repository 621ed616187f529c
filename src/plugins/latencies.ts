/**
 * How long the hooks of a plugin take, as counts in fixed buckets: cheap to keep, ready for /prometheus, and near
 * enough to the truth for a quantile.
 */
import { type Hook, hooks } from './loading/plugin-info.ts'

/** In seconds. A crossing to a plugin's thread and back takes some 50 µs; a batch may take up to its `timeout`. */
const boundsSeconds = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const

export interface Histogram {
  /** The largest value of each bucket, ascending. */
  readonly bounds: readonly number[]
  /** How many values each bucket holds; the one after the last bound holds those beyond. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

export class Durations implements Histogram {
  readonly bounds: readonly number[] = boundsSeconds
  readonly counts: number[] = Array(boundsSeconds.length + 1).fill(0)
  sum = 0
  count = 0
  #max = 0

  /** Of values whose buckets are known alone. */
  static of(counts: readonly number[]): Durations {
    const made = new Durations()
    for (const [at, count] of counts.entries()) {
      made.counts[at] = count
      made.count += count
    }
    made.#max = boundsSeconds.at(-1)!
    return made
  }

  add(seconds: number): void {
    this.sum += seconds
    this.count++
    this.#max = Math.max(this.#max, seconds)
    let at = 0
    while (at < this.bounds.length && seconds > this.bounds[at]!) at++
    this.counts[at]!++
  }

  /** The value that this share of all values do not exceed, as if each bucket were filled evenly; 0 without any. */
  quantile(share: number): number {
    let left = share * this.count
    for (const [at, count] of this.counts.entries()) {
      if (count > 0 && left <= count) {
        const low = this.bounds[at - 1] ?? 0
        const high = Math.min(this.bounds[at] ?? this.#max, this.#max)
        return low + (high - low) * Math.max(0, left / count)
      }
      left -= count
    }
    return this.#max
  }
}

export interface Quantiles {
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

export class Latencies {
  readonly #byHook = new Map<Hook, Durations>()

  add(hook: Hook, tookMs: number): void {
    let histogram = this.#byHook.get(hook)
    if (histogram === undefined) {
      histogram = new Durations()
      this.#byHook.set(hook, histogram)
    }
    histogram.add(tookMs / 1000)
  }

  /** Of the hooks that were called. */
  get durations(): ReadonlyMap<Hook, Histogram> {
    return this.#byHook
  }

  get quantiles(): Readonly<Partial<Record<Hook, Quantiles>>> {
    const called = hooks.filter((hook) => this.#byHook.has(hook))
    return Object.fromEntries(called.map((hook) => [hook, quantilesOf(this.#byHook.get(hook)!)]))
  }
}

function quantilesOf(histogram: Durations): Quantiles {
  const ms = (share: number) => histogram.quantile(share) * 1000
  return { p50Ms: ms(0.5), p90Ms: ms(0.9), p99Ms: ms(0.99) }
}
