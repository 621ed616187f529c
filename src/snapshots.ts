/** Images of a broker's state that are kept under a name, in memory: as many as a suite needs, and what they hold. */
import type { Clock } from './base/clock.ts'
import type { ClusterImage, ImageSize } from './cluster-image.ts'
import { sizeOf } from './cluster-image.ts'

/** A snapshot that was taken: when, and what it holds. */
export interface Snapshot extends ImageSize {
  readonly name: string
  /** Milliseconds since 1970, by the broker's clock. */
  readonly atMs: number
}

export interface SnapshotsOptions {
  readonly clock: Clock
  take(): ClusterImage
  restore(image: ClusterImage): void
}

const snapshotsMax = 1000

/** Of the broker that it was taken of; what it holds is not counted in max_memory. */
export class Snapshots {
  readonly #options: SnapshotsOptions
  readonly #byName = new Map<string, { readonly image: ClusterImage; readonly snapshot: Snapshot }>()
  #named = 0

  constructor(options: SnapshotsOptions) {
    this.#options = options
  }

  /** Why none can be taken under this name, or null. */
  refusal(name: string | null): string | null {
    if (name !== null && !/^[\w.-]{1,64}$/.test(name)) {
      return `'${name}' is no name for a snapshot; use at most 64 letters, digits, dots, dashes and underscores`
    }
    if (name !== null && this.#byName.has(name))
      return `there is a snapshot '${name}' already; remove it, or choose another name`
    if (this.#byName.size < snapshotsMax) return null
    return `there are ${snapshotsMax} snapshots, the most there may be; remove some`
  }

  /** Without a name it is `snapshot-1`, `snapshot-2` … Throws a RangeError where `refusal` says why. */
  take(name: string | null = null): Snapshot {
    const refusal = this.refusal(name)
    if (refusal !== null) throw new RangeError(refusal)
    const image = this.#options.take()
    const snapshot = { name: name ?? this.#freeName(), atMs: this.#options.clock.now(), ...sizeOf(image) }
    this.#byName.set(snapshot.name, { image, snapshot })
    return snapshot
  }

  /** In the order in which they were taken. */
  list(): readonly Snapshot[] {
    return [...this.#byName.values()].map(({ snapshot }) => snapshot)
  }

  get(name: string): Snapshot | undefined {
    return this.#byName.get(name)?.snapshot
  }

  /** Brings back what it holds; it stays. Undefined: there is none of this name. */
  restore(name: string): Snapshot | undefined {
    const found = this.#byName.get(name)
    if (found !== undefined) this.#options.restore(found.image)
    return found?.snapshot
  }

  /** False: there is none of this name. */
  remove(name: string): boolean {
    return this.#byName.delete(name)
  }

  #freeName(): string {
    for (;;) {
      const name = `snapshot-${++this.#named}`
      if (!this.#byName.has(name)) return name
    }
  }
}
