/**
 * The simple assignor of share groups (KIP-932): partitions may be shared, and all members get about equally many.
 *
 * Where there are more members than partitions, each partition goes to as many as it takes for everyone to have one.
 * Who has a partition keeps it as far as that leaves it so. Members that subscribe to the same topics share all their
 * partitions at once; else each topic is shared by itself.
 */

/** By topic id, the partitions. */
export type Assignment = ReadonlyMap<string, ReadonlySet<number>>

export interface Subscriber {
  readonly id: string
  /** Ids of topics that exist. */
  readonly topicIds: ReadonlySet<string>
  readonly assigned: Assignment
}

interface Slot {
  readonly topicId: string
  readonly partition: number
  readonly holders: Set<string>
}

type Growing = Map<string, Map<string, Set<number>>>

/** `assignable`: by topic id, the partitions that may be assigned. */
export function assign(members: readonly Subscriber[], assignable: Assignment): ReadonlyMap<string, Assignment> {
  const assigned: Growing = new Map(members.map(({ id }) => [id, new Map()]))
  const topicIds = new Set(members.flatMap((member) => [...member.topicIds]))
  const isUniform = members.every((member) => member.topicIds.size === topicIds.size)
  const pools = isUniform ? [[...topicIds]] : [...topicIds].map((topicId) => [topicId])
  for (const pool of pools) {
    const slots = pool.flatMap((topicId) =>
      [...(assignable.get(topicId) ?? [])].map((partition) => ({ topicId, partition, holders: new Set<string>() })),
    )
    const subscribers = members.filter((member) => pool.some((topicId) => member.topicIds.has(topicId)))
    if (slots.length > 0) share(slots, subscribers, assigned)
  }
  return assigned
}

function share(slots: readonly Slot[], members: readonly Subscriber[], assigned: Growing): void {
  const holdersMax = Math.ceil(members.length / slots.length)
  const precise = (holdersMax * slots.length) / members.length
  const quotas = members.map((_, index) => Math.ceil(precise * (index + 1)) - Math.ceil(precise * index))
  const give = (member: Subscriber, slot: Slot) => {
    slot.holders.add(member.id)
    const topics = assigned.get(member.id)!
    const partitions = topics.get(slot.topicId) ?? new Set<number>()
    topics.set(slot.topicId, partitions.add(slot.partition))
  }
  const left = members.map((member, index) => ({ member, left: quotas[index]! }))
  for (const one of left) {
    for (const slot of slots) {
      const hasIt = one.member.assigned.get(slot.topicId)?.has(slot.partition) === true
      if (!hasIt || one.left === 0 || slot.holders.size >= holdersMax) continue
      give(one.member, slot)
      one.left--
    }
  }
  fill(slots, left, holdersMax, give)
}

/** Goes round those who lack some, partition by partition. */
function fill(
  slots: readonly Slot[],
  left: { readonly member: Subscriber; left: number }[],
  holdersMax: number,
  give: (member: Subscriber, slot: Slot) => void,
): void {
  let at = 0
  for (const slot of slots) {
    for (let tried = 0; slot.holders.size < holdersMax && tried < left.length; tried++) {
      const one = left[at++ % left.length]!
      if (one.left === 0 || slot.holders.has(one.member.id)) continue
      give(one.member, slot)
      one.left--
    }
  }
}
