/**
 * What went through the broker in the last minutes: every five seconds the counts that its parts keep anyway are
 * written down, and whoever asks is told how they grew.
 */
import type { Clock } from '../base/clock.ts'
import type { Cluster } from '../handlers/handler.ts'
import { Durations, type Histogram } from '../plugins/latencies.ts'

export interface ThroughputSources {
  readonly cluster: Cluster
  readonly requests: ReadonlyMap<number, { readonly requests: number; readonly durations: Histogram }>
  readonly connectionCount: () => number
  readonly clock: Clock
}

export const stepMs = 5000
/** A quarter of an hour. */
export const pointsMax = 180

/** Counts since the broker began. */
interface Counts {
  readonly atMs: number
  readonly recordsIn: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly requests: number
  readonly refused: number
  readonly connections: number
  readonly storedBytes: number
  readonly durations: readonly number[]
}

export class Throughput {
  readonly stepMs = stepMs
  readonly #sources: ThroughputSources
  readonly #counts: Counts[] = []

  /** Until the signal is aborted. */
  constructor(sources: ThroughputSources, stopping: AbortSignal) {
    this.#sources = sources
    const sample = () => {
      this.#counts.push(this.count())
      if (this.#counts.length > pointsMax + 1) this.#counts.shift()
    }
    sample()
    const timer = sources.clock.every(stepMs, sample)
    stopping.addEventListener('abort', () => timer.cancel())
  }

  /** Oldest first. */
  get points() {
    return this.#counts.slice(1).map((counts, at) => growth(this.#counts[at]!, counts))
  }

  /** Over the step that is running, or the last one where it has hardly begun. */
  get now() {
    const now = this.count()
    const [before, last] = [this.#counts.at(-2), this.#counts.at(-1)!]
    return growth(now.atMs - last.atMs < stepMs / 2 && before !== undefined ? before : last, now)
  }

  count(): Counts {
    const { cluster, requests, connectionCount, clock } = this.#sources
    const sums = { recordsIn: 0, bytesIn: 0, bytesOut: 0 }
    for (const { partitions } of cluster.topics.all()) {
      for (const { logEndOffset, appendedBytes, readBytes } of partitions) {
        sums.recordsIn += logEndOffset
        sums.bytesIn += appendedBytes
        sums.bytesOut += readBytes
      }
    }
    const durations: number[] = []
    let count = 0
    for (const api of requests.values()) {
      count += api.requests
      for (const [at, inBucket] of api.durations.counts.entries()) durations[at] = (durations[at] ?? 0) + inBucket
    }
    const { total: refused } = cluster.refusals
    const { storedBytes } = cluster.memory
    return {
      atMs: clock.now(),
      ...sums,
      requests: count,
      refused,
      connections: connectionCount(),
      storedBytes,
      durations,
    }
  }
}

/** A topic that was deleted takes its counts along: then nothing is said to have come. */
function growth(from: Counts, to: Counts) {
  const seconds = Math.max(1, to.atMs - from.atMs) / 1000
  const perSecond = (read: (counts: Counts) => number) => Math.max(0, read(to) - read(from)) / seconds
  return {
    at_ms: to.atMs,
    records_in_per_s: perSecond((counts) => counts.recordsIn),
    bytes_in_per_s: perSecond((counts) => counts.bytesIn),
    bytes_out_per_s: perSecond((counts) => counts.bytesOut),
    requests_per_s: perSecond((counts) => counts.requests),
    refused_per_s: perSecond((counts) => counts.refused),
    request_ms: quantiles(from.durations, to.durations),
    connections: to.connections,
    stored_bytes: to.storedBytes,
  }
}

function quantiles(from: readonly number[], to: readonly number[]) {
  const between = Durations.of(to.map((count, at) => count - (from[at] ?? 0)))
  if (between.count === 0) return null
  return { p50: between.quantile(0.5) * 1000, p99: between.quantile(0.99) * 1000 }
}
