/**
 * Which partitions the state of each process comes from, for those who ask one another (interactive queries): of the
 * topics that its tasks read.
 */
import type { Held } from '../consumer/partitions.ts'
import type { ConfiguredSubtopology } from './configured-topology.ts'
import type { StreamsGroup } from './streams-group.ts'
import type { Endpoint } from './streams-member.ts'

export interface PartitionsOfTopic {
  readonly topic: string
  readonly partitions: number[]
}

export interface EndpointPartitions {
  readonly userEndpoint: Endpoint
  readonly active: readonly PartitionsOfTopic[]
  readonly warm: readonly PartitionsOfTopic[]
}

/** A topic with fewer partitions than there are tasks is read by the first of them. */
export function partitionsOf(
  tasks: Held,
  subtopologies: readonly ConfiguredSubtopology[],
  partitionCount: (topic: string) => number,
): readonly PartitionsOfTopic[] {
  const byTopic = new Map<string, Set<number>>()
  for (const { id, inputs } of subtopologies) {
    const partitions = tasks.get(id) ?? new Map()
    for (const topic of partitions.size === 0 ? [] : inputs) {
      const known = byTopic.get(topic) ?? new Set()
      byTopic.set(topic, known)
      for (const partition of partitions.keys()) if (partition < partitionCount(topic)) known.add(partition)
    }
  }
  return [...byTopic].map(([topic, partitions]) => ({ topic, partitions: [...partitions].sort((a, b) => a - b) }))
}

export function endpointsOf(group: StreamsGroup): readonly EndpointPartitions[] {
  return [...group.members.values()].flatMap((member) =>
    member.userEndpoint === null ? [] : [{ userEndpoint: member.userEndpoint, ...group.partitionsOf(member) }],
  )
}
