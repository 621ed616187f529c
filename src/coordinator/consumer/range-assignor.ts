/**
 * Of each topic, neighbouring partitions to each member that reads it; the first members get one more. Members are in
 * the order of their instance ids, then of their ids, so that topics with as many partitions are shared alike.
 */
import type { Assignable, Shares, Subscriber } from './assignors.ts'

export function rangeShares({ members, partitionCount }: Assignable): Shares {
  const ordered = [...members].sort(byInstanceAndId)
  const readers = new Map<string, string[]>()
  for (const { id, topicIds } of ordered) {
    for (const topicId of topicIds) {
      const ids = readers.get(topicId)
      if (ids === undefined) readers.set(topicId, [id])
      else ids.push(id)
    }
  }
  const shares = new Map(ordered.map(({ id }) => [id, new Map<string, ReadonlySet<number>>()]))
  for (const [topicId, ids] of readers) {
    const count = partitionCount(topicId)
    const each = Math.floor(count / ids.length)
    const surplus = count % ids.length
    ids.forEach((id, at) => {
      const start = at * each + Math.min(at, surplus)
      const size = each + (at < surplus ? 1 : 0)
      if (size > 0) shares.get(id)!.set(topicId, new Set(Array.from({ length: size }, (_, index) => start + index)))
    })
  }
  return shares
}

/** Static members come first. */
function byInstanceAndId(a: Subscriber, b: Subscriber): number {
  if ((a.instanceId === null) !== (b.instanceId === null)) return a.instanceId === null ? 1 : -1
  const [first, second] = a.instanceId === null ? [a.id, b.id] : [a.instanceId, b.instanceId!]
  return first < second ? -1 : first > second ? 1 : 0
}
