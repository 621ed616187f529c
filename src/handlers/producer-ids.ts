/** Hands out the ids under which producers number their batches. An id is never given twice while the broker lives. */
export class ProducerIds {
  #next = 0

  next(): number {
    return this.#next++
  }
}
