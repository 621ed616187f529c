/** Whether a request, or a connection, is one that a fault is meant for. */
import { NamePatterns } from '../base/name-patterns.ts'
import type { Asked, Spot, Where } from './fault.ts'

export class Target {
  readonly #where: Where
  readonly #topics: NamePatterns | null
  readonly #clients: NamePatterns | null
  readonly #groups: NamePatterns | null

  constructor(where: Where) {
    this.#where = where
    this.#topics = patterns(where.topic)
    this.#clients = patterns(where.client)
    this.#groups = patterns(where.group)
  }

  /** What it hits of a request: the first spot and group that are meant; null: it is meant for another. */
  find({ api, broker, client, groups, spots }: Asked): { spot: Spot | null; group: string | null } | null {
    const { api: apis, group: wantedGroups } = this.#where
    if (apis !== null && !apis.includes(api)) return null
    if (!this.isBroker(broker)) return null
    if (this.#clients !== null && (client === null || !this.#clients.match(client))) return null
    const group = groups.find((one) => this.#groups?.match(one) ?? true) ?? null
    if (wantedGroups !== null && group === null) return null
    if (spots === null) return { spot: null, group }
    const spot = spots.find(({ topic, partition }) => this.isAt(topic, partition)) ?? null
    return this.isNarrow && spot === null ? null : { spot, group }
  }

  isBroker(id: number): boolean {
    return this.#where.broker?.includes(id) ?? true
  }

  /** A partition that is not told is any of the topic's. */
  isAt(topic: string, partition: number | null): boolean {
    const wanted = this.#where.partition
    return (this.#topics?.match(topic) ?? true) && (wanted === null || partition === null || wanted.includes(partition))
  }

  /** It is meant for some topics or partitions only. */
  get isNarrow(): boolean {
    return this.#topics !== null || this.#where.partition !== null
  }
}

function patterns(names: readonly string[] | null): NamePatterns | null {
  return names === null ? null : new NamePatterns(names)
}
