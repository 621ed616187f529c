/** What the HTTP API answers with, as far as the console looks at it. */
import type { Payload } from './logic/payload.ts'

export interface Plugin {
  readonly name: string
  readonly path: string
  readonly sha256: string | null
  readonly edition: string | null
  readonly is_sandboxed: boolean
  readonly enabled: boolean
  readonly mode: 'enforce' | 'shadow'
  readonly priority: number
  readonly topics: readonly string[]
  readonly state: string
  readonly since_ms: number
  readonly port: number | null
  readonly instances: { readonly count: number; readonly active: number }
  readonly hooks: readonly string[]
  readonly imports: readonly string[]
  readonly capabilities: readonly string[]
  readonly info: {
    readonly version: string
    readonly author: string
    readonly description: string
    /** A JSON Schema, as text. */
    readonly config_schema: string | null
  } | null
  readonly records: Readonly<Record<string, number>>
  readonly failures: Readonly<Record<string, number>>
  readonly restarts: number
  readonly last_failure: string | null
  readonly latency_ms: Readonly<Record<string, { readonly p50: number; readonly p90: number; readonly p99: number }>>
  readonly memory_bytes: number
  readonly disk_bytes: number
  readonly queued_batches: number
}

export interface LogLine {
  readonly timestamp: number
  readonly level: string
  readonly message: string
}

export interface KafkaRequest {
  readonly id: number
  /** As ISO 8601 writes it; so are all that end in `at`. */
  readonly at: string
  readonly api: string
  readonly version: number
  readonly client: string | null
  readonly broker: number
  readonly peer: string
  readonly duration_ms: number
  readonly bytes: number
  readonly errors: readonly string[]
  readonly outcome: 'answered' | 'silent' | 'closed'
  /** The name of the one that met it. */
  readonly fault: string | null
  /** Its fields. */
  readonly request: unknown
}

export interface FaultHit {
  readonly at: string
  readonly api: string | null
  readonly client: string | null
  readonly broker: number
  readonly topic: string | null
  readonly partition: number | null
  readonly group: string | null
}

/** Beside these, where it holds and what happens, as it was given. */
export interface Fault {
  readonly name: string
  readonly state: 'active' | 'spent'
  readonly matched: number
  readonly hits: number
  readonly left: number | null
  readonly added_at: string
  readonly expires_at: string | null
  readonly last_hits: readonly FaultHit[]
  readonly [key: string]: unknown
}

export interface Clock {
  readonly state: 'running' | 'frozen'
  readonly now: string
  readonly now_ms: number
  /** Ahead of the machine's time. */
  readonly offset_ms: number
}

export interface Snapshot {
  readonly name: string
  readonly at: string
  readonly topics: number
  readonly groups: number
  readonly bytes: number
}

export interface Topic {
  readonly name: string
  readonly is_internal: boolean
  readonly partition_count: number
  readonly record_count: number
  readonly bytes: number
  readonly cleanup_policy: string
}

export interface TopicDetail extends Topic {
  readonly id: string
  readonly partitions: readonly Partition[]
}

export interface Partition {
  readonly partition: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly in_sync: readonly number[]
  readonly start_offset: number
  readonly high_watermark: number
  readonly last_stable_offset: number
  readonly bytes: number
}

export interface KafkaRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Payload
  readonly value: Payload
  readonly headers: readonly { readonly key: string; readonly value: Payload }[]
}

export interface RecordPage {
  readonly records: readonly KafkaRecord[]
  /** Where each partition is to be read on, by its number. */
  readonly next: Readonly<Record<string, number>>
  /** Nothing is left to read. */
  readonly is_complete: boolean
}

export interface Config {
  readonly name: string
  /** Null for what is secret. */
  readonly value: string | null
  readonly is_default: boolean
  readonly is_read_only: boolean
  readonly documentation?: string | null
}

export interface GroupInList {
  readonly group: string
  readonly state: string
  readonly protocol: string | null
  readonly type: string
  /** How many. */
  readonly members: number
  readonly lag: number | null
}

export interface Lag {
  readonly topic: string
  readonly partition: number
  readonly committed_offset: number | null
  readonly log_end_offset: number
  readonly lag: number | null
  readonly member_id: string | null
}

export interface Group {
  readonly group: string
  readonly state: string
  readonly type: string
  readonly generation: number
  readonly protocol: string | null
  readonly coordinator: number
  readonly members: readonly Member[]
  readonly offsets: readonly Lag[]
  readonly lag: number | null
}

export interface Member {
  readonly id: string
  readonly instance_id: string | null
  readonly client_id: string | null
  readonly client_host: string
  readonly is_leader: boolean
  /** Null where it is in words that only its clients know. */
  readonly assignment: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null
}

export interface Broker {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  readonly state: 'up' | 'down'
}

export interface Connection {
  readonly id: number | string
  readonly client_id: string | null
  readonly software_name: string | null
  readonly software_version: string | null
  readonly address: string
  /** The one that it reached. */
  readonly broker: number
  /** By which it came. */
  readonly listener: string
  readonly principal: string
  readonly since_ms: number
  readonly requests: number
  readonly last_api: string | null
}

export interface Refusal {
  readonly id: number
  readonly timestamp: number
  readonly topic: string
  readonly partition: number
  readonly plugin: string
  readonly reason: string
  readonly on_reject: string
  readonly is_failure: boolean
  readonly client_id: string | null
  /** Their beginnings; their sizes, -1 for null. */
  readonly key: Payload
  readonly value: Payload
  readonly key_bytes: number
  readonly value_bytes: number
}

/** What was measured over a few seconds that end at `at_ms`. */
export interface Measured {
  readonly at_ms: number
  readonly records_in_per_s: number
  readonly bytes_in_per_s: number
  readonly bytes_out_per_s: number
  readonly requests_per_s: number
  readonly refused_per_s: number
  /** Null where there was none. */
  readonly request_ms: { readonly p50: number; readonly p99: number } | null
  readonly connections: number
}

export interface Overview {
  /** Oldest first. */
  readonly points: readonly Measured[]
  /** Over the step that is running. */
  readonly now: Measured
}

export interface Transaction {
  readonly transactional_id: string
  readonly state: string
  readonly producer_id: number
  readonly producer_epoch: number
  readonly coordinator: number
  readonly timeout_ms: number
  /** When the last one began. */
  readonly started_ms: number | null
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
}
