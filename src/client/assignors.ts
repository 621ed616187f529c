/**
 * How the partitions of topics are shared among the members of a group, by the member that leads it. Each gives what
 * Kafka's own assignor of the name gives, so that members of any kind agree.
 */
import type { Subscription, TopicPartition } from '../protocol/consumer-protocol.ts'
import { nameOf } from './by-leader.ts'

export interface Subscriber extends Pick<Subscription, 'topics' | 'owned' | 'generation'> {
  /** Of a static member. */
  readonly instanceId?: string | null
}

/** By member id. */
export type Members = ReadonlyMap<string, Subscriber>
export type Assignment = Map<string, TopicPartition[]>
/** How many partitions each topic has; one that is not there has none. */
export type PartitionCounts = ReadonlyMap<string, number>

export interface Assignor {
  /** Whether members keep what they have while it is decided who gets what. */
  readonly isCooperative: boolean
  assign(members: Members, counts: PartitionCounts): Assignment
}

export const assignors = {
  range: { isCooperative: false, assign: range },
  roundrobin: { isCooperative: false, assign: roundRobin },
  'cooperative-sticky': { isCooperative: true, assign: cooperativeSticky },
} as const satisfies Readonly<Record<string, Assignor>>

export type AssignorName = keyof typeof assignors

/** Of each topic, neighbouring partitions to each member; static members come first, and the first get one more. */
function range(members: Members, counts: PartitionCounts): Assignment {
  const assignment = nothing(members)
  for (const topic of subscribed(members)) {
    const readers = readersOf(topic, members).sort((a, b) => byInstance(members.get(a)!, members.get(b)!))
    const count = counts.get(topic) ?? 0
    const each = Math.floor(count / readers.length)
    const more = count % readers.length
    readers.forEach((member, at) => {
      const start = at * each + Math.min(at, more)
      const end = start + each + (at < more ? 1 : 0)
      for (let partition = start; partition < end; partition++) assignment.get(member)!.push({ topic, partition })
    })
  }
  return assignment
}

/** Otherwise they keep their order. */
function byInstance({ instanceId: a = null }: Subscriber, { instanceId: b = null }: Subscriber): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a < b ? -1 : a > b ? 1 : 0
}

/** All partitions of all topics in turn, each to the next member that reads its topic. */
function roundRobin(members: Members, counts: PartitionCounts): Assignment {
  const assignment = nothing(members)
  const ids = [...members.keys()].sort()
  let next = 0
  for (const one of allPartitions(members, counts)) {
    while (!members.get(ids[next % ids.length]!)!.topics.includes(one.topic)) next++
    assignment.get(ids[next % ids.length]!)!.push(one)
    next++
  }
  return assignment
}

/**
 * As even as it can be while each keeps what it has. What changes hands is given to nobody yet: who has it gives it
 * back first, and that begins the next round (KIP-429).
 */
function cooperativeSticky(members: Members, counts: PartitionCounts): Assignment {
  const owners = ownersOf(members, counts)
  const assignment = sticky(members, counts, owners)
  for (const [member, partitions] of assignment) {
    const free = partitions.filter((one) => (owners.get(nameOf(one)) ?? member) === member)
    assignment.set(member, free)
  }
  return assignment
}

function sticky(members: Members, counts: PartitionCounts, owners: ReadonlyMap<string, string>): Assignment {
  const assignment = nothing(members)
  const all = allPartitions(members, counts)
  const most = Math.ceil(all.length / members.size)
  // The first members to reach the greater share; the rest may have one less.
  let greaterLeft = all.length % members.size || members.size
  const left: TopicPartition[] = []
  for (const one of all) {
    const mine = assignment.get(owners.get(nameOf(one)) ?? '')
    if (mine === undefined || mine.length >= most || (mine.length === most - 1 && greaterLeft === 0)) {
      left.push(one)
      continue
    }
    mine.push(one)
    if (mine.length === most) greaterLeft--
  }
  for (const one of left) {
    const readers = readersOf(one.topic, members)
    const poorest = readers.reduce((a, b) => (assignment.get(b)!.length < assignment.get(a)!.length ? b : a))
    assignment.get(poorest)!.push(one)
  }
  return assignment
}

/** Who says it has a partition; of several, the one that had it last. */
function ownersOf(members: Members, counts: PartitionCounts): Map<string, string> {
  const owners = new Map<string, string>()
  const since = new Map<string, number>()
  for (const id of [...members.keys()].sort()) {
    const { owned, generation, topics } = members.get(id)!
    for (const one of owned) {
      const name = nameOf(one)
      const isThere = one.partition < (counts.get(one.topic) ?? 0) && topics.includes(one.topic)
      if (!isThere || (since.get(name) ?? Number.NEGATIVE_INFINITY) >= generation) continue
      owners.set(name, id)
      since.set(name, generation)
    }
  }
  return owners
}

function nothing(members: Members): Assignment {
  return new Map([...members.keys()].sort().map((id) => [id, []]))
}

function subscribed(members: Members): string[] {
  return [...new Set([...members.values()].flatMap(({ topics }) => topics))].sort()
}

function readersOf(topic: string, members: Members): string[] {
  return [...members]
    .filter(([, { topics }]) => topics.includes(topic))
    .map(([id]) => id)
    .sort()
}

function allPartitions(members: Members, counts: PartitionCounts): TopicPartition[] {
  return subscribed(members).flatMap((topic) =>
    Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
  )
}
