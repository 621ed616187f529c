/** Topics and records that a broker has from the start: made and produced before anybody can connect. */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { Cluster } from './handlers/handler.ts'
import { ProduceError, produceWritten, type WrittenRecord } from './handlers/written-records.ts'
import { KafkaError } from './protocol/errors.ts'
import type { SeedEntry, TopicEntry } from './settings/topics.ts'
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
  const { formatOf, RecordFileError, rawRecordsIn } = await import('./record-files.ts')
  const found: unknown[] = []
  const source = { name: basename(file), format: formatOf(file) ?? 'ndjson', chunks: createReadStream(file) }
  try {
    for await (const { raw } of rawRecordsIn(source)) found.push(raw)
    return found
  } catch (error) {
    if (error instanceof RecordFileError) throw new StartError(`${where}: ${error.message}`)
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const why = code === 'ENOENT' ? 'there is no such file' : message
    throw new StartError(`${where}: ${file}: ${why}; name a file of records`)
  }
}
