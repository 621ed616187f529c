/**
 * `blink:plugin/metrics`: adds up in the plugin's thread, so that counting a record costs no message. What was added
 * up is told to the broker's thread when the plugin has done its piece of work.
 */
import { list, pair, text } from '../guest/bound-values.ts'
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { metricName, metricTags, type Tag } from './metric-names.ts'
import { bucketBounds, type MetricKind, type MetricsTold } from './plugin-metrics.ts'

interface Gathered {
  readonly kind: MetricKind
  readonly name: string
  readonly tags: readonly Tag[]
  value: number
  readonly buckets: number[]
}

/** Series in one message. */
const toldAtOnceMax = 1000

export interface MetricsImports {
  readonly imports: Imports
  /** To be called before the answer to a call of the plugin is given. */
  flush(): void
}

export function metricsImports({ grants, calls }: CapabilityEnvironment): MetricsImports {
  const seriesMax = grants.metrics?.seriesMax ?? 0
  const gathered = new Map<string, Gathered>()
  let isCutOff = false

  const gather = (kind: MetricKind, name: string, tags: readonly Tag[]): Gathered | null => {
    const key = `${kind} ${JSON.stringify([name, tags])}`
    const known = gathered.get(key)
    if (known !== undefined) return known
    if (gathered.size >= seriesMax) {
      isCutOff = true
      return null
    }
    const buckets = kind === 'histogram' ? new Array<number>(bucketBounds.length + 1).fill(0) : []
    const checked = readTags(tags, 'tags')
    const made = { kind, name: metricName(text(name, 'name')), tags: metricTags(checked), value: 0, buckets }
    gathered.set(key, made)
    return made
  }

  const add = (name: string, amount: number, tags: readonly Tag[]): void => {
    if (!Number.isFinite(amount) || amount < 0) return
    const counter = gather('counter', name, tags)
    if (counter !== null) counter.value += amount
  }
  const set = (name: string, value: number, tags: readonly Tag[]): void => {
    if (!Number.isFinite(value)) return
    const gauge = gather('gauge', name, tags)
    if (gauge !== null) gauge.value = value
  }
  const observe = (name: string, value: number, tags: readonly Tag[]): void => {
    if (!Number.isFinite(value)) return
    const histogram = gather('histogram', name, tags)
    if (histogram === null) return
    histogram.value += value
    histogram.buckets[bucketOf(value)]!++
  }
  const flush = (): void => {
    if (gathered.size === 0 && !isCutOff) return
    const updates = [...gathered.values()]
    for (let from = 0; from === 0 || from < updates.length; from += toldAtOnceMax) {
      const told: MetricsTold = { updates: updates.slice(from, from + toldAtOnceMax), isCutOff }
      calls.tell('metrics', told)
    }
    gathered.clear()
    isCutOff = false
  }
  return { imports: { 'blink:plugin/metrics': { add, set, observe } }, flush }
}

const readTags = list(pair(text, text))

function bucketOf(value: number): number {
  const at = bucketBounds.findIndex((bound) => value <= bound)
  return at === -1 ? bucketBounds.length : at
}
