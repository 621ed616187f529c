/**
 * The topics that members of a classic consumer group subscribe to, and what they were assigned.
 *
 * To the coordinator metadata is opaque; only the protocol type `consumer` has a form that it may look into, to know
 * whose offsets are in use.
 */
import { type AssignedTopic, assignmentIn, topicsIn } from '../protocol/consumer-protocol.ts'

/** Null when one of them is not a consumer's subscription. */
export function allSubscribedTopics(metadata: readonly Buffer[]): ReadonlySet<string> | null {
  const all = new Set<string>()
  for (const one of metadata) {
    const topics = topicsIn(one)
    if (topics === null) return null
    for (const topic of topics) all.add(topic)
  }
  return all
}

/** A member's share of a consumer group; null where it is no such thing. */
export function assignedTopics(assignment: Buffer): readonly AssignedTopic[] | null {
  return assignmentIn(assignment)?.topics ?? null
}
