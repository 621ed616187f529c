/** What plugins say about the records of a batch, as the rest of the broker hears it. */
import type { NewHeader } from '../protocol/records.ts'
import type { OnReject } from './plugin-settings.ts'

/** Who sent, or reads, the records. */
export interface Client {
  /** What it calls itself; null when it gave no name. */
  readonly id: string | null
  /** Who it proved to be, as `User:alice`; null while nobody need prove anything. */
  readonly principal: string | null
}

/** Where records come from that are produced. */
export interface Sender {
  readonly client: Client
  /** The plugins whose doing it is: none of them sees these records. */
  readonly by: readonly string[]
}

/** Why a record is not to be stored as it came. */
export interface Refusal {
  /** Within the batch. */
  readonly index: number
  readonly plugin: string
  readonly reason: string
  readonly onReject: OnReject
  /** Where `dead-letter` sends it, if the settings say. */
  readonly deadLetterTopic?: string
  /** The plugin gave no verdict: it failed, or is not running. */
  readonly isFailure: boolean
}

/** What is stored, or shown, in a record's place. */
export interface Replacement {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly NewHeader[]
  readonly timestamp: number
}

export interface Judgement {
  /** In ascending order of the records. */
  readonly refusals: readonly Refusal[]
  /** Not to be stored though their producer is told that they were; ascending. */
  readonly dropped: readonly number[]
  /** By the record's index. */
  readonly replacements: ReadonlyMap<number, Replacement>
  /** How long the producer is asked to send nothing. */
  readonly throttleMs: number
}

/** Of records that are produced. */
export interface Judged extends Judgement {
  /** The batch's records after replacements, uncompressed; null when there were none. */
  readonly section: Buffer | null
}

export const allAccepted: Judged = {
  refusals: [],
  dropped: [],
  replacements: new Map(),
  throttleMs: 0,
  section: null,
}
