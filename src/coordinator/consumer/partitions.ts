/** Partitions by topic id: those that a member is to have, and those that it has, with the epoch since which. */

export type Target = ReadonlyMap<string, ReadonlySet<number>>
/** By partition: the member epoch at which it was assigned. */
export type Held = ReadonlyMap<string, ReadonlyMap<number, number>>

/** As members name them. */
export interface TopicPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export const noTarget: Target = new Map()
export const nothingHeld: Held = new Map()

/** Undefined: it does not have the partition. */
export function epochIn(held: Held, topicId: string, partition: number): number | undefined {
  return held.get(topicId)?.get(partition)
}

export function sameHeld(a: Held, b: Held): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [topicId, partitions] of a) {
    const others = b.get(topicId)
    if (others?.size !== partitions.size) return false
    for (const [partition, epoch] of partitions) if (others.get(partition) !== epoch) return false
  }
  return true
}

/** Whether all of these are held. */
export function holdsAll(held: Held, asked: readonly TopicPartitions[]): boolean {
  return asked.every(({ topicId, partitions }) => {
    const mine = held.get(topicId)
    return mine !== undefined && partitions.every((partition) => mine.has(partition))
  })
}

/** Whether any of these is held. */
export function holdsAny(held: Held, asked: readonly TopicPartitions[]): boolean {
  return asked.some(({ topicId, partitions }) => {
    const mine = held.get(topicId)
    return mine !== undefined && partitions.some((partition) => mine.has(partition))
  })
}

export function heldSince(target: Target, epoch: number): Held {
  return new Map([...target].map(([topicId, all]) => [topicId, new Map([...all].map((one) => [one, epoch]))]))
}

export function topicPartitions(partitions: Held | Target): TopicPartitions[] {
  return [...partitions].map(([topicId, all]) => ({ topicId, partitions: [...all.keys()] }))
}

/** Both together; of what is in both, the second counts. */
export function mergedHeld(a: Held, b: Held): Held {
  const merged = new Map(a)
  for (const [topicId, partitions] of b) merged.set(topicId, new Map([...(a.get(topicId) ?? []), ...partitions]))
  return merged
}
