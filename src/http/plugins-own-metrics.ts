/**
 * What plugins count themselves, as `wasm_plugin_<plugin>_<name>`, with the label `plugin` and the plugin's tags.
 *
 * Two plugins may come to the same name, `a` with `b_c` and `a_b` with `c`: then they share a metric, and the label
 * tells them apart. What would break the whole scrape is left out, and the log says so once: a name that is Blink's own
 * or in use with another type, tags that become the same once they are spelled as Prometheus allows.
 */
import type { Logger } from '../base/logger.ts'
import type { Labels, Metric, Sample } from './exposition.ts'
import type { Histogram, OwnMetric, OwnSeries, PluginAdmin } from './plugin-admin.ts'

/** Complaints; beyond, they are not made. */
const toldMax = 1000
const help = 'Counted by the plugin itself.'
/** Labels that mean something already. */
const reserved = ['plugin', 'le']

interface Collected {
  readonly type: OwnMetric['type']
  readonly name: string
  readonly samples: Sample<number | Histogram>[]
  /** The labels of each, as text. */
  readonly seen: Set<string>
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
      for (const own of metrics.families()) {
        const collected = this.#place(plugin, own, made, taken)
        if (collected !== null) this.#collect(plugin, own, collected)
      }
    }
    return [...made.values()].map(asMetric)
  }

  /** Null when its name cannot be had. */
  #place(plugin: string, { type, name }: OwnMetric, made: Map<string, Collected>, taken: Set<string>) {
    const full = `wasm_plugin_${spelled(plugin)}_${spelled(name)}`
    const found = made.get(full)
    if (found?.type === type) return found
    const names = namesOf({ name: full, type })
    if (names.some((one) => taken.has(one))) {
      this.#tell(plugin, `the ${type} ${name} is not shown: ${full} is taken; give it another name`)
      return null
    }
    for (const one of names) taken.add(one)
    const collected: Collected = { type, name: full, samples: [], seen: new Set() }
    made.set(full, collected)
    return collected
  }

  #collect(plugin: string, { name, series }: OwnMetric, { samples, seen }: Collected): void {
    for (const one of series as Iterable<OwnSeries<number | Histogram>>) {
      const labels = labelsOf(plugin, one.tags)
      const text = JSON.stringify(Object.entries(labels).sort())
      if (seen.has(text)) {
        this.#tell(plugin, `a series of ${name} is not shown: another has the same tags as Prometheus spells them`)
        continue
      }
      seen.add(text)
      samples.push([labels, one.value])
    }
  }

  #tell(plugin: string, what: string): void {
    const told = `${plugin} ${what}`
    if (this.#told.has(told) || this.#told.size >= toldMax) return
    this.#told.add(told)
    this.#logger.warn(what, { plugin })
  }
}

function asMetric({ type, name, samples }: Collected): Metric {
  // A metric's values are all of its type: `#place` keeps those of another apart.
  return { type, name, help, samples: () => samples } as Metric
}

function labelsOf(plugin: string, tags: OwnSeries<unknown>['tags']): Labels {
  const labels = tags.map(([name, value]): [string, string] => [labelName(name), value])
  return { plugin, ...Object.fromEntries(labels) }
}

function labelName(tag: string): string {
  const name = spelled(tag)
  // A leading digit is not allowed, and two leading underscores are Prometheus' own.
  return reserved.includes(name) || /^(\d|__|$)/.test(name) ? `tag_${name}` : name
}

/** Letters, digits and underscores. */
function spelled(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_')
}
