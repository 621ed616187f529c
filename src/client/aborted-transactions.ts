/**
 * Which batches of a partition belong to transactions that were aborted: a fetch that asks for committed records gets
 * them all the same, with a list of where each aborted transaction begins (KIP-98). It ends at its marker.
 */
import type { RecordBatch } from '../protocol/batch.ts'

interface Aborted {
  readonly producerId: number
  readonly firstOffset: number
}

export class AbortedTransactions {
  /** By producer: where its next aborted transactions begin, ascending. */
  readonly #begins = new Map<number, number[]>()

  /** What a fetch says; the same may be said again. */
  learn(told: readonly Aborted[]): void {
    for (const { producerId, firstOffset } of told) {
      const known = this.#begins.get(producerId) ?? []
      if (known.includes(firstOffset)) continue
      this.#begins.set(
        producerId,
        [...known, firstOffset].sort((a, b) => a - b),
      )
    }
  }

  contain({ isTransactional, isControl, producerId, baseOffset }: RecordBatch): boolean {
    const begin = this.#begins.get(producerId)?.[0]
    return isTransactional && !isControl && begin !== undefined && baseOffset >= begin
  }

  /** A marker of its producer: whatever it aborted before is over. */
  end({ producerId, baseOffset }: Pick<RecordBatch, 'producerId' | 'baseOffset'>): void {
    const left = this.#begins.get(producerId)?.filter((begin) => begin > baseOffset) ?? []
    if (left.length > 0) this.#begins.set(producerId, left)
    else this.#begins.delete(producerId)
  }
}
