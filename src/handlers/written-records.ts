/**
 * Records that are produced from within the process, as a suite or a seed writes them: they pass by the plugins, and
 * are refused where a client's would be.
 */
import type { Client } from '../plugins/judgement.ts'
import { KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../protocol/errors.ts'
import { partitionFor } from '../protocol/murmur2.ts'
import { encodeBatch, type NewHeader, type NewRecord, validate } from '../protocol/records.ts'
import { topicOrCreate } from './auto-create.ts'
import type { Cluster } from './handler.ts'
import type { Outcome } from './intake.ts'

/** Text stands for its UTF-8, bytes for themselves, null for null, { base64: '…' } for bytes, the rest for its JSON. */
export interface WrittenRecord {
  readonly key?: unknown
  readonly value: unknown
  readonly headers?: Readonly<Record<string, unknown>>
  /** By default chosen by the key, and without one in turn. */
  readonly partition?: number
  /** Milliseconds since 1970; by default now. */
  readonly timestamp?: number
}

/** Where a record was stored. */
export interface StoredRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

/** The broker, or one of its plugins, did not take a record. */
export class ProduceError extends Error {
  override readonly name = 'ProduceError'
  /** As clients are told it: `INVALID_RECORD`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Of one batch, so that it is within max.message.bytes even if all of it is one large record. */
const batchBytesMax = 256 * 1024

/**
 * Stores the records of each partition in their order, and answers where each went. Throws a ProduceError for the first
 * that is refused; those in other batches may have been stored.
 */
export async function produceWritten(
  cluster: Cluster,
  name: string,
  records: readonly WrittenRecord[],
  client: Client,
): Promise<readonly StoredRecord[]> {
  const topic = topicOrCreate(name, cluster)
  if (topic instanceof KafkaError) throw refusal(topic, `topic '${name}'`)
  const now = cluster.clock.now()
  const { length } = topic.partitions
  const stored: StoredRecord[] = []
  const placed = records.map((record, at) => ({
    at,
    record: encoded(record, now),
    partition: placeOf(record, at, length),
  }))
  for (const batch of batches(placed)) {
    const { partition: index } = batch[0]!
    const partition = topic.partitions[index]
    const where = `${name}-${index}`
    if (partition === undefined) {
      throw refusal(UNKNOWN_TOPIC_OR_PARTITION, `topic '${name}' has no partition ${index}; use 0 to ${length - 1}`)
    }
    const checked = validate(encodeBatch(batch.map(({ record }) => record)), cluster)
    if (checked instanceof KafkaError) throw refusal(checked, where)
    const outcome = await cluster.intake.produce(topic, partition, checked, { client, by: [] })
    const { baseOffset, logAppendTimeMs } = appended(outcome, where)
    for (const [position, { at, record }] of batch.entries()) {
      const timestamp = logAppendTimeMs === -1 ? record.timestamp : logAppendTimeMs
      stored[at] = { topic: name, partition: index, offset: baseOffset + position, timestamp }
    }
  }
  return stored
}

interface Placed {
  readonly at: number
  readonly record: NewRecord
  readonly partition: number
}

/** By partition, each in its order. */
function* batches(placed: readonly Placed[]): Generator<readonly Placed[]> {
  const open = new Map<number, { bytes: number; records: Placed[] }>()
  for (const one of placed) {
    const bytes = (one.record.key?.length ?? 0) + (one.record.value?.length ?? 0)
    const batch = open.get(one.partition)
    if (batch !== undefined && batch.bytes + bytes <= batchBytesMax) {
      batch.bytes += bytes
      batch.records.push(one)
      continue
    }
    if (batch !== undefined) yield batch.records
    open.set(one.partition, { bytes, records: [one] })
  }
  for (const { records } of open.values()) yield records
}

function placeOf({ key, partition }: WrittenRecord, at: number, count: number): number {
  const bytes = bytesOf(key ?? null)
  return partition ?? (bytes === null ? at % count : partitionFor(bytes, count))
}

function encoded({ key, value, headers = {}, timestamp }: WrittenRecord, now: number): NewRecord {
  const written = Object.entries(headers).map(([name, one]): NewHeader => ({ key: name, value: bytesOf(one) }))
  return { timestamp: timestamp ?? now, key: bytesOf(key ?? null), value: bytesOf(value ?? null), headers: written }
}

function bytesOf(raw: unknown): Buffer | null {
  if (raw === null) return null
  if (typeof raw === 'string') return Buffer.from(raw)
  if (raw instanceof Uint8Array) return Buffer.from(raw)
  const isBase64 = typeof raw === 'object' && 'base64' in raw && Object.keys(raw).length === 1
  return isBase64 ? Buffer.from(`${raw.base64}`, 'base64') : Buffer.from(JSON.stringify(raw))
}

function appended({ error, appended, refusals }: Outcome, where: string) {
  const [refused] = refusals
  if (refused !== undefined) {
    throw new ProduceError('INVALID_RECORD', `${where}: plugin '${refused.plugin}' refused a record: ${refused.reason}`)
  }
  if (error !== null || appended === null) throw refusal(error ?? UNKNOWN_TOPIC_OR_PARTITION, where)
  return appended
}

function refusal({ name, message }: KafkaError, where: string): ProduceError {
  return new ProduceError(name, `${where}: ${name}${message === null ? '' : `: ${message}`}`)
}
