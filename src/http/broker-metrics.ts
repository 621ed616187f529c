/** The broker's own numbers: requests, logs, groups, the process. */
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import type { Histogram } from '../plugins/latencies.ts'
import { gauge, type Metric, type Sample } from './exposition.ts'

export interface BrokerNumbers {
  readonly cluster: Cluster
  /** By API key. */
  readonly requests: ReadonlyMap<
    number,
    { readonly requests: number; readonly totalMs: number; readonly durations: Histogram }
  >
  readonly connectionCount: () => number
}

const microsecondsPerSecond = 1e6

export function brokerMetrics(numbers: BrokerNumbers): readonly Metric[] {
  return [...requestMetrics(numbers), ...logMetrics(numbers), ...groupMetrics(numbers), ...processMetrics()]
}

function requestMetrics({ cluster, requests, connectionCount }: BrokerNumbers): Metric[] {
  const names = new Map(cluster.apis.map(({ key, name }) => [key, name]))
  const perRequest = (read: (of: { requests: number; totalMs: number }) => number) => () =>
    [...requests].map(([key, of]): Sample => [{ request: names.get(key) ?? `${key}` }, read(of)])
  return [
    {
      type: 'counter',
      name: 'kafka_network_requestmetrics_totalitems',
      help: 'Requests of Kafka clients.',
      samples: perRequest((of) => of.requests),
    },
    {
      type: 'counter',
      name: 'kafka_network_requestmetrics_totaltimems',
      help: 'Milliseconds from the last byte of requests to their answers, waiting included.',
      samples: perRequest((of) => of.totalMs),
    },
    {
      type: 'histogram',
      name: 'blink_request_duration_seconds',
      help: 'How long requests of Kafka clients took, waiting included.',
      samples: () =>
        [...requests].map(
          ([key, { durations }]): Sample<Histogram> => [{ request: names.get(key) ?? `${key}` }, durations],
        ),
    },
    gauge('blink_connections', 'Open connections of Kafka clients.', connectionCount),
    {
      ...gauge(
        'blink_refused_records_total',
        'Records that plugins refused, or failed over.',
        () => cluster.refusals.total,
      ),
      type: 'counter',
    },
    gauge('blink_parked_requests', 'Requests that wait for records.', () => cluster.parking.count),
  ]
}

function logMetrics({ cluster }: BrokerNumbers): Metric[] {
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
    return { type: 'gauge', name, help, samples: perPartition(read) }
  }
  const topicCounter = (name: string, help: string, read: (partition: Partition) => number): Metric => ({
    type: 'counter',
    name,
    help,
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

function groupMetrics({ cluster }: BrokerNumbers): Metric[] {
  return [
    {
      type: 'gauge',
      name: 'blink_consumer_groups',
      help: 'Consumer groups by state.',
      samples() {
        const counts = new Map<string, number>()
        for (const { state } of cluster.groups.all()) counts.set(state, (counts.get(state) ?? 0) + 1)
        return [...counts].map(([state, count]): Sample => [{ state }, count])
      },
    },
    {
      type: 'gauge',
      name: 'blink_consumer_group_lag',
      help: 'Records that groups have not read yet, of the topics for which they committed offsets.',
      samples: () => lags(cluster),
    },
  ]
}

function* lags({ groups, topics }: Cluster): Generator<Sample> {
  for (const { id } of groups.all()) {
    for (const [topic, byPartition] of groups.offsets(id)?.topics() ?? []) {
      if (topics.get(topic) === undefined) continue
      let lag = 0
      for (const [index, { offset }] of byPartition) {
        const partition = topics.get(topic)?.partitions[index]
        if (partition !== undefined)
          lag += Math.max(0, partition.highWatermark - Math.max(offset, partition.logStartOffset))
      }
      yield [{ group: id, topic }, lag]
    }
  }
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
