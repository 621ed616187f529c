/**
 * Where a group or a transactional id is coordinated.
 *
 * Kafka hashes the key to a partition of an internal topic, and that partition's leader is the coordinator. Clients
 * never hash themselves, but tools that look into __consumer_offsets do, so the hash is Kafka's, Java's `hashCode`.
 */
/** As `offsets.topic.num.partitions` and `transaction.state.log.num.partitions` have it by default. */
const internalPartitionCount = 50

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
