/**
 * `blink:plugin/produce`: checks a record in the plugin's thread, and hands it over without waiting until it is
 * stored.
 */
import { bytes, list, optional, text, uint32 } from '../guest/bound-values.ts'
import type { CapabilityEnvironment, Imports } from './capability-environment.ts'
import { catchUp } from '../crossing/host-calls.ts'
import { kibibytesOf, type PluginRecord, type ProduceCall, waitingKibibytesMax } from './producing.ts'
import { NamePatterns } from '../../base/name-patterns.ts'

/** As jco's binding has it. */
interface NewRecord {
  readonly topic: string
  readonly partition: number | undefined
  readonly key: Uint8Array | undefined
  readonly value: Uint8Array | undefined
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | undefined }[]
}

type ProduceError =
  | { readonly tag: 'not-allowed'; readonly val: string }
  | { readonly tag: 'queue-full' }
  | { readonly tag: 'too-large' }
  | { readonly tag: 'invalid'; readonly val: string }

/** What Kafka allows; `.` and `..` it does not. */
const topicPattern = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/
/** Partitions are counted in 31 bits. */
const partitionMax = 0x7fff_ffff
const headersMax = 1000

export function produceImports({ grants, calls, by }: CapabilityEnvironment): Imports {
  const { topics = [], queuedRecordsMax = 0, recordBytesMax = 0 } = grants.produce ?? {}
  const allowed = new NamePatterns(topics)
  /** The tellings that the broker has not taken up; those it has, it counts itself. */
  const told: { readonly telling: number; readonly kibibytes: number }[] = []
  let toldKibibytes = 0
  let stored: Int32Array | null = null

  const hasRoom = (kibibytes: number): boolean => {
    stored ??= calls.ask('produce-waiting', null) as Int32Array
    const { taken } = calls
    while (told.length > 0 && told[0]!.telling <= taken) toldKibibytes -= told.shift()!.kibibytes
    const records = told.length + Atomics.load(stored, 0)
    // One alone may be as large as settings say.
    const isFit = records === 0 || toldKibibytes + Atomics.load(stored, 1) + kibibytes <= waitingKibibytesMax
    return records < queuedRecordsMax && isFit
  }
  const isFull = (kibibytes: number): boolean => {
    if (hasRoom(kibibytes)) return false
    if (told.length === 0) return true
    // A record that is being taken up may have been counted twice.
    calls.ask(catchUp, null)
    return !hasRoom(kibibytes)
  }

  const produce = (bound: NewRecord): void => {
    const given = checked(bound)
    const refusal = complaintAbout(given, (topic) => topics.length > 0 && allowed.match(topic), recordBytesMax)
    // A plain value is the error of a `result`; an Error would be a failure of the plugin.
    if (refusal !== null) throw refusal
    const record = recordOf(given)
    const kibibytes = kibibytesOf(record)
    if (isFull(kibibytes)) throw { tag: 'queue-full' } satisfies ProduceError
    told.push({ telling: calls.tell('produce', { record, by: by() } satisfies ProduceCall), kibibytes })
    toldKibibytes += kibibytes
  }
  return { 'blink:plugin/produce': { produce } }
}

const part = optional(bytes)
const readHeaders = list((header, what) => {
  const { key, value } = Object(header)
  return { key: text(key, what), value: part(value, what) }
})

function checked({ topic, partition, key, value, headers }: NewRecord): NewRecord {
  return {
    topic: text(topic, 'topic'),
    partition: optional(uint32)(partition, 'partition'),
    key: part(key, 'key'),
    value: part(value, 'value'),
    headers: readHeaders(headers, 'headers'),
  }
}

function complaintAbout(
  given: NewRecord,
  isAllowed: (topic: string) => boolean,
  bytesMax: number,
): ProduceError | null {
  const { topic, partition = 0, headers } = given
  if (!topicPattern.test(topic)) return { tag: 'invalid', val: `${JSON.stringify(topic.slice(0, 249))} is no topic` }
  if (!isAllowed(topic)) {
    return { tag: 'not-allowed', val: `name ${topic} in \`capabilities: produce: topics\` of the plugin's settings` }
  }
  if (partition > partitionMax) return { tag: 'invalid', val: `partition ${partition}; use 0–${partitionMax}` }
  if (headers.length > headersMax) return { tag: 'invalid', val: `${headers.length} headers; use ${headersMax}` }
  return sizeOf(given) > bytesMax ? { tag: 'too-large' } : null
}

function sizeOf({ key, value, headers }: NewRecord): number {
  const own = (key?.length ?? 0) + (value?.length ?? 0)
  return headers.reduce((sum, header) => sum + Buffer.byteLength(header.key) + (header.value?.length ?? 0), own)
}

function recordOf({ topic, partition, key, value, headers }: NewRecord): PluginRecord {
  return {
    topic,
    partition: partition ?? null,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers.map((header) => ({ key: header.key, value: bytesOf(header.value) })),
  }
}

/** A copy where it is a part of something larger, which would be sent whole. */
function bytesOf(given: Uint8Array | undefined): Uint8Array | null {
  if (given === undefined) return null
  return given.byteLength === given.buffer.byteLength ? given : given.slice()
}
