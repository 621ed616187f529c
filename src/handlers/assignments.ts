/** Which brokers are to hold which partition, where a client chooses them itself. */
import { INVALID_REPLICA_ASSIGNMENT, type KafkaError } from '../protocol/errors.ts'
import type { Node } from './handler.ts'

/** By partition: ids of brokers, the leader first. */
export type Assignment = readonly (readonly number[])[]

/** Why the brokers cannot hold these partitions, or null. */
export function assignmentRefusal(assignment: Assignment, nodes: readonly Node[]): KafkaError | null {
  const known = new Set(nodes.map(({ id }) => id))
  for (const brokers of assignment) {
    if (brokers.length === 0) return INVALID_REPLICA_ASSIGNMENT.because('The partition has an empty replica list.')
    if (new Set(brokers).size < brokers.length) {
      return INVALID_REPLICA_ASSIGNMENT.because(`The replica list ${brokers} names a broker twice.`)
    }
    const stranger = brokers.find((id) => !known.has(id))
    if (stranger !== undefined) return INVALID_REPLICA_ASSIGNMENT.because(`There is no broker ${stranger}.`)
    if (brokers.length !== assignment[0]!.length) {
      return INVALID_REPLICA_ASSIGNMENT.because('All partitions must have the same number of replicas.')
    }
  }
  return null
}
