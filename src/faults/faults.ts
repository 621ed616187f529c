/**
 * The faults of one broker: which there are, when they strike, and how often they did. What a strike does to a request
 * is `server`'s business; nothing here knows answers, logs or groups.
 */
import type { Clock, Timer } from '../base/clock.ts'
import { type Random, SeededRandom } from '../base/random.ts'
import type { Asked, Fault, FaultStatus, Hit, Strike } from './fault.ts'
import { Target } from './where.ts'

export interface FaultsOptions {
  /** What `for` goes by. */
  readonly clock: Clock
  /** Where seeds come from that nobody chose. */
  readonly random: Random
}

const faultsMax = 1000
const lastHitsMax = 20

interface Entry {
  readonly name: string
  readonly fault: Fault
  readonly target: Target
  readonly chances: SeededRandom
  readonly addedAtMs: number
  readonly expiresAtMs: number | null
  expiry: Timer | null
  isSpent: boolean
  matched: number
  hits: number
  lastHits: Hit[]
}

export class Faults {
  readonly #options: FaultsOptions
  readonly #byName = new Map<string, Entry>()
  readonly #watchers = new Set<() => void>()
  #named = 0
  /** Whether any request has to be looked at: all that is asked while there is no fault. */
  strikesRequests = false
  /** Likewise for new connections. */
  strikesConnections = false

  constructor(options: FaultsOptions) {
    this.#options = options
  }

  /** Why it cannot be added, or null. */
  refusal({ name }: Fault): string | null {
    if (name !== null && this.#byName.has(name))
      return `there is a fault '${name}' already; remove it, or choose another name`
    if (this.#byName.size < faultsMax) return null
    return `there are ${faultsMax} faults, the most there may be; remove some`
  }

  /** To be asked for a refusal before. */
  add(fault: Fault): FaultStatus {
    const { clock, random } = this.#options
    const name = fault.name ?? this.#freeName()
    const now = clock.now()
    const entry: Entry = {
      name,
      fault,
      target: new Target(fault),
      chances: new SeededRandom(fault.seed ?? random.bytes(4).readUInt32BE(0)),
      addedAtMs: now,
      expiresAtMs: fault.for === null ? null : now + fault.for,
      expiry: null,
      isSpent: false,
      matched: 0,
      hits: 0,
      lastHits: [],
    }
    if (fault.for !== null) entry.expiry = clock.after(fault.for, () => this.#spend(entry))
    this.#byName.set(name, entry)
    if (fault.down) this.#note(entry, { api: null, broker: fault.broker![0]!, client: null, group: null, spot: null })
    this.#changed()
    return statusOf(entry)
  }

  get(name: string): FaultStatus | undefined {
    const entry = this.#byName.get(name)
    return entry === undefined ? undefined : statusOf(entry)
  }

  /** In the order in which they were added; those that are spent, too. */
  list(): readonly FaultStatus[] {
    return [...this.#byName.values()].map(statusOf)
  }

  remove(name: string): boolean {
    const entry = this.#byName.get(name)
    entry?.expiry?.cancel()
    const isThere = this.#byName.delete(name)
    if (isThere) this.#changed()
    return isThere
  }

  clear(): void {
    for (const { expiry } of this.#byName.values()) expiry?.cancel()
    this.#byName.clear()
    this.#changed()
  }

  /** What happens to this request: the first fault that hits decides; delays before it add up. Null: nothing. */
  strike(asked: Asked): Strike | null {
    const names: string[] = []
    let delayMs = 0
    for (const entry of this.#active(isOfRequests)) {
      const found = entry.target.find(asked)
      if (found === null || !this.#comesToPass(entry)) continue
      this.#note(entry, { api: asked.api, broker: asked.broker, client: asked.client, ...found })
      names.push(entry.name)
      delayMs += this.#delayOf(entry)
      if (isOnlyDelay(entry.fault)) continue
      return { names, delayMs, fault: entry.fault, isAt: (...spot) => entry.target.isAt(...spot) }
    }
    return names.length === 0 ? null : { names, delayMs, fault: null, isAt: () => false }
  }

  /** Whether a connection that comes to this broker is to be cut. */
  refuses(broker: number): boolean {
    for (const entry of this.#active(({ refuse }) => refuse)) {
      if (!entry.target.isBroker(broker) || !this.#comesToPass(entry)) continue
      this.#note(entry, { api: null, broker, client: null, group: null, spot: null })
      return true
    }
    return false
  }

  /** The brokers that are to be gone. */
  get down(): ReadonlySet<number> {
    return new Set(this.#active(({ down }) => down).flatMap(({ fault }) => fault.broker ?? []))
  }

  /** Calls `tell` whenever faults come, go or are spent. */
  watch(tell: () => void): void {
    this.#watchers.add(tell)
  }

  #active(isMeant: (fault: Fault) => boolean): Entry[] {
    return [...this.#byName.values()].filter(({ isSpent, fault }) => !isSpent && isMeant(fault))
  }

  #comesToPass(entry: Entry): boolean {
    const { every, probability } = entry.fault
    entry.matched++
    if (every !== null && entry.matched % every !== 0) return false
    return probability === null || entry.chances.next() < probability
  }

  #note(entry: Entry, hit: Omit<Hit, 'atMs'>): void {
    entry.hits++
    entry.lastHits = [{ ...hit, atMs: this.#options.clock.now() }, ...entry.lastHits.slice(0, lastHitsMax - 1)]
    if (entry.hits === entry.fault.times) this.#spend(entry)
  }

  #delayOf({ fault: { delay, jitter }, chances }: Entry): number {
    return (delay ?? 0) + (jitter === null ? 0 : chances.next() * jitter)
  }

  #spend(entry: Entry): void {
    entry.expiry?.cancel()
    entry.isSpent = true
    this.#changed()
  }

  #freeName(): string {
    for (;;) {
      const name = `fault-${++this.#named}`
      if (!this.#byName.has(name)) return name
    }
  }

  #changed(): void {
    this.strikesRequests = this.#active(isOfRequests).length > 0
    this.strikesConnections = this.#active(({ refuse }) => refuse).length > 0
    for (const tell of this.#watchers) tell()
  }
}

function isOfRequests({ down, refuse }: Fault): boolean {
  return !down && !refuse
}

function isOnlyDelay(fault: Fault): boolean {
  const { error, disconnect, silence, truncate, throttle, move, corrupt } = fault
  return !corrupt && [error, disconnect, silence, truncate, throttle, move].every((one) => one === null)
}

function statusOf(entry: Entry): FaultStatus {
  const { name, fault, matched, hits, addedAtMs, expiresAtMs, lastHits } = entry
  const left = fault.times === null ? null : fault.times - hits
  return {
    name,
    fault,
    state: entry.isSpent ? 'spent' : 'active',
    matched,
    hits,
    left,
    addedAtMs,
    expiresAtMs,
    lastHits,
  }
}
