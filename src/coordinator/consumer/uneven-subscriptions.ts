/**
 * The uniform assignor where members read different topics: what is nobody's goes to the reader with the fewest
 * partitions, those topics first that have most partitions for a reader; then, topic by topic, whoever has most gives
 * to whoever has fewest, until nothing moves any more.
 */
import { assert } from '../../base/assert.ts'
import type { Assignable, Shares } from './assignors.ts'

/** Rounds over all topics: so many are enough for any but contrived subscriptions. */
const roundsMax = 16
const nobody = -1

interface Balance {
  readonly readers: ReadonlyMap<string, readonly number[]>
  /** By topic and partition, the index of the member that is to have it. */
  readonly owners: ReadonlyMap<string, number[]>
  /** By member's index: how many it is to have. */
  readonly loads: number[]
}

export function balancedShares({ members, partitionCount }: Assignable): Shares {
  const readers = new Map<string, number[]>()
  members.forEach(({ topicIds }, at) => {
    for (const topicId of topicIds) readers.set(topicId, [...(readers.get(topicId) ?? []), at])
  })
  if (readers.size === 0) return new Map()
  const owners = new Map([...readers.keys()].map((id) => [id, Array<number>(partitionCount(id)).fill(nobody)]))
  const loads = members.map(({ topicIds, target }, at) => {
    let load = 0
    for (const [topicId, partitions] of target) {
      if (!topicIds.has(topicId)) continue
      load += partitions.size
      for (const partition of partitions) owners.get(topicId)![partition] = at
    }
    return load
  })
  const balance = { readers, owners, loads }
  const topicIds = [...readers.keys()].sort((a, b) => byWeight(a, b, balance))
  for (const topicId of topicIds) assignFree(topicId, balance)
  even(
    topicIds.filter((topicId) => readers.get(topicId)!.length > 1),
    balance,
  )
  return sharesOf(
    members.map(({ id }) => id),
    balance,
  )
}

/** The topic with most partitions for a reader first; then the one with fewer readers. */
function byWeight(a: string, b: string, { readers, owners }: Balance): number {
  const weight = (id: string) => owners.get(id)!.length / readers.get(id)!.length
  const difference = weight(b) - weight(a) || readers.get(a)!.length - readers.get(b)!.length
  return difference !== 0 ? difference : a < b ? -1 : 1
}

function assignFree(topicId: string, { readers, owners, loads }: Balance): void {
  const places = owners.get(topicId)!
  for (let partition = 0; partition < places.length; partition++) {
    if (places[partition] !== nobody) continue
    const poorest = leastLoaded(readers.get(topicId)!, loads)
    places[partition] = poorest
    loads[poorest]!++
  }
}

function leastLoaded(members: readonly number[], loads: readonly number[]): number {
  return members.reduce((least, member) => (loads[member]! < loads[least]! ? member : least))
}

function even(topicIds: readonly string[], balance: Balance): void {
  let lastMoved = nobody
  for (let round = 0; round < roundsMax; round++) {
    for (let at = 0; at < topicIds.length; at++) {
      // All topics were looked at since something moved.
      if (at === lastMoved) return
      const moves = evenTopic(topicIds[at]!, balance)
      if (moves > 0 || lastMoved === nobody) lastMoved = at
    }
  }
}

/** How many of the topic's partitions changed hands. */
function evenTopic(topicId: string, { readers, owners, loads }: Balance): number {
  const places = owners.get(topicId)!
  const members = readers.get(topicId)!
  const ownedBy = new Map<number, number[]>(members.map((member) => [member, []]))
  places.forEach((owner, partition) => ownedBy.get(owner)!.push(partition))
  let moves = 0
  for (;;) {
    const poorest = leastLoaded(members, loads)
    const donors = members.filter((member) => ownedBy.get(member)!.length > 0)
    if (donors.length === 0) return moves
    const richest = donors.reduce((most, member) => (loads[member]! >= loads[most]! ? member : most))
    if (loads[richest]! - loads[poorest]! <= 1) return moves
    const partition = ownedBy.get(richest)!.pop()
    assert(partition !== undefined, 'a donor has a partition')
    ownedBy.get(poorest)!.push(partition)
    places[partition] = poorest
    loads[richest]!--
    loads[poorest]!++
    moves++
  }
}

function sharesOf(ids: readonly string[], { owners }: Balance): Shares {
  const shares = ids.map(() => new Map<string, Set<number>>())
  for (const [topicId, places] of owners) {
    places.forEach((owner, partition) => {
      const partitions = shares[owner]!.get(topicId)
      if (partitions === undefined) shares[owner]!.set(topicId, new Set([partition]))
      else partitions.add(partition)
    })
  }
  return new Map(ids.map((id, at) => [id, shares[at]!]))
}
