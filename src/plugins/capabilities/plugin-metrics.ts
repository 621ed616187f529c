/**
 * The numbers that a plugin keeps about its own work, by name and tags. They outlive the plugin's instances, which only
 * tell what was added since they told last. Bounded: a plugin that makes a series of every key it sees fills
 * nobody's memory.
 */
import { metricName, type Tag } from './metric-names.ts'

export type MetricKind = 'counter' | 'gauge' | 'histogram'

/** Upper bounds, each included: seconds from a tenth of a millisecond, and sizes up to a million. */
export const bucketBounds: readonly number[] = [
  1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 100, 1e3, 1e4, 1e5, 1e6,
]

/** What is told of one series: what was added to a counter, what a gauge is now, what a histogram saw. */
export interface MetricUpdate {
  readonly kind: MetricKind
  readonly name: string
  readonly tags: readonly Tag[]
  /** Of a histogram, the sum. */
  readonly value: number
  /** Of a histogram: how many fell into each bucket alone, the last beyond all bounds; otherwise empty. */
  readonly buckets: readonly number[]
}

/** What an instance tells when it has done a piece of work. */
export interface MetricsTold {
  readonly updates: readonly MetricUpdate[]
  /** There was more than it could keep. */
  readonly isCutOff: boolean
}

export interface MetricSeries {
  readonly tags: readonly Tag[]
  value: number
  /** As in MetricUpdate, of all time. */
  readonly buckets: number[]
}

export interface MetricFamily {
  readonly name: string
  readonly kind: MetricKind
  readonly series: ReadonlyMap<string, MetricSeries>
}

interface Family extends MetricFamily {
  readonly series: Map<string, MetricSeries>
}

/** A histogram counts as one series, though it is shown as many lines. */
export class PluginMetrics {
  readonly #seriesMax: number
  readonly #warn: (message: string) => void
  readonly #families = new Map<string, Family>()
  readonly #complained = new Set<string>()
  #seriesCount = 0

  constructor(seriesMax: number, warn: (message: string) => void) {
    this.#seriesMax = seriesMax
    this.#warn = warn
  }

  take({ updates, isCutOff }: MetricsTold): void {
    for (const update of updates) this.#add(update)
    if (isCutOff) this.#complainOfSeries()
  }

  get families(): Iterable<MetricFamily> {
    return this.#families.values()
  }

  #add(update: MetricUpdate): void {
    const family = this.#family(update)
    const series = family && this.#series(family, update)
    if (series === null) return
    series.value = update.kind === 'gauge' ? update.value : series.value + update.value
    for (const [at, count] of update.buckets.entries()) series.buckets[at]! += count
  }

  #family({ name, kind }: MetricUpdate): Family | null {
    const known = this.#families.get(name)
    if (known?.kind === kind) return known
    const other = known ?? this.#clashing(name, kind)
    if (other !== undefined) {
      this.#complain(`its ${kind} ${name} is left out: the name is that of its ${other.kind} ${other.name}`, name)
      return null
    }
    if (this.#seriesCount >= this.#seriesMax) return this.#complainOfSeries()
    const made: Family = { name, kind, series: new Map() }
    this.#families.set(name, made)
    return made
  }

  /** A histogram takes three more names than its own. */
  #clashing(name: string, kind: MetricKind): Family | undefined {
    const histogram = this.#families.get(name.replace(/_(bucket|sum|count)$/, ''))
    if (histogram?.kind === 'histogram') return histogram
    if (kind !== 'histogram') return undefined
    return ['bucket', 'sum', 'count'].map((suffix) => this.#families.get(`${name}_${suffix}`)).find((found) => found)
  }

  #series({ series }: Family, { tags, buckets }: MetricUpdate): MetricSeries | null {
    const key = JSON.stringify(tags)
    const known = series.get(key)
    if (known !== undefined) return known
    if (this.#seriesCount >= this.#seriesMax) return this.#complainOfSeries()
    const made = { tags, value: 0, buckets: buckets.map(() => 0) }
    series.set(key, made)
    this.#seriesCount++
    return made
  }

  #complainOfSeries(): null {
    this.#complain(
      `it counts more than ${this.#seriesMax} different things; further ones are left out: use tags of few values each`,
      '',
    )
    return null
  }

  /** Once about each thing, and about no more of them than there may be series. */
  #complain(message: string, about: string): void {
    if (this.#complained.has(about) || this.#complained.size > this.#seriesMax) return
    this.#complained.add(about)
    this.#warn(message)
  }
}

/** The name under which everyone sees a plugin's number. */
export function shownName(plugin: string, name: string): string {
  return `wasm_plugin_${metricName(plugin)}_${name}`
}
