/**
 * How many bytes all partitions of a cluster may store together. When an append would go beyond, the oldest closed
 * segments go first, whosever they are; only where no segment is closed is one closed for it.
 *
 * A single append larger than the whole budget is taken all the same, alone.
 */
export interface Eviction {
  readonly topic: string
  readonly partition: number
  readonly logStartOffset: number
  readonly byteLength: number
}

/** A partition, as the budget sees it. */
export interface Evictable {
  /** When its oldest closed segment was last appended to; null without one. */
  readonly oldestClosedMs: number | null
  /** When its oldest segment was last appended to, closed or not; null when it is empty. */
  readonly oldestMs: number | null
  /** Drops its oldest segment. */
  evict(): Eviction
}

/** With fewer segments than this in a full budget, each eviction would take a noticeable part of what is stored. */
const segmentsPerBudget = 64
const segmentBytesMin = 64 * 1024

export class MemoryBudget {
  readonly bytesMax: number
  /** Segments roll at this size, so that there is something to evict: Kafka's default of 1 GiB would never close. */
  readonly segmentBytesMax: number
  readonly #onEviction: (eviction: Eviction) => void
  readonly #onChange: (storedBytes: number) => void
  readonly #members = new Set<Evictable>()
  #storedBytes = 0

  /** `onChange` is told whenever the number of stored bytes is another. */
  constructor(
    bytesMax: number,
    onEviction: (eviction: Eviction) => void = () => {},
    onChange: (storedBytes: number) => void = () => {},
  ) {
    this.bytesMax = bytesMax
    this.segmentBytesMax = Math.max(segmentBytesMin, Math.floor(bytesMax / segmentsPerBudget))
    this.#onEviction = onEviction
    this.#onChange = onChange
  }

  get storedBytes(): number {
    return this.#storedBytes
  }

  join(member: Evictable): void {
    this.#members.add(member)
  }

  leave(member: Evictable): void {
    this.#members.delete(member)
  }

  /** Makes room, then counts the bytes as stored. */
  take(byteLength: number): void {
    while (this.#storedBytes + byteLength > this.bytesMax) {
      const oldest = this.#oldest((member) => member.oldestClosedMs) ?? this.#oldest((member) => member.oldestMs)
      if (oldest === null) break
      this.#onEviction(oldest.evict())
    }
    this.#storedBytes += byteLength
    this.#onChange(this.#storedBytes)
  }

  /** Of all that drop segments, whatever the reason. */
  release(byteLength: number): void {
    this.#storedBytes -= byteLength
    this.#onChange(this.#storedBytes)
  }

  #oldest(timeOf: (member: Evictable) => number | null): Evictable | null {
    let oldest: Evictable | null = null
    let oldestMs = Number.POSITIVE_INFINITY
    for (const member of this.#members) {
      const timeMs = timeOf(member)
      if (timeMs === null || timeMs >= oldestMs) continue
      oldest = member
      oldestMs = timeMs
    }
    return oldest
  }
}
