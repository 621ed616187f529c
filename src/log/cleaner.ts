/**
 * Compacts the partitions of a cluster, one after another and the dirtiest first, in short steps between which
 * everything else goes on.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'

/** A partition, as the cleaner sees it. */
export interface Cleanable {
  readonly topic: string
  readonly index: number
  dirtRatio(now: number): number | null
  compact(now: number): Generator<void, boolean>
}

export interface CleanerOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly partitions: () => Iterable<Cleanable>
}

export class Cleaner {
  readonly #options: CleanerOptions
  /** Of this run: each gets one round. */
  readonly #done = new Set<Cleanable>()
  /** Those over which compaction failed are left as they are, as Kafka leaves them. */
  readonly #uncleanable = new WeakSet<Cleanable>()
  #round: Generator<void, boolean> | null = null
  #next: Timer | null = null

  constructor(options: CleanerOptions) {
    this.#options = options
  }

  /** Whoever ought to be compacted by now is; nothing more while an earlier run is not over. */
  run(): void {
    if (this.#next !== null) return
    this.#done.clear()
    this.#goOn()
  }

  close(): void {
    this.#next?.cancel()
    this.#round?.return(false)
  }

  #goOn(): void {
    this.#next = null
    const partition = this.#round === null ? this.#dirtiest() : null
    if (partition !== null) this.#begin(partition)
    if (this.#round === null) return
    // Frozen time does not hold it up.
    this.#next = this.#options.clock.within(0, () => this.#goOn())
    if (this.#round.next().done) this.#round = null
  }

  #begin(partition: Cleanable): void {
    this.#done.add(partition)
    this.#round = this.#guarded(partition)
  }

  *#guarded(partition: Cleanable): Generator<void, boolean> {
    const { clock, logger } = this.#options
    try {
      return yield* partition.compact(clock.now())
    } catch (error) {
      this.#uncleanable.add(partition)
      const what = `${partition.topic}-${partition.index} cannot be compacted, and stays as it is`
      logger.error(what, { error: (error as Error).stack ?? `${error}` })
      return false
    }
  }

  #dirtiest(): Cleanable | null {
    const { clock, partitions } = this.#options
    const now = clock.now()
    let found: Cleanable | null = null
    let most = 0
    for (const partition of partitions()) {
      if (this.#done.has(partition) || this.#uncleanable.has(partition)) continue
      const ratio = partition.dirtRatio(now)
      if (ratio === null || ratio <= most) continue
      found = partition
      most = ratio
    }
    return found
  }
}
