/**
 * Who leads a partition, as brokers go, come back and are told to: what `topics/replicas.ts` decides is carried out
 * here, where a change of leader raises the leader epoch (KIP-101).
 */
import type { Partition } from '../log/partition.ts'
import {
  ELECTION_NOT_NEEDED,
  ELIGIBLE_LEADERS_NOT_AVAILABLE,
  type KafkaError,
  NOT_ENOUGH_REPLICAS,
  PREFERRED_LEADER_NOT_AVAILABLE,
} from '../protocol/errors.ts'
import {
  changedReplicas,
  isImbalanced,
  noLeader,
  type Replicas,
  type Rules,
  reassigned,
  withBroker,
  withoutBroker,
} from '../topics/replicas.ts'
import type { Topic } from '../topics/topics.ts'
import type { Cluster } from './handler.ts'

type Seen = Pick<Cluster, 'topics' | 'nodes'>

/** To be called when the broker is no longer among those that are there. */
export function leaveBroker(id: number, cluster: Seen): void {
  settleAll(cluster, (before, rules) => (before.isr.includes(id) ? withoutBroker(before, id, rules) : before))
}

/** To be called when the broker is among those that are there again. */
export function returnBroker(id: number, cluster: Seen): void {
  settleAll(cluster, (before, rules) => (before.replicas.includes(id) ? withBroker(before, id, rules) : before))
}

/** Leaders go back to where they are preferred, if that broker keeps up. */
export function balanceLeaders(cluster: Seen): void {
  settleAll(cluster, (before, rules) => {
    return isImbalanced(before) ? changedReplicas(before, {}, { ...rules, election: 'preferred' }) : before
  })
}

/** What ElectLeaders asks for: why nobody new leads, or null. */
export function electLeader(
  topic: Topic<Partition>,
  index: number,
  election: 'preferred' | 'unclean',
  cluster: Seen,
): KafkaError | null {
  const before = topic.replicas[index]!
  const isNeeded = election === 'preferred' ? isImbalanced(before) : before.leader === noLeader
  if (!isNeeded) return ELECTION_NOT_NEEDED
  const after = changedReplicas(before, {}, { ...rulesFor(topic, index, cluster), election })
  if (after.leader === before.leader) {
    return election === 'preferred' ? PREFERRED_LEADER_NOT_AVAILABLE : ELIGIBLE_LEADERS_NOT_AVAILABLE
  }
  settle(topic, index, after, cluster)
  return null
}

/** What AlterPartitionReassignments asks for; `wanted` names brokers of the cluster, each once. */
export function reassign(topic: Topic<Partition>, index: number, wanted: readonly number[], cluster: Seen): void {
  const before = topic.replicas[index]!
  const after = reassigned(before, wanted, rulesFor(topic, index, cluster))
  const isLess = before.replicas.some((id) => !after.replicas.includes(id))
  settle(topic, index, after, cluster, isLess)
}

/** Ends a reassignment that is under way: the replicas are those from before it. */
export function cancelReassignment(topic: Topic<Partition>, index: number, cluster: Seen): void {
  const before = topic.replicas[index]!
  const stays = (id: number) => !before.adding.includes(id)
  const target = { replicas: before.replicas.filter(stays), isr: before.isr.filter(stays), adding: [], removing: [] }
  settle(topic, index, changedReplicas(before, target, rulesFor(topic, index, cluster)), cluster, true)
}

/** A replica leads from now on that is there, whether or not the leader is well. */
export function lead(topic: Topic<Partition>, index: number, leader: number, cluster: Seen): void {
  settle(topic, index, { ...topic.replicas[index]!, leader }, cluster, true)
}

/** NOT_ENOUGH_REPLICAS when fewer keep up than acks=all asks for. */
export function inSyncRefusal(topic: Topic<Partition>, index: number): KafkaError | null {
  return topic.replicas[index]!.isr.length >= isrMinOf(topic, index) ? null : NOT_ENOUGH_REPLICAS
}

/** How many replicas must keep up for acks=all: never more than there are. */
function isrMinOf(topic: Topic<Partition>, index: number): number {
  return Math.min(topic.config.isrMin, topic.replicas[index]!.replicas.length)
}

function settleAll(cluster: Seen, change: (before: Replicas, rules: Rules) => Replicas): void {
  for (const topic of cluster.topics.all()) {
    topic.replicas.forEach((before, index) => {
      const after = change(before, rulesFor(topic, index, cluster))
      if (after !== before) settle(topic, index, after, cluster)
    })
  }
}

function rulesFor(topic: Topic<Partition>, index: number, { nodes }: Seen): Rules {
  const there = new Set(nodes.map(({ id }) => id))
  const election = topic.config.electsUnclean ? 'unclean' : 'any'
  return { isThere: (id) => there.has(id), isrMin: isrMinOf(topic, index), election }
}

function settle(topic: Topic<Partition>, index: number, after: Replicas, { topics }: Seen, isNewEpoch = false): void {
  const { leader } = topic.replicas[index]!
  topics.assign(topic, index, after)
  const partition = topic.partitions[index]!
  if (after.leader !== leader || isNewEpoch) partition.beginLeaderEpoch(partition.leaderEpoch + 1)
}
