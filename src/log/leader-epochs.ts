/**
 * At which offset each leader of a partition began (KIP-101): how a consumer finds out that what it read was lost.
 */
export interface EpochEnd {
  readonly leaderEpoch: number
  readonly endOffset: number
}

interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

const unknown: EpochEnd = { leaderEpoch: -1, endOffset: -1 }

export class LeaderEpochs {
  /** Ascending in both, never empty. */
  #starts: EpochStart[]

  constructor(epoch: number, startOffset: number) {
    this.#starts = [{ epoch, startOffset }]
  }

  copy(): LeaderEpochs {
    const copy = new LeaderEpochs(0, 0)
    copy.#starts = this.#starts
    return copy
  }

  get latest(): number {
    return this.#starts.at(-1)!.epoch
  }

  begin(epoch: number, startOffset: number): void {
    this.#starts = [...this.#starts.filter((start) => start.startOffset < startOffset), { epoch, startOffset }]
  }

  /** The epoch in which this offset was written, or would be. */
  at(offset: number): number {
    return this.#starts.findLast(({ startOffset }) => startOffset <= offset)?.epoch ?? -1
  }

  /** The largest known epoch that is not after this one, and where it ended. */
  endOffsetOf(epoch: number, logEndOffset: number): EpochEnd {
    if (epoch === this.latest) return { leaderEpoch: epoch, endOffset: logEndOffset }
    const next = this.#starts.find((start) => start.epoch > epoch)
    if (next === undefined || epoch === unknown.leaderEpoch) return unknown
    const found = this.#starts.findLast((start) => start.epoch <= epoch)
    return { leaderEpoch: found?.epoch ?? epoch, endOffset: next.startOffset }
  }

  /** What ended before the log starts is forgotten. */
  truncate(logStartOffset: number): void {
    const [first, ...later] = this.#starts.filter((_, index, starts) => {
      const next = starts[index + 1]
      return next === undefined || next.startOffset > logStartOffset
    })
    this.#starts = [{ epoch: first!.epoch, startOffset: Math.max(first!.startOffset, logStartOffset) }, ...later]
  }
}
