/** What members of a consumer group tell each other through the coordinator, which does not read it (KIP-429). */
import { Reader, utf8Length, Writer } from '../base/bytes.ts'
import { byTopic } from './by-leader.ts'
import type { TopicPartition } from './kafka-client.ts'

/** The first with owned partitions is 1, with the generation in which they were owned 2. */
const version = 2
const noGeneration = -1

export interface Subscription {
  readonly topics: readonly string[]
  /** What it reads at the moment. */
  readonly owned: readonly TopicPartition[]
  readonly generation: number
}

export function encodeSubscription({ topics, owned, generation }: Subscription): Buffer {
  const writer = new Writer()
  writer.int16(version)
  writer.int32(topics.length)
  for (const topic of [...topics].sort()) writeString(writer, topic)
  writer.int32(-1) // User data.
  writePartitions(writer, owned)
  writer.int32(generation)
  return writer.concat()
}

/** In any version: what follows is not read. */
export function decodeSubscription(bytes: Buffer): Subscription {
  const reader = new Reader(bytes)
  const theirs = reader.int16()
  const topics = readArray(reader, 2, () => reader.string(reader.int16()))
  const userDataBytes = reader.int32()
  if (userDataBytes > 0) reader.skip(userDataBytes)
  const owned = theirs >= 1 && reader.left > 0 ? readPartitions(reader) : []
  const generation = theirs >= 2 && reader.left > 0 ? reader.int32() : noGeneration
  return { topics, owned, generation }
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = new Writer()
  writer.int16(version)
  writePartitions(writer, partitions)
  writer.int32(-1) // User data.
  return writer.concat()
}

/** Nothing at all stands for no partitions. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return []
  const reader = new Reader(bytes)
  reader.int16()
  return readPartitions(reader)
}

function writePartitions(writer: Writer, partitions: readonly TopicPartition[]): void {
  const topics = byTopic(partitions)
  writer.int32(topics.size)
  for (const [topic, all] of topics) {
    writeString(writer, topic)
    writer.int32(all.length)
    for (const { partition } of all) writer.int32(partition)
  }
}

function readPartitions(reader: Reader): TopicPartition[] {
  const topics = readArray(reader, 6, () => {
    const topic = reader.string(reader.int16())
    return readArray(reader, 4, () => ({ topic, partition: reader.int32() }))
  })
  return topics.flat()
}

function readArray<T>(reader: Reader, elementBytesMin: number, read: () => T): T[] {
  const length = reader.int32()
  if (length < 0) return []
  return Array.from({ length: reader.count(length, elementBytesMin) }, read)
}

function writeString(writer: Writer, text: string): void {
  const length = utf8Length(text)
  writer.int16(length)
  writer.string(text, length)
}
