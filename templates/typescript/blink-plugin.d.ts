/**
 * What Blink offers a plugin, and what it asks of one, as in `wit/deps`. An `option` is null where there is none;
 * integers of 64 bits are numbers, exact up to 2^53.
 */

declare module 'blink:plugin/types@0.2.0' {
  export interface Header {
    key: string
    /** Null is not the same as empty. */
    value: Uint8Array | null
  }

  export interface KafkaRecord {
    key: Uint8Array | null
    /** Null is a tombstone. */
    value: Uint8Array | null
    headers: Header[]
    /** Milliseconds since 1970; -1 when its producer gave none. */
    timestamp: number
    /** Null until it is stored. */
    offset: number | null
  }

  export interface Batch {
    topic: string
    partition: number
    /** `http` for records that were posted. */
    clientId: string | null
    /** Who the client proved to be, as `User:alice`. */
    principal: string | null
    records: KafkaRecord[]
  }

  /** `throttle`: milliseconds for which its producer is asked to send nothing. */
  export type Verdict =
    | { tag: 'accept' }
    | { tag: 'reject'; val: string }
    | { tag: 'drop' }
    | { tag: 'replace'; val: KafkaRecord }
    | { tag: 'throttle'; val: number }

  /** Of `onFetch`. */
  export type View = { tag: 'pass' } | { tag: 'hide' } | { tag: 'replace'; val: KafkaRecord }
}

declare module 'blink:plugin/description@0.2.0' {
  export type Hook =
    | 'on-records'
    | 'on-fetch'
    | 'on-timer'
    | 'on-config-changed'
    | 'handle-http'
    | 'finalize'
    | 'cleanup'

  /** Of `describe`. */
  export interface PluginInfo {
    name: string
    version: string
    author: string
    description: string
    hooks: Hook[]
    /** 0 says nothing. */
    memoryBytesMin: number
    /** A JSON Schema for config. */
    configSchema: string | null
  }
}

declare module 'blink:plugin/http@0.2.0' {
  export interface Request {
    method: string
    path: string
    query: string | null
    headers: [string, string][]
    body: Uint8Array
  }

  /** Of `handleHttp`. */
  export interface Response {
    status: number
    headers: [string, string][]
    body: Uint8Array
  }
}

declare module 'wasi:keyvalue/store@0.2.0-draft' {
  export class Bucket {
    private constructor()
    get(key: string): Uint8Array | null
    set(key: string, value: Uint8Array): void
    delete(key: string): void
    exists(key: string): boolean
    listKeys(cursor: string | null): { keys: string[]; cursor: string | null }
  }
  /** The empty name is that of the plugin's own store. */
  export function open(identifier: string): Bucket
}

declare module 'wasi:logging/logging@0.1.0-draft' {
  export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical'
  /** Writes one line to the broker's log, with the plugin's name beside it. */
  export function log(level: Level, context: string, message: string): void
}

declare module 'wasi:config/store@0.2.0-draft' {
  export function get(key: string): string | null
  export function getAll(): [string, string][]
}

declare module 'blink:plugin/metrics@0.2.0' {
  export type Tags = [string, string][]
  export function add(name: string, amount: number, tags: Tags): void
  export function set(name: string, value: number, tags: Tags): void
  export function observe(name: string, value: number, tags: Tags): void
}

declare module 'blink:plugin/memory@0.2.0' {
  export function used(): number
  export function limit(): number
  export function pressure(): 'none' | 'low' | 'medium' | 'high' | 'emergency'
}

declare module 'blink:plugin/produce@0.2.0' {
  import type { Header } from 'blink:plugin/types@0.2.0'
  export interface NewRecord {
    topic: string
    partition: number | null
    key: Uint8Array | null
    value: Uint8Array | null
    headers: Header[]
  }
  /** Throws an error whose `payload` is the variant `produce-error`. */
  export function produce(record: NewRecord): void
}

declare module 'blink:plugin/subscribe@0.2.0' {
  export function subscribe(topics: string): void
  export function unsubscribe(topics: string): void
}

declare module 'blink:plugin/sql@0.2.0' {
  export type Value =
    | { tag: 'null' }
    | { tag: 'integer'; val: number }
    | { tag: 'real'; val: number }
    | { tag: 'text'; val: string }
    | { tag: 'blob'; val: Uint8Array }
  export interface Rows {
    columns: string[]
    values: Value[][]
  }
  export function query(statement: string, parameters: Value[]): Rows
  export function execute(statement: string, parameters: Value[]): number
}
