/**
 * How many requests of each API were served and how long they took, as plain numbers: the hot path adds, whoever is
 * asked for metrics reads.
 */
import { Durations } from '../plugins/latencies.ts'

export interface ApiMetrics {
  requests: number
  /** From the request's last byte to the answer's encoding, waiting included. */
  totalMs: number
  /** The same, by how long each took. */
  readonly durations: Durations
}

export class RequestMetrics {
  readonly #byApi = new Map<number, ApiMetrics>()
  readonly #elapsedMs: () => number

  /** `elapsedMs`: a clock with fractions of a millisecond, of which only differences count. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs
  }

  begin(apiKey: number): number {
    this.#of(apiKey).requests++
    return this.#elapsedMs()
  }

  end(apiKey: number, begunMs: number): void {
    const of = this.#of(apiKey)
    const tookMs = this.#elapsedMs() - begunMs
    of.totalMs += tookMs
    of.durations.add(tookMs / 1000)
  }

  get byApi(): ReadonlyMap<number, Readonly<ApiMetrics>> {
    return this.#byApi
  }

  #of(apiKey: number): ApiMetrics {
    const known = this.#byApi.get(apiKey)
    if (known !== undefined) return known
    const made = { requests: 0, totalMs: 0, durations: new Durations() }
    this.#byApi.set(apiKey, made)
    return made
  }
}
