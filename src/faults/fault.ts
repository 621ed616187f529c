/**
 * What a fault is: where it strikes, what it does, and when. The words are those in which settings, JavaScript and HTTP
 * tell it; `settings/faults.ts` describes each.
 */

/** All that are given must hold; what is not given holds for everything. */
export interface Where {
  /** Names of Kafka's APIs. */
  readonly api: readonly string[] | null
  /** Names in which `*` stands for anything; likewise below. */
  readonly topic: readonly string[] | null
  readonly partition: readonly number[] | null
  readonly broker: readonly number[] | null
  readonly client: readonly string[] | null
  readonly group: readonly string[] | null
}

/** Whether a request is carried out before its client hears nothing more. */
export type Moment = 'before' | 'after'

/** At most one of them happens, besides the delay. */
export interface What {
  /** The name of one of Kafka's errors. */
  readonly error: string | null
  readonly delay: number | null
  readonly jitter: number | null
  readonly disconnect: Moment | null
  readonly silence: Moment | null
  /** How many bytes of the answer are sent. */
  readonly truncate: number | null
  readonly throttle: number | null
  readonly move: 'leader' | 'coordinator' | null
  readonly down: boolean
  readonly refuse: boolean
  readonly corrupt: boolean
}

/** Whatever of it comes first. */
export interface When {
  readonly times: number | null
  readonly every: number | null
  readonly probability: number | null
  readonly seed: number | null
  /** Milliseconds of the broker's clock. */
  readonly for: number | null
}

export interface Fault extends Where, What, When {
  readonly name: string | null
}

/** A topic, or one partition of it. */
export interface Spot {
  readonly topic: string
  readonly partition: number | null
}

/** A request, as far as faults are told apart by it. */
export interface Asked {
  readonly api: string
  readonly broker: number
  readonly client: string | null
  readonly groups: readonly string[]
  /** What it asks for; null: whatever there is. */
  readonly spots: readonly Spot[] | null
}

export interface Hit {
  readonly atMs: number
  /** Null: a connection was refused, or a broker went down. */
  readonly api: string | null
  readonly broker: number | null
  readonly client: string | null
  readonly group: string | null
  readonly spot: Spot | null
}

/** What became of a fault by now. */
export interface FaultStatus {
  readonly name: string
  readonly fault: Fault
  readonly state: 'active' | 'spent'
  /** How often it could have struck, and how often it did. */
  readonly matched: number
  readonly hits: number
  /** Of `times`. */
  readonly left: number | null
  readonly addedAtMs: number
  readonly expiresAtMs: number | null
  /** The newest first. */
  readonly lastHits: readonly Hit[]
}

/** What happens to one request. */
export interface Strike {
  /** The faults that hit it, in their order. */
  readonly names: readonly string[]
  readonly delayMs: number
  /** The fault that decides; null: there is nothing but the delay. */
  readonly fault: Fault | null
  /** Whether it is meant where the request asks for this. */
  isAt(topic: string, partition: number | null): boolean
}
