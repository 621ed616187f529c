/**
 * The plugins' own numbers in Prometheus' text form. Two plugins may come to the same name (`a-b` and `a_b`), or a
 * plugin to one of Blink's: no name is shown twice, and every line says whose it is.
 */
import { bucketBounds, type MetricFamily, type MetricSeries, type PluginMetrics, shownName } from './plugin-metrics.ts'

export interface MetricsOfPlugin {
  readonly plugin: string
  readonly metrics: PluginMetrics
}

interface Shown {
  readonly name: string
  readonly kind: MetricFamily['kind']
  readonly lines: string[]
}

/** `taken` are the names of Blink's own metrics, which win. */
export function pluginMetricsText(plugins: readonly MetricsOfPlugin[], taken: ReadonlySet<string>): string {
  /** By each of its names. */
  const shown = new Map<string, Shown>()
  for (const { plugin, metrics } of plugins) {
    for (const family of metrics.families) {
      const name = shownName(plugin, family.name)
      const names = namesOf(name, family.kind)
      const block = shown.get(name) ?? { name, kind: family.kind, lines: [] }
      if (block.kind !== family.kind || names.some((one) => taken.has(one) || (shown.get(one) ?? block) !== block))
        continue
      for (const one of names) shown.set(one, block)
      for (const series of family.series.values()) block.lines.push(...linesOf(name, family.kind, plugin, series))
    }
  }
  const blocks = [...new Set(shown.values())].map(({ name, kind, lines }) =>
    [`# HELP ${name} A plugin's own.`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n'),
  )
  return blocks.join('\n')
}

function namesOf(name: string, kind: MetricFamily['kind']): readonly string[] {
  return kind === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
}

function linesOf(name: string, kind: MetricFamily['kind'], plugin: string, series: MetricSeries): readonly string[] {
  const labels = [['plugin', plugin], ...series.tags].map(([tag, value]) => `${tag}="${escaped(value!)}"`).join(',')
  if (kind !== 'histogram') return [`${name}{${labels}} ${series.value}`]
  let count = 0
  const buckets = series.buckets.map((inBucket, at) => {
    count += inBucket
    return `${name}_bucket{${labels},le="${bucketBounds[at] ?? '+Inf'}"} ${count}`
  })
  return [...buckets, `${name}_sum{${labels}} ${series.value}`, `${name}_count{${labels}} ${count}`]
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
