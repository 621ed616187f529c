/**
 * On which brokers new partitions go, as Kafka places them: leaders go round the racks, in each rack round its brokers;
 * the other replicas of a partition are on the next racks, and on one rack twice only where there are too few. Where
 * Kafka begins at random, here it begins where it is told.
 */
export interface PlacedBroker {
  readonly id: number
  readonly rack: string | null
  /** Brokers that are not there get replicas only where the others do not suffice, and lead none. */
  readonly isThere: boolean
}

/** By partition: ids of brokers, the leader first. There must be as many brokers as replicas, and one that is there. */
export function placed(
  brokers: readonly PlacedBroker[],
  partitionCount: number,
  replicationFactor: number,
  first: number,
): (readonly number[])[] {
  const racks = racksOf(brokers, first)
  return Array.from({ length: partitionCount }, (_, index) => {
    const start = (first + index) % racks.length
    const fromStart = [...racks.slice(start), ...racks.slice(0, start)]
    return onRacks(fromStart, replicationFactor, index)
  })
}

/** A ring of brokers. Each partition that takes of it begins one further than the last one that did. */
class Ring {
  readonly #ids: readonly number[]
  #offset: number
  #taken = 0
  #partition = 0

  constructor(ids: readonly number[], offset: number) {
    this.#ids = ids
    this.#offset = offset
  }

  /** Undefined once this partition has had them all. */
  take(partition: number): number | undefined {
    if (partition !== this.#partition) {
      this.#partition = partition
      this.#taken = 0
      this.#offset++
    }
    if (this.#taken >= this.#ids.length) return undefined
    return this.#ids[(this.#offset + this.#taken++) % this.#ids.length]
  }
}

interface Rack {
  readonly there: Ring
  readonly gone: Ring
}

function racksOf(brokers: readonly PlacedBroker[], first: number): readonly Rack[] {
  const names = [...new Set(brokers.map(({ rack }) => rack))].sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))
  const round = Math.floor(first / names.length)
  return names.map((name) => {
    const ofRack = brokers.filter(({ rack }) => rack === name)
    const ring = (isThere: boolean) => {
      const ids = ofRack.filter((one) => one.isThere === isThere).map(({ id }) => id)
      return new Ring(ids, round)
    }
    return { there: ring(true), gone: ring(false) }
  })
}

function onRacks(racks: readonly Rack[], replicationFactor: number, partition: number): readonly number[] {
  const ids: number[] = []
  const leading = racks.findIndex(({ there }) => {
    const id = there.take(partition)
    if (id !== undefined) ids.push(id)
    return id !== undefined
  })
  for (let step = 0; ids.length < replicationFactor; step++) {
    if (step === leading) continue // The leader is on it already.
    const { there, gone } = racks[step % racks.length]!
    const id = there.take(partition) ?? gone.take(partition)
    if (id !== undefined) ids.push(id)
  }
  return ids
}
