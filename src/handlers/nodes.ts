/** The brokers of the cluster as one client sees them, and which of them leads a partition. */
import { NOT_LEADER_OR_FOLLOWER, type KafkaError } from '../protocol/errors.ts'
import type { Topic } from '../topics/topics.ts'
import type { Cluster, Connection, Context, Node } from './handler.ts'

export interface Endpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** What replica.selector.class is where consumers are sent to replicas in their own rack (KIP-392). */
export const rackAware = 'org.apache.kafka.common.replica.RackAwareReplicaSelector'

/** Which cluster, and by whom. */
type Seen = Pick<Context, 'cluster' | 'connection'>

/**
 * Where this client is to find a broker: by the listener by which it came, at the address at which it found this one,
 * unless settings name another.
 */
export function endpointOf(
  node: Node,
  { localAddress, listener }: Pick<Connection, 'localAddress' | 'listener'>,
): Endpoint {
  const { advertisedHost, port } = (listener === undefined ? undefined : node.listeners?.get(listener)) ?? node
  return { nodeId: node.id, host: advertisedHost ?? localAddress, port, rack: node.rack }
}

export function endpoints({ cluster, connection }: Seen): Endpoint[] {
  return cluster.nodes.map((node) => endpointOf(node, connection))
}

/** Any broker will do, as with KRaft: the real controllers are not for clients. */
export function controllerId(cluster: Cluster): number {
  return (cluster.nodes[0] ?? cluster.registered[0]!).id
}

/** −1: nobody, for now. */
export function leaderOf(topic: Topic<unknown>, partition: number): number {
  return topic.replicas[partition]!.leader
}

/** NOT_LEADER_OR_FOLLOWER when the client asks another broker than the partition's leader. */
export function leadershipRefusal(topic: Topic<unknown>, partition: number, connection: Connection): KafkaError | null {
  return leaderOf(topic, partition) === connection.nodeId ? null : NOT_LEADER_OR_FOLLOWER
}

/** Where the leaders are that an answer names, so that a client needs not ask for metadata (KIP-951). −1 names none. */
export function currentLeaders(leaderIds: readonly number[], context: Seen): Endpoint[] {
  if (leaderIds.every((id) => id === -1)) return []
  return endpoints(context).filter(({ nodeId }) => leaderIds.includes(nodeId))
}
