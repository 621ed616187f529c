/** Hands out the ids under which producers number their batches. An id is never given twice while the broker lives. */
export class ProducerIds {
  #next = 0

  next(): number {
    return this.#next++
  }

  /** Of those given out; −1 before the first. */
  get last(): number {
    return this.#next - 1
  }

  /** Those before it were given out elsewhere. */
  skipTo(id: number): void {
    this.#next = Math.max(this.#next, id)
  }
}
