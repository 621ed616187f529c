/**
 * Which broker coordinates a group or a transactional id.
 *
 * Kafka hashes the key to a partition of an internal topic, and that partition's leader is the coordinator. Clients
 * never hash themselves, but tools that look into __consumer_offsets do, so the hash is Kafka's, Java's `hashCode`.
 */
import { assert } from '../base/assert.ts'

/** As `offsets.topic.num.partitions` and `transaction.state.log.num.partitions` have it by default. */
const internalPartitionCount = 50

export function coordinatorOf<Node>(key: string, nodes: readonly Node[]): Node {
  const node = nodes[coordinatorPartition(key) % nodes.length]
  assert(node !== undefined, 'a cluster has at least one broker')
  return node
}

/** The partition of __consumer_offsets or __transaction_state that the key belongs to. */
export function coordinatorPartition(key: string): number {
  const hash = javaHashCode(key)
  // Java has no positive twin of its smallest int; Kafka takes 0 for it.
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % internalPartitionCount
}

function javaHashCode(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}
