/** Leaders and coordinators that go to another broker: to the next one, or, where there is only one, to itself. */
import type { Topic } from '../topics/topics.ts'
import { coordinatorPartition } from '../coordinator/coordinators.ts'
import type { Partition } from '../log/partition.ts'
import type { Cluster, Node } from './handler.ts'
import { lead, reassign } from './leadership.ts'

interface Spot {
  readonly topic: string
  readonly partition: number | null
}

/** `spots` null: wherever `isMeant`. */
export function moveLeaders(
  spots: readonly Spot[] | null,
  isMeant: (topic: string, partition: number) => boolean,
  cluster: Pick<Cluster, 'topics' | 'nodes'>,
): void {
  for (const topic of cluster.topics.all()) {
    for (const { index } of topic.partitions) {
      const isAsked =
        spots === null || spots.some((one) => one.topic === topic.name && (one.partition ?? index) === index)
      if (isAsked && isMeant(topic.name, index)) moveLeader(topic, index, cluster)
    }
  }
}

/** To its next replica that is there, or where it has no other, to the next broker. Its epoch ascends (KIP-101). */
export function moveLeader(topic: Topic<Partition>, index: number, cluster: Pick<Cluster, 'topics' | 'nodes'>): void {
  const { replicas, leader } = topic.replicas[index]!
  const there = cluster.nodes.map(({ id }) => id)
  const heir = after(leader, replicas).find((id) => there.includes(id))
  if (heir !== undefined) return lead(topic, index, heir, cluster)
  const [next] = after(leader, there)
  if (replicas.length > 1 || next === undefined) return lead(topic, index, leader, cluster)
  reassign(topic, index, [next], cluster)
}

/** The others, those behind this one first. */
function after(id: number, ids: readonly number[]): readonly number[] {
  const at = ids.indexOf(id)
  return [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))]
}

export function moveCoordinators(keys: readonly string[], { coordinatorMoves }: Cluster): void {
  for (const key of keys) coordinatorMoves.set(key, (coordinatorMoves.get(key) ?? 0) + 1)
}

type Homes = Pick<Cluster, 'nodes' | 'registered' | 'coordinatorIds' | 'coordinatorMoves'>

/**
 * The broker that Kafka's hash of the key falls to, or as many further as it has moved; while that one is not there,
 * the next that is. Brokers that are added coordinate nothing, as in Kafka, where they lead nothing at first.
 */
export function coordinatorOfKey(key: string, { nodes, registered, coordinatorIds, coordinatorMoves }: Homes): Node {
  const home = coordinatorPartition(key) + (coordinatorMoves.get(key) ?? 0)
  for (let step = 0; step < coordinatorIds.length; step++) {
    const id = coordinatorIds[(home + step) % coordinatorIds.length]
    const node = nodes.find((one) => one.id === id)
    if (node !== undefined) return node
  }
  return nodes[0] ?? registered[0]!
}
