/** What tests of handlers begin with: topics, batches as producers send them, and the requests that carry them. */
import type { Partition } from '../../src/log/partition.ts'
import { KafkaError } from '../../src/protocol/errors.ts'
import type { fetch } from '../../src/protocol/messages/fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { type BatchOptions, encodeBatch, readBatch, recordsIn, recordsSection } from '../../src/protocol/records.ts'
import type { Topic } from '../../src/topics/topics.ts'
import { type Asking, type Sparse, startMs, type TestBroker } from './broker.ts'

export interface TopicOptions {
  readonly partitions?: number
  readonly replicationFactor?: number
  /** By partition, in place of the two before: which brokers hold it. */
  readonly assignment?: readonly (readonly number[])[]
  readonly configs?: Readonly<Record<string, string>>
}

export function topicOf({ cluster }: TestBroker, name: string, options: TopicOptions = {}): Topic<Partition> {
  const { assignment, replicationFactor = 1, configs = {} } = options
  const { partitions = assignment?.length ?? 1 } = options
  const made = cluster.topics.create({
    name,
    partitionCount: partitions,
    replicationFactor,
    ...(assignment === undefined ? {} : { assignment }),
    configs: new Map(Object.entries(configs)),
  })
  if (made instanceof KafkaError) throw new Error(`${name}: ${made.name} ${made.message}`)
  return made
}

/** A batch of these values, without keys, all of the moment at which a test's clock starts. */
export function batchOf(values: readonly string[], options?: BatchOptions): Buffer {
  return encodeBatch(
    values.map((value) => ({ timestamp: startMs, key: null, value: Buffer.from(value) })),
    options,
  )
}

export interface Producing extends Asking {
  readonly version?: number
  readonly index?: number
  readonly acks?: number
  readonly transactionalId?: string | null
}

/** The answer for the one partition. */
export async function produceTo(broker: TestBroker, topic: string, records: Buffer | null, options: Producing = {}) {
  const { version = 12, ...rest } = options
  const answer = await broker.request(produce, version, produceRequest(topic, records, rest), options)
  return answer.responses[0]!.partitionResponses[0]!
}

export function produceRequest(topic: string, records: Buffer | null, options: Producing = {}) {
  const { index = 0, acks = -1, transactionalId = null } = options
  const partitionData = [{ index, records }]
  return { transactionalId, acks, timeoutMs: 1000, topicData: [{ ...topicData, name: topic, partitionData }] }
}

const topicData = { topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }

export type FetchRequest = Sparse<typeof fetch.request>
type FetchedTopic = NonNullable<FetchRequest['topics']>[number]
export type FetchedPartition = Partial<FetchedTopic['partitions'][number]>

const wholePartition: FetchedTopic['partitions'][number] = {
  partition: 0,
  currentLeaderEpoch: -1,
  fetchOffset: 0,
  lastFetchedEpoch: -1,
  logStartOffset: -1,
  partitionMaxBytes: 1 << 20,
  replicaDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAA',
  highWatermark: Number.MAX_SAFE_INTEGER + 1,
}

/** A request for partitions of one topic that does not wait. */
export function fetchRequest(
  { name, id }: { readonly name: string; readonly id: string },
  partitions: readonly FetchedPartition[],
  rest: FetchRequest = {},
): FetchRequest {
  const topics = [{ topic: name, topicId: id, partitions: partitions.map((one) => ({ ...wholePartition, ...one })) }]
  return { maxBytes: 1 << 24, ...rest, topics }
}

/** The values of the records in what a fetch was answered with; control records have values, too. */
export function valuesOf(records: readonly Buffer[] | null, withControl = true): string[] {
  const bytes = Buffer.concat(records ?? [])
  const values: string[] = []
  for (let start = 0; start < bytes.length; ) {
    const batch = readBatch(bytes, start)
    const isShown = withControl || !batch.isControl
    if (isShown) for (const { value } of recordsIn(recordsSection(batch), batch)) values.push(`${value}`)
    start += batch.bytes.length
  }
  return values
}

/** All that is stored in a partition, batches one after another. */
export function storedIn(partition: Partition): readonly Buffer[] {
  const read = partition.read(partition.logStartOffset, Number.MAX_SAFE_INTEGER)
  if (read instanceof KafkaError) throw new Error(read.name)
  return read.batches
}
