/**
 * Where in a segment to begin looking for an offset, a position or a timestamp: one entry for every few kilobytes
 * of batches, from which the reader walks over batch headers. Kafka's offset index and time index in one.
 */
export const indexIntervalBytes = 4096

export class SparseIndex {
  #length = 0
  /**
   * Each ascending. An entry says of the batch at a position: its first offset, and the largest timestamp before it.
   */
  #positions = new Uint32Array(0)
  #relativeOffsets = new Uint32Array(0)
  #timestampsBefore = new Float64Array(0)

  add(position: number, relativeOffset: number, timestampBefore: number): void {
    if (this.#length === this.#positions.length) this.#grow()
    this.#positions[this.#length] = position
    this.#relativeOffsets[this.#length] = relativeOffset
    this.#timestampsBefore[this.#length] = timestampBefore
    this.#length++
  }

  /** The last known position at or before the batch that holds this offset. */
  beforeOffset(relativeOffset: number): number {
    return this.#position(this.#countBelow(this.#relativeOffsets, relativeOffset + 1))
  }
  /** The last known start of a batch at or before this position. */
  beforePosition(position: number): number {
    return this.#position(this.#countBelow(this.#positions, position + 1))
  }
  /** The last known position before which every timestamp is smaller than this one. */
  beforeTimestamp(timestamp: number): number {
    return this.#position(this.#countBelow(this.#timestampsBefore, timestamp))
  }

  /** The first offset of the first known batch at or after this position; null when none is known. */
  offsetFrom(position: number): number | null {
    const index = this.#countBelow(this.#positions, position)
    return index < this.#length ? this.#relativeOffsets[index]! : null
  }

  #position(count: number): number {
    return count === 0 ? 0 : this.#positions[count - 1]!
  }

  #countBelow(values: Uint32Array | Float64Array, limit: number): number {
    let low = 0
    for (let high = this.#length; low < high; ) {
      const middle = (low + high) >>> 1
      if (values[middle]! < limit) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(): void {
    const capacity = Math.max(8, Math.ceil(1.5 * this.#length))
    const larger = <T extends Uint32Array | Float64Array>(grown: T, values: T): T => {
      grown.set(values)
      return grown
    }
    this.#positions = larger(new Uint32Array(capacity), this.#positions)
    this.#relativeOffsets = larger(new Uint32Array(capacity), this.#relativeOffsets)
    this.#timestampsBefore = larger(new Float64Array(capacity), this.#timestampsBefore)
  }
}
