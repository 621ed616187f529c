/**
 * As even as can be, with as few moves as can be: members keep what they have up to their quota, and what is nobody's
 * goes to those below theirs. Where members read different topics, uneven-subscriptions.ts balances topic by topic.
 */
import { assert } from '../../base/assert.ts'
import type { Assignable, Shares, Subscriber } from './assignors.ts'
import { balancedShares } from './uneven-subscriptions.ts'

export function uniformShares(group: Assignable): Shares {
  if (group.members.length === 0) return new Map()
  return group.isHomogeneous ? evenShares(group) : balancedShares(group)
}

type Place = readonly [topicId: string, partition: number]
type Share = Map<string, Set<number>>

function evenShares({ members, partitionCount }: Assignable): Shares {
  const { topicIds } = members[0]!
  if (topicIds.size === 0) return new Map()
  const free = freePlaces(members, topicIds, partitionCount)
  const total = [...topicIds].reduce((sum, topicId) => sum + partitionCount(topicId), 0)
  const least = Math.floor(total / members.length)
  // So many members may have one more than the least.
  let greaterLeft = total % members.length
  const shares = new Map<string, Share>()
  const unfilled: { readonly share: Share; readonly room: number }[] = []
  members.forEach(({ id, target }, at) => {
    let hasGreater = greaterLeft > 0
    const share: Share = new Map()
    let room = least + (hasGreater ? 1 : 0)
    for (const [topicId, partitions] of target) {
      if (!topicIds.has(topicId)) continue
      for (const partition of partitions) {
        if (room === 0) free.push([topicId, partition])
        else {
          put(share, topicId, partition)
          room--
        }
      }
    }
    // Whoever comes later may have it already: the greater share is only kept for who needs it.
    if (room > 0 && hasGreater && members.length - at > greaterLeft) {
      room--
      hasGreater = false
    }
    if (room > 0) unfilled.push({ share, room })
    if (hasGreater) greaterLeft--
    shares.set(id, share)
  })
  let next = 0
  for (const { share, room } of unfilled) {
    for (let given = 0; given < room && next < free.length; given++) put(share, ...free[next++]!)
  }
  assert(next === free.length, 'a partition is left to nobody')
  return shares
}

/** What no member was to have so far. */
function freePlaces(
  members: readonly Subscriber[],
  topicIds: ReadonlySet<string>,
  partitionCount: (topicId: string) => number,
): Place[] {
  const taken = new Map<string, Set<number>>()
  for (const { target } of members) {
    for (const [topicId, partitions] of target) for (const partition of partitions) put(taken, topicId, partition)
  }
  const free: Place[] = []
  for (const topicId of topicIds) {
    const count = partitionCount(topicId)
    for (let partition = 0; partition < count; partition++) {
      if (!taken.get(topicId)?.has(partition)) free.push([topicId, partition])
    }
  }
  return free
}

function put(share: Share, topicId: string, partition: number): void {
  const partitions = share.get(topicId)
  if (partitions === undefined) share.set(topicId, new Set([partition]))
  else partitions.add(partition)
}
