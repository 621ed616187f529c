/** Partitions are asked about at their leaders: which of them each one is to be asked for. */
import { groupBy } from '../base/group-by.ts'
import type { Connection } from './connection.ts'
import type { KafkaClient, TopicPartition } from './kafka-client.ts'

export async function byLeader<T extends TopicPartition>(
  client: KafkaClient,
  partitions: readonly T[],
): Promise<Map<Connection, T[]>> {
  const leaders = new Map<Connection, T[]>()
  for (const one of partitions) {
    const leader = await client.leader(one)
    const known = leaders.get(leader)
    if (known === undefined) leaders.set(leader, [one])
    else known.push(one)
  }
  return leaders
}

/** As requests name them: partitions below their topic. */
export function byTopic<T extends TopicPartition>(partitions: readonly T[]): Map<string, T[]> {
  return groupBy(partitions, ({ topic }) => topic)
}

/** A key for maps. */
export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
