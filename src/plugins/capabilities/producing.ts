/**
 * Records that plugins write, as they cross from a plugin's thread to the broker's: what crosses, and how the broker
 * takes it up. How many wait to be stored is counted in memory that all instances of a plugin share, so that each knows
 * at once when there is no room.
 */
import type { NewHeader } from '../../protocol/records.ts'

/** As the broker is asked to store it; all but the topic may be missing. */
export interface PluginRecord {
  readonly topic: string
  /** Null: chosen as a Java client would. */
  readonly partition: number | null
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly NewHeader[]
}

/** Together, of a plugin's records that wait to be stored: their number alone would let gigabytes wait. */
export const waitingKibibytesMax = 64 * 1024

/** Of memory, about: what it holds, and what it takes itself. */
export function kibibytesOf({ key, value, headers }: PluginRecord): number {
  const own = (key?.length ?? 0) + (value?.length ?? 0)
  const bytes = headers.reduce((sum, header) => sum + header.key.length + (header.value?.length ?? 0), own)
  return 1 + Math.floor(bytes / 1024)
}

/** What is told to the broker's thread. */
export interface ProduceCall {
  readonly record: PluginRecord
  /** The plugins whose records led to this one. */
  readonly by: readonly string[]
}

/** Stores a record; answers why not, or null when it did. */
export type Produce = (record: PluginRecord, by: readonly string[]) => Promise<string | null>

/** The broker's side of one plugin's `produce`, for all its instances. */
export class Producing {
  readonly #plugin: string
  readonly #produce: Produce
  readonly #tell: (message: string) => void
  /** Their number and their kibibytes, which nobody else writes. */
  readonly #waiting = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))

  constructor(plugin: string, produce: Produce, tell: (message: string) => void) {
    this.#plugin = plugin
    this.#produce = produce
    this.#tell = tell
  }

  /** Records that were taken up and are not stored yet. */
  get waiting(): Int32Array {
    return this.#waiting
  }

  /** Called in the order of the plugin's calls; never fails, since nobody waits for it. */
  async take({ record, by }: ProduceCall): Promise<void> {
    const kibibytes = kibibytesOf(record)
    Atomics.add(this.#waiting, 0, 1)
    Atomics.add(this.#waiting, 1, kibibytes)
    // Never shown to the plugin itself again: two that answer each other's records would never come to rest.
    const complaint = await this.#stored(record, [...new Set([this.#plugin, ...by])])
    Atomics.sub(this.#waiting, 0, 1)
    Atomics.sub(this.#waiting, 1, kibibytes)
    if (complaint !== null) this.#tell(`its record for ${record.topic} was not stored: ${complaint}`)
  }

  async #stored(record: PluginRecord, by: readonly string[]): Promise<string | null> {
    try {
      return await this.#produce(record, by)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}
