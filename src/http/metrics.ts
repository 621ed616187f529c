/**
 * `/metrics` and `/prometheus`: numbers that the parts of the broker keep anyway, read when someone asks.
 *
 * Nothing here runs while records flow, and prom-client is loaded at the first scrape. Names are those of the original
 * Blink where the number still means something; sizes are bytes, times say their unit.
 */
import type { Registry } from 'prom-client'
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import type { PluginStatus } from '../plugins/host.ts'

type Labels = Readonly<Record<string, string | number>>
type Sample = readonly [labels: Labels, value: number]

interface Metric {
  readonly type: 'counter' | 'gauge'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly samples: () => Iterable<Sample>
}

export interface MetricSources {
  readonly cluster: Cluster
  readonly plugins: () => readonly PluginStatus[]
  /** By API key. */
  readonly requests: ReadonlyMap<number, { readonly requests: number; readonly totalMs: number }>
  readonly connectionCount: () => number
}

/** Beyond, a metric has no more series: a scrape must not outgrow what it measures. */
const seriesMax = 10_000
const microsecondsPerSecond = 1e6

export class Metrics {
  readonly #sources: MetricSources
  #registry: Promise<Registry> | null = null

  constructor(sources: MetricSources) {
    this.#sources = sources
  }

  /** Prometheus' text form. */
  async scrape(): Promise<{ readonly contentType: string; readonly text: string }> {
    this.#registry ??= makeRegistry(describe(this.#sources))
    const registry = await this.#registry
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}

async function makeRegistry(metrics: readonly Metric[]): Promise<Registry> {
  const { default: prometheus } = await import('prom-client')
  const registry = new prometheus.Registry()
  for (const { type, name, help, labels, samples } of metrics) {
    const common = { name, help, labelNames: [...labels], registers: [registry] }
    if (type === 'gauge') {
      new prometheus.Gauge({
        ...common,
        collect() {
          this.reset()
          for (const [labels, value] of bounded(samples())) this.set(labels, value)
        },
      })
    } else {
      new prometheus.Counter({
        ...common,
        collect() {
          this.reset()
          for (const [labels, value] of bounded(samples())) this.inc(labels, value)
        },
      })
    }
  }
  return registry
}

function* bounded(samples: Iterable<Sample>): Generator<Sample> {
  let left = seriesMax
  for (const sample of samples) {
    if (left-- === 0) return
    yield sample
  }
}

function describe(sources: MetricSources): readonly Metric[] {
  return [
    ...requestMetrics(sources),
    ...logMetrics(sources),
    ...groupMetrics(sources),
    ...pluginMetrics(sources),
    ...processMetrics(),
  ]
}

function requestMetrics({ cluster, requests, connectionCount }: MetricSources): Metric[] {
  const names = new Map(cluster.apis.map(({ key, name }) => [key, name]))
  const perRequest = (read: (of: { requests: number; totalMs: number }) => number) => () =>
    [...requests].map(([key, of]): Sample => [{ request: names.get(key) ?? `${key}` }, read(of)])
  return [
    {
      type: 'counter',
      name: 'kafka_network_requestmetrics_totalitems',
      help: 'Requests of Kafka clients.',
      labels: ['request'],
      samples: perRequest((of) => of.requests),
    },
    {
      type: 'counter',
      name: 'kafka_network_requestmetrics_totaltimems',
      help: 'Milliseconds from the last byte of requests to their answers, waiting included.',
      labels: ['request'],
      samples: perRequest((of) => of.totalMs),
    },
    gauge('blink_connections', 'Open connections of Kafka clients.', connectionCount),
    gauge('blink_parked_requests', 'Requests that wait for records.', () => cluster.parking.count),
  ]
}

function logMetrics({ cluster }: MetricSources): Metric[] {
  const { topics, memory } = cluster
  const perPartition = (read: (partition: Partition) => number) =>
    function* (): Generator<Sample> {
      for (const { partitions } of topics.all()) {
        for (const one of partitions) yield [{ topic: one.topic, partition: one.index }, read(one)]
      }
    }
  const sum = (read: (partition: Partition) => number): number => {
    let total = 0
    for (const { partitions } of topics.all()) for (const partition of partitions) total += read(partition)
    return total
  }
  const partitionGauge = (name: string, help: string, read: (partition: Partition) => number): Metric => {
    return { type: 'gauge', name, help, labels: ['topic', 'partition'], samples: perPartition(read) }
  }
  const topicCounter = (name: string, help: string, read: (partition: Partition) => number): Metric => ({
    type: 'counter',
    name,
    help,
    labels: ['topic'],
    *samples() {
      for (const topic of topics.all()) {
        yield [{ topic: topic.name }, topic.partitions.reduce((total, partition) => total + read(partition), 0)]
      }
    },
  })
  return [
    // Offsets begin at 0 and never go back, so the ends of a topic's logs add up to what came in.
    topicCounter(
      'kafka_server_brokertopicmetrics_messagesin_total',
      'Records produced to each topic.',
      (one) => one.logEndOffset,
    ),
    topicCounter(
      'kafka_server_brokertopicmetrics_bytesin_total',
      'Bytes stored of each topic.',
      (one) => one.appendedBytes,
    ),
    topicCounter('kafka_server_brokertopicmetrics_bytesout_total', 'Bytes read of each topic.', (one) => one.readBytes),
    partitionGauge('kafka_log_numlogsegments', 'Segments.', ({ segmentCount }) => segmentCount),
    partitionGauge('kafka_log_size', 'Bytes stored.', ({ byteLength }) => byteLength),
    partitionGauge('kafka_log_logstartoffset', 'The first offset there is.', ({ logStartOffset }) => logStartOffset),
    partitionGauge('kafka_log_logendoffset', 'The next offset to be given.', ({ logEndOffset }) => logEndOffset),
    gauge('blink_topics', 'Topics.', () => topics.count),
    gauge('blink_partitions', 'Partitions of all topics.', () => sum(() => 1)),
    gauge('blink_record_count', 'Offsets between the starts and the ends of all logs.', () =>
      sum(({ logStartOffset, logEndOffset }) => logEndOffset - logStartOffset),
    ),
    gauge('blink_in_memory_queue_size_bytes', 'Bytes of records stored.', () => memory.storedBytes),
    gauge('blink_max_memory_bytes', 'The most bytes of records that are stored: max_memory.', () => memory.bytesMax),
  ]
}

function groupMetrics({ cluster }: MetricSources): Metric[] {
  return [
    {
      type: 'gauge',
      name: 'blink_consumer_groups',
      help: 'Consumer groups by state.',
      labels: ['state'],
      samples() {
        const counts = new Map<string, number>()
        for (const { state } of cluster.groups.all()) counts.set(state, (counts.get(state) ?? 0) + 1)
        return [...counts].map(([state, count]): Sample => [{ state }, count])
      },
    },
  ]
}

function pluginMetrics({ plugins }: MetricSources): Metric[] {
  const perPlugin = (name: string, help: string, read: (status: PluginStatus) => number, type: Metric['type']) => {
    const samples = () => plugins().map((status): Sample => [{ plugin: status.name }, read(status)])
    return { type, name, help, labels: ['plugin'], samples }
  }
  const verdicts = ['accepted', 'refused', 'failed'] as const
  return [
    {
      type: 'counter',
      name: 'wasm_plugin_records_total',
      help: 'Records shown to plugins, by verdict; failed ones got none.',
      labels: ['plugin', 'verdict'],
      samples: () =>
        plugins().flatMap((status) =>
          verdicts.map((verdict): Sample => [{ plugin: status.name, verdict }, status.records[verdict]]),
        ),
    },
    {
      type: 'counter',
      name: 'wasm_plugin_failures_total',
      help: 'Failures of plugins, by hook and kind.',
      labels: ['plugin', 'failure'],
      samples: () =>
        plugins().flatMap(({ name, failures }) =>
          Object.entries(failures).map(([failure, count]): Sample => [{ plugin: name, failure }, count]),
        ),
    },
    perPlugin('wasm_plugin_restarts_total', 'Restarts of plugins.', ({ restarts }) => restarts, 'counter'),
    perPlugin('wasm_plugin_memory_bytes', 'Memory of plugins.', ({ memoryBytes }) => memoryBytes, 'gauge'),
    perPlugin(
      'wasm_plugin_running',
      '1 while the plugin judges records, otherwise 0.',
      ({ state }) => (state === 'running' ? 1 : 0),
      'gauge',
    ),
  ]
}

function processMetrics(): Metric[] {
  return [
    gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss()),
    gauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory outside of the heap, records among it.', () => {
      return process.memoryUsage().external
    }),
    {
      ...gauge('process_cpu_seconds_total', 'CPU time of the process, its plugins included.', () => {
        const { user, system } = process.cpuUsage()
        return (user + system) / microsecondsPerSecond
      }),
      type: 'counter',
    },
    gauge('process_uptime_seconds', 'How long the process has run.', () => process.uptime()),
  ]
}

function gauge(name: string, help: string, read: () => number): Metric {
  return { type: 'gauge', name, help, labels: [], samples: () => [[{}, read()]] }
}
