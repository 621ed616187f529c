/**
 * What plugins count themselves, as `wasm_plugin_<plugin>_<name>`, with the label `plugin` and the plugin's tags.
 *
 * Two plugins may come to the same name, `a` with `b_c` and `a_b` with `c`: then they share a metric, and the label
 * tells them apart. A name that is Blink's own, or in use with another type, would break the whole scrape; it is left
 * out, and the log says so once.
 */
import type { Logger } from '../base/logger.ts'
import type { Histogram } from '../plugins/latencies.ts'
import {
  bucketBounds,
  type MetricFamily,
  type MetricSeries,
  shownName,
} from '../plugins/capabilities/plugin-metrics.ts'
import type { Metric, Sample } from './exposition.ts'
import type { PluginAdmin } from './plugin-admin.ts'

/** Complaints; beyond, they are not made. */
const toldMax = 1000
const help = 'Counted by the plugin itself.'

interface Collected {
  readonly kind: MetricFamily['kind']
  readonly name: string
  readonly samples: Sample<number | Histogram>[]
}

/** Every name under which it has lines in the exposition. */
export function namesOf({ name, type }: Pick<Metric, 'name' | 'type'>): readonly string[] {
  return type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
}

export class OwnNumbers {
  readonly #names: readonly string[]
  readonly #logger: Logger
  readonly #told = new Set<string>()

  /** `names`: those that are Blink's own. */
  constructor(names: readonly string[], logger: Logger) {
    this.#names = names
    this.#logger = logger
  }

  describe(plugins: PluginAdmin['metrics']): readonly Metric[] {
    const taken = new Set(this.#names)
    const made = new Map<string, Collected>()
    for (const { plugin, metrics } of plugins) {
      for (const family of metrics.families) {
        const collected = this.#place(plugin, family, made, taken)
        for (const series of family.series.values()) {
          const labels = { plugin, ...Object.fromEntries(series.tags) }
          collected?.samples.push([labels, family.kind === 'histogram' ? asHistogram(series) : series.value])
        }
      }
    }
    return [...made.values()].map(asMetric)
  }

  /** Null when its name cannot be had. */
  #place(plugin: string, { kind, name }: MetricFamily, made: Map<string, Collected>, taken: Set<string>) {
    const full = shownName(plugin, name)
    const found = made.get(full)
    if (found?.kind === kind) return found
    const names = namesOf({ name: full, type: kind })
    if (names.some((one) => taken.has(one))) {
      this.#tell(plugin, `the ${kind} ${name} is not shown: ${full} is taken; give it another name`)
      return null
    }
    for (const one of names) taken.add(one)
    const collected: Collected = { kind, name: full, samples: [] }
    made.set(full, collected)
    return collected
  }

  #tell(plugin: string, what: string): void {
    const told = `${plugin} ${what}`
    if (this.#told.has(told) || this.#told.size >= toldMax) return
    this.#told.add(told)
    this.#logger.warn(what, { plugin })
  }
}

function asMetric({ kind, name, samples }: Collected): Metric {
  // A metric's values are all of its type: `#place` keeps those of another apart.
  return { type: kind, name, help, samples: () => samples } as Metric
}

function asHistogram({ value, buckets }: MetricSeries): Histogram {
  return { bounds: bucketBounds, counts: buckets, sum: value, count: buckets.reduce((sum, one) => sum + one, 0) }
}
