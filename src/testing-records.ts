/** The records of a broker as a suite sees them: produced, read and waited for without a client. */
import type { Clock } from './base/clock.ts'
import type { Cluster } from './handlers/handler.ts'
import type { RecordSource } from './plugins/host.ts'
import { KafkaError } from './protocol/errors.ts'
import { batchesIn, recordsIn, recordsSection } from './protocol/records.ts'
import type { Partition } from './log/partition.ts'

/** A stored record: text where a test compares, bytes where it must. */
export interface ReadRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** As UTF-8; null without one. */
  readonly key: string | null
  /** As UTF-8; null in a tombstone. */
  readonly value: string | null
  /** By their names; of several of one name the last. */
  readonly headers: Readonly<Record<string, string | null>>
  readonly keyBytes: Buffer | null
  readonly valueBytes: Buffer | null
  /** The value as JSON; throws when it is none. */
  json(): unknown
}

export interface WaitFor {
  /** How many are waited for; 1 unless said otherwise. */
  readonly count?: number
  /** Which ones count; all unless said otherwise. */
  readonly match?: (record: ReadRecord) => unknown
  /** By the time of the machine; 5000 unless said otherwise. */
  readonly timeoutMs?: number
}

const timeoutMsDefault = 5000

/** All records of a topic, or of one partition: one partition after another; none where there is no topic. */
export function readAll({ topics }: Cluster, name: string, only?: number): ReadRecord[] {
  const partitions = topics.get(name)?.partitions ?? []
  return partitions.filter(({ index }) => only === undefined || index === only).flatMap((one) => [...recordsOf(one)])
}

/** Control records, which say how transactions ended, are not for consumers. */
function* recordsOf(partition: Partition): Generator<ReadRecord> {
  const { logStartOffset } = partition
  const read = partition.read(logStartOffset, Number.MAX_SAFE_INTEGER, { endOffset: partition.highWatermark })
  if (read instanceof KafkaError) return
  for (const batch of batchesIn(read.batches)) {
    if (batch.isControl || batch.recordCount === 0) continue
    for (const record of recordsIn(recordsSection(batch), batch)) {
      if (record.offset >= logStartOffset) yield shown(partition, record)
    }
  }
}

type Stored = ReturnType<typeof recordsIn> extends Iterable<infer R> ? R : never

function shown({ topic, index }: Partition, { offset, timestamp, key, value, headers }: Stored): ReadRecord {
  return {
    topic,
    partition: index,
    offset,
    timestamp,
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: Object.fromEntries(headers.map((header) => [header.key, header.value?.toString() ?? null])),
    keyBytes: key,
    valueBytes: value,
    json: () => JSON.parse(`${value}`),
  }
}

export interface WaitParts {
  readonly cluster: Cluster
  readonly source: RecordSource
  /** The machine's: a test has no more patience because time stands still. */
  readonly clock: Clock
}

/** Resolves with all that match as soon as there are enough; rejects with what there was instead. */
export function waitForRecords(
  { cluster, source, clock }: WaitParts,
  topic: string,
  asked: WaitFor,
): Promise<ReadRecord[]> {
  const { count = 1, match = () => true, timeoutMs = timeoutMsDefault } = asked
  return new Promise((resolve, reject) => {
    let unsubscribe = () => {}
    const stop = () => {
      timer.cancel()
      unsubscribe()
    }
    const late = () => {
      stop()
      reject(new Error(whatThereWas(cluster, topic, { count, match, timeoutMs })))
    }
    const timer = clock.after(timeoutMs, late)
    const look = () => {
      unsubscribe()
      try {
        const found = readAll(cluster, topic).filter(match)
        if (found.length >= count) {
          stop()
          resolve(found)
        } else unsubscribe = onChange({ cluster, source }, topic, look)
      } catch (error) {
        stop()
        reject(error)
      }
    }
    look()
  })
}

/** Calls `look` once, in another turn, when a record was appended or topics have come or gone. */
function onChange({ cluster, source }: Pick<WaitParts, 'cluster' | 'source'>, topic: string, look: () => void) {
  let isOver = false
  const soon = () => {
    if (isOver) return
    isOver = true
    queueMicrotask(look)
  }
  const partitions = cluster.topics.get(topic)?.partitions ?? []
  const ends = [source.onChange(soon), ...partitions.map((partition) => partition.onAppend(soon))]
  return () => {
    isOver = true
    for (const end of ends) end()
  }
}

const shownMax = 5

function whatThereWas(cluster: Cluster, topic: string, { count, match, timeoutMs }: Required<WaitFor>): string {
  const all = readAll(cluster, topic)
  const matching = all.filter(match).length
  const last = all.slice(-shownMax).map(({ key, value }) => `${key === null ? '' : `${key}: `}${value?.slice(0, 80)}`)
  const there = cluster.topics.get(topic) === undefined ? 'there is no such topic' : `it holds ${all.length} records`
  const what = `waited ${timeoutMs} ms for ${count} records of topic '${topic}'; ${matching} came`
  return last.length === 0 ? `${what}, ${there}` : `${what}, ${there}, the last: ${last.join(' | ')}`
}
