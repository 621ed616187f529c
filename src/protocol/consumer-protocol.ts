/**
 * What members of a classic consumer group tell each other through their coordinator: what they subscribe to, and what
 * their leader assigns to them (KIP-429, KIP-792, KIP-881).
 *
 * Anything may stand there, so what does not parse is a RangeError, as of any message.
 */
import { Reader, utf8Length, Writer } from '../base/bytes.ts'
import { groupBy } from '../base/group-by.ts'

export const consumerProtocolType = 'consumer'

/** Owned partitions came with version 1, their generation with 2, the rack with 3. */
const versions = { owned: 1, generation: 2, rack: 3, newest: 3 } as const
const noGeneration = -1
const noBytes = -1

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface AssignedTopic {
  readonly topic: string
  readonly partitions: readonly number[]
}

export interface Subscription {
  readonly topics: readonly string[]
  /** What it reads at the moment. */
  readonly owned: readonly TopicPartition[]
  readonly generation: number
  readonly rackId: string | null
}

export interface ReadSubscription extends Subscription {
  readonly version: number
}

/** What a member says that has nothing yet. */
export function newSubscription(topics: readonly string[]): Subscription {
  return { topics, owned: [], generation: noGeneration, rackId: null }
}

export function encodeSubscription({ topics, owned, generation, rackId }: Subscription, version = 2): Buffer {
  const writer = new Writer()
  writer.int16(version)
  writer.int32(topics.length)
  for (const topic of [...topics].sort()) writeString(writer, topic)
  writer.int32(noBytes) // User data.
  if (version >= versions.owned) writePartitions(writer, owned)
  if (version >= versions.generation) writer.int32(generation)
  if (version >= versions.rack) {
    if (rackId === null) writer.int16(-1)
    else writeString(writer, rackId)
  }
  return writer.concat()
}

/** In any version: what a newer one adds stands at the end, and is not read. */
export function decodeSubscription(bytes: Buffer): ReadSubscription {
  const reader = new Reader(bytes)
  const version = readVersion(reader)
  const topics = readArray(reader, 2, () => reader.string(reader.int16()))
  skipBytes(reader)
  const hasMore = (since: number) => version >= since && reader.left > 0
  const owned = hasMore(versions.owned) ? placesOf(readPartitions(reader)) : []
  const generation = hasMore(versions.generation) ? reader.int32() : noGeneration
  const rackId = hasMore(versions.rack) ? readNullableString(reader) : null
  return { version, topics, owned, generation, rackId }
}

export function encodeAssignment(partitions: readonly TopicPartition[], version = 2): Buffer {
  const writer = new Writer()
  writer.int16(Math.min(version, versions.newest))
  writePartitions(writer, partitions)
  writer.int32(noBytes) // User data.
  return writer.concat()
}

export interface ReadAssignment {
  readonly topics: readonly AssignedTopic[]
  /** What an assignor of the client's own tells its members. */
  readonly hasUserData: boolean
}

/** Nothing at all stands for no partitions. */
export function decodeAssignment(bytes: Buffer): ReadAssignment {
  if (bytes.length === 0) return { topics: [], hasUserData: false }
  const reader = new Reader(bytes)
  readVersion(reader)
  const topics = readPartitions(reader)
  return { topics, hasUserData: reader.left > 0 && skipBytes(reader) > 0 }
}

export function placesOf(topics: readonly AssignedTopic[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}

/** The topics alone, which stand in the same place in every version; null where it is no such thing. */
export function topicsIn(subscription: Buffer): readonly string[] | null {
  return nullIfBroken(() => {
    const reader = new Reader(subscription)
    readVersion(reader)
    return readArray(reader, 2, () => reader.string(reader.int16()))
  })
}

/** Null where it is no such thing. */
export function subscriptionIn(bytes: Buffer): ReadSubscription | null {
  return nullIfBroken(() => decodeSubscription(bytes))
}

/** Null where it is no such thing. */
export function assignmentIn(bytes: Buffer): ReadAssignment | null {
  return nullIfBroken(() => decodeAssignment(bytes))
}

function nullIfBroken<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function readVersion(reader: Reader): number {
  const version = reader.int16()
  if (version < 0) throw new RangeError(`version ${version} of the consumer protocol`)
  return version
}

function writePartitions(writer: Writer, partitions: readonly TopicPartition[]): void {
  const topics = groupBy(partitions, ({ topic }) => topic)
  writer.int32(topics.size)
  for (const [topic, all] of topics) {
    writeString(writer, topic)
    writer.int32(all.length)
    for (const { partition } of all) writer.int32(partition)
  }
}

function readPartitions(reader: Reader): AssignedTopic[] {
  return readArray(reader, 6, () => ({
    topic: reader.string(reader.int16()),
    partitions: readArray(reader, 4, () => reader.int32()),
  }))
}

function readArray<T>(reader: Reader, elementBytesMin: number, read: () => T): T[] {
  return Array.from({ length: reader.count(reader.int32(), elementBytesMin) }, read)
}

function readNullableString(reader: Reader): string | null {
  const length = reader.int16()
  return length < 0 ? null : reader.string(length)
}

/** How many there were. */
function skipBytes(reader: Reader): number {
  const length = reader.int32()
  if (length > 0) reader.skip(length)
  return length
}

function writeString(writer: Writer, text: string): void {
  const length = utf8Length(text)
  writer.int16(length)
  writer.string(text, length)
}
