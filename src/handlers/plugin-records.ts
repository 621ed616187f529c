/**
 * Records that plugins make: they come in as those of clients do, but pass by the plugins whose doing they are, so that
 * none is called for ever by what it called forth.
 */
import type { Random } from '../base/random.ts'
import type { PluginRecord } from '../plugins/capabilities/producing.ts'
import { KafkaError } from '../protocol/errors.ts'
import { partitionFor } from '../protocol/murmur2.ts'
import { encodeBatch, validate } from '../protocol/records.ts'
import { topicOrCreate } from './auto-create.ts'
import type { Cluster } from './handler.ts'

/** `by` are the plugins that must not see it. Null when it was stored; otherwise why not. */
export async function produceFor(
  cluster: Cluster,
  record: PluginRecord,
  by: readonly string[],
): Promise<string | null> {
  const { clock, intake, random, uncompressedBytesMax } = cluster
  const topic = topicOrCreate(record.topic, cluster)
  if (topic instanceof KafkaError) return described(topic)
  if (topic.isInternal) return `topic ${topic.name} is the broker's own`
  const count = topic.partitions.length
  const index = record.partition ?? (record.key === null ? anyOf(count, random) : partitionFor(record.key, count))
  const partition = topic.partitions[index]
  if (partition === undefined) return `topic ${topic.name} has no partition ${index}; use 0 to ${count - 1}`

  const { key, value, headers } = record
  const batch = validate(encodeBatch([{ timestamp: clock.now(), key, value, headers }]), { uncompressedBytesMax })
  if (batch instanceof KafkaError) return described(batch)
  const client = { id: by.at(0) ?? null, principal: null }
  const { error, refusals } = await intake.produce(topic, partition, batch, { client, by })
  if (error !== null) return described(error)
  const [refusal] = refusals
  return refusal === undefined ? null : `refused by plugin '${refusal.plugin}': ${refusal.reason}`
}

function anyOf(count: number, random: Random): number {
  return random.bytes(4).readUInt32BE() % count
}

function described({ name, message }: KafkaError): string {
  return message === null || message === '' ? name : `${name}: ${message}`
}
