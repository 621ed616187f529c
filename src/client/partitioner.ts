/**
 * Which partition a record goes to, as Kafka's own producer decides: by its key, or else all to one partition until a
 * batch of it is sent, then to another.
 */
import type { Random } from '../base/random.ts'
import { partitionFor } from '../protocol/murmur2.ts'

export class Partitioner {
  readonly #random: Random
  readonly #sticky = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  partition(topic: string, key: Uint8Array | null, partitionCount: number): number {
    if (key !== null) return partitionFor(key, partitionCount)
    const known = this.#sticky.get(topic)
    if (known !== undefined && known < partitionCount) return known
    const chosen = this.#random.bytes(4).readUInt32BE(0) % partitionCount
    this.#sticky.set(topic, chosen)
    return chosen
  }

  /** A batch was sent: records without a key go elsewhere from now on. */
  moveOn(topic: string, partitionCount: number): void {
    const known = this.#sticky.get(topic)
    if (known !== undefined) this.#sticky.set(topic, (known + 1) % partitionCount)
  }
}
