/**
 * The quotas that there are, and how much of each was used: who goes beyond is told for how long to be still. As in
 * Apache Kafka the most specific quota counts, and all that fall under it alike share it only if it names them.
 */
import { entityKey, type QuotaEntity, type QuotaKey } from './quota-entity.ts'
import { Rate, TokenBucket, type Windows } from './rate.ts'

/** Who used something up. */
export interface Consumer {
  readonly user: string
  readonly clientId: string
}

export interface Quota {
  readonly entity: QuotaEntity
  readonly values: ReadonlyMap<string, number>
}

/** Meters of those who come and go; beyond, the one that was used longest ago is forgotten. */
const metersMax = 10_000
/** Kafka's defaults: ten whole windows and the one under way. */
const eleven: Windows = { count: 11, sizeMs: 1_000 }

interface Found {
  readonly limit: number
  /** Whose use is added up. */
  readonly meter: string
}

export class ClientQuotas {
  readonly #quotas = new Map<string, Quota>()
  readonly #rates = new Map<string, Rate>()
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #windows: Windows
  readonly #mutationWindows: Windows

  /** `mutationWindows` are those of partitions made and deleted: controller.quota.window.* */
  constructor(windows = eleven, mutationWindows = eleven) {
    this.#windows = windows
    this.#mutationWindows = mutationWindows
  }

  /** Whether there is any: what need not be counted is not. */
  get isOn(): boolean {
    return this.#quotas.size > 0
  }

  all(): Iterable<Quota> {
    return this.#quotas.values()
  }

  replace(quotas: Iterable<Quota>): void {
    this.#quotas.clear()
    this.#rates.clear()
    this.#buckets.clear()
    for (const quota of quotas) this.#quotas.set(entityKey(quota.entity), quota)
  }

  /** Undefined removes. */
  set(entity: QuotaEntity, changes: ReadonlyMap<string, number | undefined>): void {
    const key = entityKey(entity)
    const values = new Map(this.#quotas.get(key)?.values)
    for (const [name, value] of changes) {
      if (value === undefined) values.delete(name)
      else values.set(name, value)
    }
    if (values.size === 0) this.#quotas.delete(key)
    else this.#quotas.set(key, { entity, values })
  }

  /** Counts what was used; what is answered is for how long to be still. */
  use(key: QuotaKey, amount: number, consumer: Consumer, nowMs: number): number {
    const found = this.#find(key, consumer)
    if (found === null) return 0
    const rate = this.#rate(found.meter)
    rate.record(amount, nowMs)
    const throttleMs = rate.throttleMs(found.limit, nowMs)
    return key === 'request_percentage' ? Math.min(this.#windows.sizeMs, throttleMs) : throttleMs
  }

  /** As if it had not been used. */
  giveBack(key: QuotaKey, amount: number, consumer: Consumer, nowMs: number): void {
    const found = this.#find(key, consumer)
    if (found !== null) this.#rate(found.meter).record(-amount, nowMs)
  }

  /** The most that can be used at once without having to wait for certain. */
  most(key: QuotaKey, consumer: Consumer): number {
    const found = this.#find(key, consumer)
    const { count, sizeMs } = this.#windows
    return found === null ? Number.POSITIVE_INFINITY : (found.limit * (count - 1) * sizeMs) / 1_000
  }

  /**
   * For partitions made and deleted (KIP-599). Strictly: who still owes may not, and what is asked for is not counted;
   * else it is counted all the same. What is answered is for how long to be still.
   */
  mutate(count: number, consumer: Consumer, nowMs: number, isStrict: boolean): number {
    const found = this.#find('controller_mutation_rate', consumer)
    if (found === null) return 0
    const bucket = entry(this.#buckets, found.meter, () => new TokenBucket(this.#mutationWindows))
    const owedMs = bucket.throttleMs(found.limit, nowMs)
    if (isStrict && owedMs > 0) return owedMs
    bucket.record(count, found.limit, nowMs)
    return isStrict ? 0 : bucket.throttleMs(found.limit, nowMs)
  }

  /** For how long a new connection from there is kept waiting before it is closed; 0: it is welcome. */
  connect(address: string, nowMs: number): number {
    const own = this.#limit('connection_creation_rate', new Map([['ip', address]]))
    const limit = own ?? this.#limit('connection_creation_rate', new Map([['ip', null]]))
    if (limit === undefined) return 0
    const rate = this.#rate(`ip ${address}`)
    rate.record(1, nowMs)
    const throttleMs = rate.throttleMs(limit, nowMs)
    if (throttleMs > 0) rate.record(-1, nowMs)
    return Math.min(this.#windows.sizeMs, throttleMs)
  }

  /** The most specific comes first. */
  #find(key: QuotaKey, { user, clientId }: Consumer): Found | null {
    if (!this.isOn) return null
    const own = { user, 'client-id': clientId }
    for (const whose of precedence) {
      const limit = this.#limit(key, new Map(whose.map(([type, isOwn]) => [type, isOwn ? own[type] : null])))
      if (limit === undefined) continue
      return { limit, meter: JSON.stringify([key, ...whose.map(([type]) => [type, own[type]])]) }
    }
    return null
  }

  #limit(key: QuotaKey, entity: QuotaEntity): number | undefined {
    return this.#quotas.get(entityKey(entity))?.values.get(key)
  }

  #rate(meter: string): Rate {
    return entry(this.#rates, meter, () => new Rate(this.#windows))
  }
}

type Whose = readonly (readonly [type: 'user' | 'client-id', isOwn: boolean])[]

/** Whose quota counts, the most specific first: of the very one who asks, or of all who have no other. */
// biome-ignore format: a table
const precedence: readonly Whose[] = [
  [['user', true], ['client-id', true]],
  [['user', true], ['client-id', false]],
  [['user', true]],
  [['user', false], ['client-id', true]],
  [['user', false], ['client-id', false]],
  [['user', false]],
  [['client-id', true]],
  [['client-id', false]],
]

/** The one that was used longest ago comes first. */
function entry<T>(meters: Map<string, T>, key: string, make: () => T): T {
  const found = meters.get(key) ?? make()
  meters.delete(key)
  if (meters.size >= metersMax) meters.delete(meters.keys().next().value!)
  meters.set(key, found)
  return found
}
