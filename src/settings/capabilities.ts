/**
 * `capabilities` of a plugin: what settings grant it, each with its limits. Written as a mapping, or, where the limits
 * are good as they are, as a list of names.
 */
import type { CapabilityName, Grants } from '../plugins/capabilities/capabilities.ts'
import { hosts, topicPatterns } from './patterns.ts'
import { mapping, readTable, record, required, setting, type Table, type Values } from './table.ts'
import { boolean, duration, integer, type Kind, list, oneOf, size } from './values.ts'

const keyvalue = {
  bytesMax: setting('max_size', size('1KB', '1TB'), '16MB', 'All keys and values together.'),
}

const filesystem = {
  bytesMax: setting('quota', size('1KB', '1TB'), '64MB', 'All files together.'),
}

const http = {
  hosts: required(
    'hosts',
    hosts,
    'has no hosts; name those that it may reach: hosts: [api.example.com]',
    'Names, *.name, addresses, ranges; with :port beside 80 and 443.',
  ),
  timeoutMs: setting('timeout', duration('1ms', '10m'), '5s', 'For a request and its response.'),
  responseBytesMax: setting('max_response', size('1KB', '1GB'), '4MB', 'The largest response.'),
}

const metrics = {
  seriesMax: setting('max_series', integer(1, 100_000), 100, 'Each combination of tags is a series.'),
}

const produce = {
  topics: required(
    'topics',
    topicPatterns,
    'has no topics; name those that it may write to: topics: [audit]',
    'Those that it may write to.',
  ),
  queuedRecordsMax: setting('max_queued', integer(1, 1_000_000), 10_000, 'Records that wait to be stored.'),
  recordBytesMax: setting('max_record', size('1KB', '1GB'), '1MB', 'The largest record.'),
}

const subscribe = {
  topics: required(
    'topics',
    topicPatterns,
    'has no topics; name those that it may read: topics: [orders]',
    'Those that it may read.',
  ),
}

const sql = {
  bytesMax: setting('max_size', size('64KB', '1TB'), '64MB', 'The database file.'),
  rowsMax: setting('max_rows', integer(1, 1_000_000), 10_000, 'The most rows of a query.'),
  timeoutMs: setting('timeout', duration('1ms', '10m'), '1s', 'For a statement.'),
}

export const capabilityTable = {
  keyvalue: setting('keyvalue', grant(keyvalue), null, 'wasi:keyvalue: values that survive restarts.'),
  filesystem: setting('filesystem', grant(filesystem), null, 'wasi:filesystem: a folder of its own, seen as /.'),
  http: setting('http', grant(http), null, 'wasi:http: requests to these hosts.'),
  metrics: setting('metrics', grant(metrics), null, 'blink:plugin/metrics: numbers of its own on /prometheus.'),
  memory: setting('memory', grant({}), null, 'blink:plugin/memory: how full memory is.'),
  produce: setting('produce', grant(produce), null, 'blink:plugin/produce: records of its own.'),
  subscribe: setting('subscribe', grant(subscribe), null, 'blink:plugin/subscribe: records that were stored.'),
  sql: setting('sql', grant(sql), null, 'blink:plugin/sql: a database of its own.'),
} satisfies Record<CapabilityName, unknown>

const names = Object.keys(capabilityTable) as CapabilityName[]

/** Its limits; `true` when they are good as they are; `false`: not granted. */
function grant<T extends Table>(limits: T): Kind<Values<T> | null> {
  const table = record('limits', limits, '')
  return {
    ...table,
    read(raw, place) {
      if (typeof raw === 'object') return table.read(raw, place)
      const isGranted = boolean.read(raw, place)
      return isGranted === true ? table.read({}, place) : isGranted === false ? null : undefined
    },
  }
}

export const capabilities: Kind<Grants> = {
  name: 'capabilities',
  parts: Object.values(capabilityTable),
  read(raw, place) {
    const mistakesBefore = place.mistakes.length
    const isMapping = typeof raw === 'object' && raw !== null && !Array.isArray(raw)
    const granted = isMapping ? raw : fromNames(list(oneOf(...names)).read(raw, place) ?? [])
    // Elsewhere a key with nothing after it says nothing; whether anything is granted is not to be guessed.
    for (const [name, value] of Object.entries(granted)) {
      if (value === null) place.at(name).complain('says neither yes nor no; write true, or its limits')
    }
    const grants = readTable(capabilityTable, [mapping(capabilityTable, granted, place)], place)
    return place.mistakes.length > mistakesBefore ? undefined : grants
  },
}

function fromNames(granted: readonly CapabilityName[]): Record<string, true> {
  return Object.fromEntries(granted.map((name) => [name, true]))
}
