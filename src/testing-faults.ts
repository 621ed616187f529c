/** The faults of a broker as a suite sees them. */
import type { Fault, FaultStatus } from './faults/fault.ts'
import type { Faults } from './faults/faults.ts'
import { fault, faultTable } from './settings/faults.ts'
import { SettingsError } from './settings/file.ts'
import { Place } from './settings/values.ts'
import type { Duration } from './testing-clock.ts'

type OneOrMore<T> = T | readonly T[]

/**
 * What goes wrong, where and when; in settings and over HTTP it is written in the same words.
 *
 * @example
 * broker.faults.add({ api: 'Produce', topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER', times: 2 })
 * broker.faults.add({ api: 'Fetch', delay: '200ms', jitter: '50ms', probability: 0.1, seed: 42 })
 */
export interface FaultSpec {
  /** What lists call it; by default `fault-1`, `fault-2` … */
  readonly name?: string
  /** Where: Kafka's APIs. What is not given holds for everything. */
  readonly api?: OneOrMore<string>
  /** Names in which `*` stands for anything; likewise `client` and `group`. */
  readonly topic?: OneOrMore<string>
  readonly partition?: OneOrMore<number>
  readonly broker?: OneOrMore<number>
  readonly client?: OneOrMore<string>
  readonly group?: OneOrMore<string>
  /** What: one of Kafka's errors, by name or code, at the level at which Kafka reports it. It is not carried out. */
  readonly error?: string | number
  /** The answer waits so long, and by chance up to `jitter` more. */
  readonly delay?: Duration
  readonly jitter?: Duration
  /** The connection is closed before the request is carried out, or after, without an answer. */
  readonly disconnect?: 'before' | 'after'
  /** As `disconnect`, but the connection stays open and says nothing more. */
  readonly silence?: 'before' | 'after'
  /** So many bytes of the answer are sent, then the connection is closed. */
  readonly truncate?: number
  /** The client is told to wait so long, and made to. */
  readonly throttle?: Duration
  /** The leader, or the coordinator, goes to the next broker, and the client is told that it is not here. */
  readonly move?: 'leader' | 'coordinator'
  /** The `broker` is gone: its port closed, its connections cut. */
  readonly down?: boolean
  /** New connections are cut at once. */
  readonly refuse?: boolean
  /** A fetched batch has a wrong CRC. */
  readonly corrupt?: boolean
  /** When: the next so many. */
  readonly times?: number
  /** Each nth that matches. */
  readonly every?: number
  /** Each by this chance, from 0 to 1; the same `seed`, the same chances. */
  readonly probability?: number
  readonly seed?: number
  /** For so long, by the broker's clock. */
  readonly for?: Duration
}

export interface BrokerFaults {
  /** Throws when the fault makes no sense, or its name is taken. It strikes from now on. */
  add(spec: FaultSpec): FaultStatus
  /** In the order in which they were added, with what they hit; those that are spent, too. */
  list(): readonly FaultStatus[]
  get(name: string): FaultStatus | undefined
  /** False: there is none of this name. */
  remove(name: string): boolean
  clear(): void
}

/** As HTTP is lent them. */
export function faultAdmin(faults: Faults) {
  return {
    words: Object.values(faultTable).map(({ key, doc, kind }) => ({ key, doc: `${doc} (${kind.name})` })),
    read: readFault,
    refusal: (one: Fault) => faults.refusal(one),
    add: (one: Fault) => faults.add(one),
    get: (name: string) => faults.get(name),
    list: () => faults.list(),
    remove: (name: string) => faults.remove(name),
    clear: () => faults.clear(),
  }
}

export function faultsFor(faults: Faults): BrokerFaults {
  return {
    add(spec) {
      const read = readFault(spec, 'faults.add')
      const refusal = faults.refusal(read)
      if (refusal !== null) throw new RangeError(`faults.add: ${refusal}`)
      return faults.add(read)
    },
    list: () => faults.list(),
    get: (name) => faults.get(name),
    remove: (name) => faults.remove(name),
    clear: () => faults.clear(),
  }
}

/** Throws a SettingsError with a line for each mistake. */
export function readFault(raw: unknown, source: string): Fault {
  const mistakes: string[] = []
  const read = fault.read(raw, new Place(source, '', { home: '.', from: '.' }, mistakes))
  if (read === undefined) throw new SettingsError(mistakes)
  return read
}
