/**
 * Topics that are there from the start, and the records in them: `topics` and `seed` of settings.yaml, and the syntax
 * of KAFKA_CREATE_TOPICS, `name:partitions:replicas:cleanup.policy`, which other images have made known.
 */
import { setting, mapping, readTable, record, required } from './table.ts'
import { type Kind, integer, list, path, topicName } from './values.ts'

/** As text, in the lines of a properties file. */
const property = /^\s*([^\s=:]+)\s*[=:](.*)$/
const configs: Kind<ReadonlyMap<string, string>> = {
  name: 'configs by name',
  read(raw, place) {
    const entries = typeof raw === 'string' ? linesOf(raw) : entriesOf(raw)
    return entries === null ? place.refuse(raw, 'write lines of the form “retention.ms: 60000”') : new Map(entries)
  },
}

function linesOf(raw: string): [string, string][] | null {
  const lines = raw.split(/[\n;]/).filter((line) => line.trim() !== '')
  const entries = lines.map((line) => property.exec(line))
  return entries.includes(null) ? null : entries.map((found) => [found![1]!, found![2]!.trim()])
}

function entriesOf(raw: unknown): [string, string][] | null {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null
  const entries = Object.entries(raw)
  return entries.some(([, value]) => typeof value === 'object')
    ? null
    : entries.map(([name, value]) => [name, `${value}`])
}

const partitionsMax = 10_000

const topicTable = {
  name: required('name', topicName, 'has no name; add name', 'Its name.'),
  partitions: setting('partitions', integer(1, partitionsMax), null, 'How many. Not set: kafka_cfg_num_partitions.'),
  replicas: setting('replicas', integer(1, 1000), 1, 'How many brokers hold each.'),
  configs: setting('configs', configs, null, 'As retention.ms: 60000.'),
}

export interface TopicEntry {
  readonly name: string
  readonly partitions: number | null
  readonly replicas: number
  readonly configs: ReadonlyMap<string, string> | null
}

const short = /^([\w.-]{1,249})(?::(\d+))?(?::(\d+))?(?::(delete|compact|compact,delete|delete,compact))?$/

/** A mapping, a name, or `name:partitions:replicas:cleanup.policy`, from which any end may be left out. */
export const topic: Kind<TopicEntry> = {
  name: 'topic',
  parts: Object.values(topicTable),
  read(raw, place) {
    if (typeof raw !== 'string') return record('topic', topicTable, 'name').read(raw, place)
    const [, name, partitions, replicas, policy] = short.exec(raw.trim()) ?? []
    if (name === undefined) return place.refuse(raw, 'use a name, or name:partitions:replicas:cleanup.policy')
    const given = {
      name,
      ...(partitions === undefined ? {} : { partitions }),
      ...(replicas === undefined ? {} : { replicas }),
      ...(policy === undefined ? {} : { configs: { 'cleanup.policy': policy } }),
    }
    return readTable(topicTable, [mapping(topicTable, given, place)], place)
  },
}

/** Whatever JSON can say: what it means is for the seed to find out. */
const anything: Kind<unknown> = { name: 'record', read: (raw) => raw }

const seedTable = {
  topic: setting('topic', topicName, null, 'Where they go. Records of a file may name a topic each.'),
  records: setting('records', list(anything), [], 'Values, or mappings: key, value, headers, partition, timestamp.'),
  file: setting('file', path, null, 'A file of records: .json, .ndjson, .jsonl or .csv.'),
}

export interface SeedEntry {
  readonly topic: string | null
  readonly records: readonly unknown[]
  readonly file: string | null
}

export const seed: Kind<SeedEntry> = {
  name: 'seed',
  parts: Object.values(seedTable),
  read(raw, place) {
    const read = record('seed', seedTable, 'file').read(raw, place)
    if (read === undefined) return undefined
    if (read.records.length === 0 && read.file === null) return place.complain('has no records; add records or file')
    if (read.file !== null && !/\.(json|ndjson|jsonl|csv)$/i.test(read.file)) {
      return place.at('file').refuse(read.file, 'use a file that ends in .json, .ndjson, .jsonl or .csv')
    }
    return read
  },
}

export const kafkaConfigs = {
  brokerConfigs: setting(
    'broker_configs',
    configs,
    null,
    "Other configs of Kafka's brokers, as log.retention.bytes: 1000000, of which no setting here says the same. What " +
      'each does in Blink, if anything: docs/configs.md.',
  ),
}

export const contents = {
  topics: setting(
    'topics',
    list(topic),
    [],
    'Topics to create at start: names, name:partitions:replicas:cleanup.policy, or entries.',
    ['KAFKA_CREATE_TOPICS'],
  ),
  seed: setting(
    'seed',
    list(seed),
    [],
    'Records to produce at start. They pass by the plugins, as those of clients do.',
  ),
}
