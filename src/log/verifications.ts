/**
 * Producers that are about to begin a transaction in a partition, while the coordinator is asked whether they may
 * (KIP-890). What it granted holds for one guard only: if a marker is written in between, the grant was for another
 * transaction.
 */

/** Compared by identity. */
export interface VerificationGuard {
  readonly producerId: number
  readonly epoch: number
  /** The smallest sequence number that was seen: batches behind it must not overtake it. */
  readonly lowestSequence: number
  /** Whether the partition was added by this very batch. Then the transaction begins here, and with number 0. */
  readonly isSecondGeneration: boolean
}

interface Entry extends VerificationGuard {
  epoch: number
  lowestSequence: number
  readonly atMs: number
}

export class Verifications {
  readonly #byProducer = new Map<number, Entry>()

  begin(producerId: number, epoch: number, sequence: number, isSecondGeneration: boolean, now: number) {
    const known = this.#byProducer.get(producerId)
    if (known === undefined) {
      const fresh = { producerId, epoch, lowestSequence: sequence, isSecondGeneration, atMs: now }
      this.#byProducer.set(producerId, fresh)
      return fresh
    }
    if (epoch > known.epoch || (epoch === known.epoch && sequence < known.lowestSequence)) {
      known.epoch = epoch
      known.lowestSequence = sequence
    }
    return known
  }

  get(producerId: number): VerificationGuard | undefined {
    return this.#byProducer.get(producerId)
  }

  /** The transaction has begun, or ended. */
  end(producerId: number): void {
    this.#byProducer.delete(producerId)
  }

  expire(now: number, expirationMs: number): void {
    for (const [id, { atMs }] of this.#byProducer) if (now - atMs >= expirationMs) this.#byProducer.delete(id)
  }
}
