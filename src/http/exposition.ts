/**
 * Metrics as they are described here, and the text form of Prometheus that prom-client makes of them.
 *
 * prom-client counts by itself, and cannot be handed the buckets of a histogram; but all that its registry asks of a
 * metric is to say its values, and Blink's parts have counted anyway.
 */
import type { Metric as PromMetric, RegistryContentType } from 'prom-client'
import type { Histogram } from '../plugins/latencies.ts'

export type Labels = Readonly<Record<string, string | number>>
export type Sample<T = number> = readonly [labels: Labels, value: T]

interface Described {
  readonly name: string
  readonly help: string
}

export interface NumberMetric extends Described {
  readonly type: 'counter' | 'gauge'
  readonly samples: () => Iterable<Sample>
}

export interface HistogramMetric extends Described {
  readonly type: 'histogram'
  readonly samples: () => Iterable<Sample<Histogram>>
}

export type Metric = NumberMetric | HistogramMetric

/** What prom-client's registry prints: a line each. */
interface Line {
  readonly metricName?: string
  readonly labels: Labels
  readonly value: number
}

/** Beyond, a metric has no more series: a scrape must not outgrow what it measures. */
const seriesMax = 10_000

export type ExpositionForm = 'prometheus' | 'openmetrics'

/** prom-client is loaded at the first scrape. The names of the metrics must differ. */
export async function expose(
  metrics: readonly Metric[],
  form: ExpositionForm = 'prometheus',
): Promise<{ contentType: string; text: string }> {
  const { default: prometheus } = await import('prom-client')
  const { Registry } = prometheus
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(form === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE)
  for (const metric of metrics) {
    const { name, type } = form === 'openmetrics' ? inOpenMetrics(metric) : metric
    const { help } = metric
    const told = { name, help, type, get: () => ({ name, help, type, values: [...linesOf(metric)] }) }
    registry.registerMetric(told as unknown as PromMetric)
  }
  return { contentType: registry.contentType, text: await registry.metrics() }
}

export function gauge(name: string, help: string, read: () => number): NumberMetric {
  return { type: 'gauge', name, help, samples: () => [[{}, read()]] }
}

/**
 * There a counter's samples end in `_total`, which prom-client adds. One whose name does not have it would be called
 * otherwise than in Prometheus' form; so it is said to be of no known type.
 */
function inOpenMetrics({ name, type }: Metric): { readonly name: string; readonly type: string } {
  if (type !== 'counter') return { name, type }
  return name.endsWith('_total') ? { name: name.slice(0, -'_total'.length), type } : { name, type: 'unknown' }
}

function* linesOf(metric: Metric): Generator<Line> {
  if (metric.type === 'histogram') {
    for (const [labels, histogram] of bounded(metric.samples())) yield* bucketLines(metric.name, labels, histogram)
  } else {
    for (const [labels, value] of bounded(metric.samples())) yield { labels, value }
  }
}

/** A bucket of Prometheus holds all values up to its bound, those of the buckets before it, too. */
function* bucketLines(name: string, labels: Labels, { bounds, counts, sum, count }: Histogram): Generator<Line> {
  let upTo = 0
  for (const [at, bound] of bounds.entries()) {
    upTo += counts[at]!
    yield { metricName: `${name}_bucket`, labels: { ...labels, le: bound }, value: upTo }
  }
  yield { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count }
  yield { metricName: `${name}_sum`, labels, value: sum }
  yield { metricName: `${name}_count`, labels, value: count }
}

function* bounded<T>(samples: Iterable<T>): Generator<T> {
  let left = seriesMax
  for (const sample of samples) {
    if (left-- === 0) return
    yield sample
  }
}
