/**
 * The topics that members of a consumer group subscribe to, read from their metadata.
 *
 * To the coordinator metadata is opaque; only the protocol type `consumer` has a form that it may look into, to know
 * whose offsets are in use. Anything may stand there, so what does not parse is an answer, not an error.
 */
import { Reader } from '../base/bytes.ts'

export const consumerProtocolType = 'consumer'

/** Null when one of them is not a consumer's subscription. */
export function allSubscribedTopics(metadata: readonly Buffer[]): ReadonlySet<string> | null {
  const all = new Set<string>()
  for (const one of metadata) {
    const topics = subscribedTopics(one)
    if (topics === null) return null
    for (const topic of topics) all.add(topic)
  }
  return all
}

function subscribedTopics(metadata: Buffer): readonly string[] | null {
  try {
    return read(new Reader(metadata))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Every version begins alike; what follows the topics does not matter here. */
function read(reader: Reader): string[] | null {
  const version = reader.int16()
  if (version < 0) return null
  const count = reader.count(reader.int32(), 2)
  return Array.from({ length: count }, () => reader.string(reader.int16()))
}

export interface AssignedTopic {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** A member's share of a consumer group; null where it is no such thing. */
export function assignedTopics(assignment: Buffer): readonly AssignedTopic[] | null {
  if (assignment.length === 0) return []
  try {
    return readAssignment(new Reader(assignment))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function readAssignment(reader: Reader): AssignedTopic[] | null {
  if (reader.int16() < 0) return null
  const count = reader.count(reader.int32(), 2)
  return Array.from({ length: count }, () => ({
    topic: reader.string(reader.int16()),
    partitions: Array.from({ length: reader.count(reader.int32(), 4) }, () => reader.int32()),
  }))
}
