/**
 * Which transactions of a partition were aborted, and where: what a reader of committed records has to be told to leave
 * their records out.
 */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  /** Of its marker. */
  readonly lastOffset: number
}

export class AbortedTransactions {
  /** Ascending by their last offset, as they were aborted. */
  readonly #all: AbortedTransaction[]

  constructor(all: readonly AbortedTransaction[] = []) {
    this.#all = [...all]
  }

  get isEmpty(): boolean {
    return this.#all.length === 0
  }

  copy(): AbortedTransactions {
    return new AbortedTransactions(this.#all)
  }

  add(transaction: AbortedTransaction): void {
    this.#all.push(transaction)
  }

  /** Those with records between these offsets, perhaps. */
  between(fromOffset: number, untilOffset: number): AbortedTransaction[] {
    const start = this.#firstEndingFrom(fromOffset)
    return this.#all.slice(start).filter(({ firstOffset }) => firstOffset < untilOffset)
  }

  /** Nothing is left of them. */
  forget(gone: readonly AbortedTransaction[]): void {
    const kept = this.#all.filter((one) => !gone.includes(one))
    this.#all.splice(0, this.#all.length, ...kept)
  }

  /** What ended before the log starts is forgotten. */
  truncate(logStartOffset: number): void {
    this.#all.splice(0, this.#firstEndingFrom(logStartOffset))
  }

  #firstEndingFrom(offset: number): number {
    let low = 0
    for (let high = this.#all.length; low < high; ) {
      const middle = (low + high) >>> 1
      if (this.#all[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
