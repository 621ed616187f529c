/**
 * Which batches of transactions compaction may drop: those of aborted ones at once, and a marker once it has passed no
 * batch of its transaction any more. Batches are to be shown in the order of the log.
 */
import type { RecordBatch } from '../protocol/batch.ts'
import { endTypeOf } from '../protocol/control-records.ts'
import type { AbortedTransaction } from './aborted.ts'

interface Aborting {
  readonly transaction: AbortedTransaction
  hasBatches: boolean
}

export class CleanedTransactions {
  /** Ascending by first offset. */
  readonly #coming: AbortedTransaction[]
  readonly #aborting = new Map<number, Aborting>()
  readonly #committing = new Set<number>()
  /** Aborted transactions of which nothing but the marker is left, at most. */
  readonly gone: AbortedTransaction[] = []

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  isDisposable(batch: RecordBatch): boolean {
    const lastOffset = batch.baseOffset + batch.lastOffsetDelta
    while (this.#coming.length > 0 && this.#coming[0]!.firstOffset <= lastOffset) {
      const transaction = this.#coming.shift()!
      const { producerId } = transaction
      if (!this.#aborting.has(producerId)) this.#aborting.set(producerId, { transaction, hasBatches: false })
    }
    return batch.isControl ? this.#isMarkerDisposable(batch) : this.#isAborted(batch)
  }

  #isAborted({ isTransactional, producerId }: RecordBatch): boolean {
    if (!isTransactional) return false
    const aborting = this.#aborting.get(producerId)
    if (aborting === undefined) this.#committing.add(producerId)
    else aborting.hasBatches = true
    return aborting !== undefined
  }

  #isMarkerDisposable(batch: RecordBatch): boolean {
    const { producerId } = batch
    switch (endTypeOf(batch)) {
      case 'commit':
        return !this.#committing.delete(producerId)
      case 'abort': {
        const aborting = this.#aborting.get(producerId)
        this.#aborting.delete(producerId)
        if (aborting === undefined) return true
        if (!aborting.hasBatches) this.gone.push(aborting.transaction)
        return !aborting.hasBatches
      }
      default:
        return true // Nothing of it is left but its header.
    }
  }
}
