/** Topics and records that a broker has from the start: made and produced before anybody can connect. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Cluster } from './handlers/handler.ts'
import { ProduceError, produceWritten, type WrittenRecord } from './handlers/written-records.ts'
import { KafkaError } from './protocol/errors.ts'
import type { SeedEntry, TopicEntry } from './settings-topics.ts'
import { StartError } from './start-error.ts'

const client = { id: 'seed', principal: null }
const recordWords = ['topic', 'key', 'value', 'headers', 'partition', 'timestamp']

export function createTopics(cluster: Cluster, entries: readonly TopicEntry[], partitionCount: number): void {
  for (const { name, partitions, replicas, configs } of entries) {
    const made = cluster.topics.create({
      name,
      partitionCount: partitions ?? partitionCount,
      replicationFactor: replicas,
      ...(configs === null ? {} : { configs }),
    })
    if (made instanceof KafkaError)
      throw new StartError(`topics: '${name}' cannot be created: ${made.message ?? made.name}`)
  }
}

interface Seeded extends WrittenRecord {
  readonly topic: string
}

/** Throws a StartError that names the entry and what is wrong with it. */
export async function produceSeed(cluster: Cluster, entries: readonly SeedEntry[]): Promise<void> {
  for (const [at, entry] of entries.entries()) {
    const read = entry.file === null ? [] : await readRecords(entry.file, `seed[${at}]`)
    const records = [...entry.records, ...read].map((raw, line) =>
      recordOf(raw, entry, `seed[${at}]: record ${line + 1}`),
    )
    for (const [topic, same] of byTopic(records)) {
      try {
        await produceWritten(cluster, topic, same, client)
      } catch (error) {
        throw error instanceof ProduceError ? new StartError(`seed[${at}]: ${error.message}`) : error
      }
    }
  }
}

/** What has a `value` is a record; anything else is the value of one. */
function recordOf(raw: unknown, entry: SeedEntry, where: string): Seeded {
  const isRecord = typeof raw === 'object' && raw !== null && 'value' in raw
  const strange = isRecord ? Object.keys(raw).find((word) => !recordWords.includes(word)) : undefined
  if (strange !== undefined) throw new StartError(`${where} knows no ${strange}; use ${recordWords.join(', ')}`)
  const written = (isRecord ? raw : { value: raw }) as WrittenRecord & { readonly topic?: string }
  const topic = written.topic ?? entry.topic
  if (topic === null) throw new StartError(`${where} has no topic; add topic to the entry, or to each record`)
  const { partition, timestamp } = written
  for (const [word, number] of Object.entries({ partition, timestamp })) {
    if (number !== undefined && !(Number.isInteger(number) && number >= 0)) {
      throw new StartError(`${where}: ${word} is ${JSON.stringify(number)}; use a whole number from 0`)
    }
  }
  return { ...written, topic }
}

function byTopic(records: readonly Seeded[]): Map<string, WrittenRecord[]> {
  const found = new Map<string, WrittenRecord[]>()
  for (const record of records) {
    const same = found.get(record.topic)
    if (same === undefined) found.set(record.topic, [record])
    else same.push(record)
  }
  return found
}

async function readRecords(file: string, where: string): Promise<readonly unknown[]> {
  const text = readText(file, where)
  const name = basename(file)
  if (/\.csv$/i.test(file)) return readCsv(text, `${where}: ${name}`)
  if (!/\.json$/i.test(file)) {
    const lines = text.split('\n').map((line, at) => ({ line, at: at + 1 }))
    return lines.filter(({ line }) => line.trim() !== '').map(({ line, at }) => parsed(line, `${where}: ${name}:${at}`))
  }
  const value = parsed(text, `${where}: ${name}`)
  return Array.isArray(value) ? value : [value]
}

function readText(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    throw new StartError(`${where}: ${file}: ${why}; name a file of records`)
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StartError(`${where} is not JSON: ${(error as Error).message}`)
  }
}

/**
 * The first row names the columns: key, value, partition, timestamp and header.<name> are those of a record. Without a
 * column `value`, each row is one, as a JSON object of its columns, and a column `key` is its key, too.
 */
async function readCsv(text: string, where: string): Promise<readonly unknown[]> {
  const { parse } = await import('csv-parse/sync')
  try {
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true })
    return rows.map(fromRow)
  } catch (error) {
    throw new StartError(`${where} is not CSV: ${(error as Error).message}`)
  }
}

function fromRow(row: Record<string, string>): unknown {
  const { key, value, topic, partition, timestamp } = row
  if (value === undefined) return key === undefined ? { value: row } : { key, value: row }
  const headers = Object.entries(row).filter(([name]) => name.startsWith('header.'))
  return {
    value,
    headers: Object.fromEntries(headers.map(([name, one]) => [name.slice('header.'.length), one])),
    ...(key ? { key } : {}),
    ...(topic ? { topic } : {}),
    ...(partition ? { partition: Number(partition) } : {}),
    ...(timestamp ? { timestamp: Number(timestamp) } : {}),
  }
}
