/**
 * The last requests, decoded, for those who want to see what clients did: a suite, the console. Bytes are told by their
 * number, so that nothing is kept of a frame. While nobody wants to know, a request pays for one look at `isOn`.
 */
import { NamePatterns } from '../base/name-patterns.ts'
import { errorOf } from '../protocol/errors.ts'

export interface KeptRequest {
  /** Ascending, in the order in which they were answered. */
  readonly id: number
  /** When it came, by the broker's clock; milliseconds since 1970. */
  readonly atMs: number
  readonly api: string
  readonly version: number
  readonly client: string | null
  readonly broker: number
  readonly peer: string
  /** By the machine's time, waiting included. */
  readonly durationMs: number
  /** Of the request, without the length before it. */
  readonly bytes: number
  /** The names of all errors in the answer, each once. */
  readonly errors: readonly string[]
  readonly outcome: 'answered' | 'silent' | 'closed'
  /** The fault that struck it. */
  readonly fault: string | null
  /** The message with Kafka's field names; bytes as `<412 bytes>`. */
  readonly request: Readonly<Record<string, unknown>>
}

/** All that are given must hold. */
export interface RequestFilter {
  /** Names of APIs. */
  readonly api?: string | readonly string[]
  /** Client ids, in which `*` stands for anything. */
  readonly client?: string
  readonly broker?: number
  /** Those whose answer told of an error, or those whose did not. */
  readonly errors?: boolean
  /** Those that were answered after the one of this id. */
  readonly after?: number
}

const listedMax = 100

export class RequestLog {
  readonly keptMax: number
  readonly #elapsedMs: () => number
  #kept: KeptRequest[] = []
  #lastId = 0
  readonly #followers = new Set<(request: KeptRequest) => void>()
  isOn: boolean

  constructor(keptMax: number, elapsedMs: () => number) {
    this.keptMax = keptMax
    this.#elapsedMs = elapsedMs
    this.isOn = keptMax > 0
  }

  get keptCount(): number {
    return this.#kept.length
  }

  begin(
    asked: Pick<KeptRequest, 'atMs' | 'api' | 'version' | 'client' | 'broker' | 'peer' | 'bytes'>,
    message: object,
  ) {
    return new NotedRequest(this, { ...asked, request: elided(message) as KeptRequest['request'] }, this.#elapsedMs)
  }

  add(request: Omit<KeptRequest, 'id'>): void {
    const kept = { id: ++this.#lastId, ...request }
    for (const tell of this.#followers) tell(kept)
    if (this.keptMax === 0) return
    this.#kept.push(kept)
    // Cut now and then, since to take the first from a long list costs as much as the list is long.
    if (this.#kept.length >= 2 * this.keptMax) this.#kept = this.#kept.slice(-this.keptMax)
  }

  /** Oldest first. */
  list(filter: RequestFilter = {}): readonly KeptRequest[] {
    return this.#kept.slice(-this.keptMax).filter(filterOf(filter))
  }

  clear(): void {
    this.#kept = []
  }

  /** Calls `tell` for each request from now on, until the function that it returns is called. */
  follow(tell: (request: KeptRequest) => void): () => void {
    this.#followers.add(tell)
    this.isOn = true
    return () => {
      this.#followers.delete(tell)
      this.isOn = this.keptMax > 0 || this.#followers.size > 0
    }
  }
}

export function filterOf({ api, client, broker, errors, after = 0 }: RequestFilter): (request: KeptRequest) => boolean {
  const apis = api === undefined ? null : [api].flat().map((name) => name.toLowerCase())
  const clients = client === undefined ? null : new NamePatterns([client])
  return (one) =>
    one.id > after &&
    (apis === null || apis.includes(one.api.toLowerCase())) &&
    (clients === null || (one.client !== null && clients.match(one.client))) &&
    (broker === undefined || one.broker === broker) &&
    (errors === undefined || one.errors.length > 0 === errors)
}

/** One request from when it was decoded until it was answered. */
export class NotedRequest {
  readonly #log: RequestLog
  readonly #asked: Omit<KeptRequest, 'id' | 'durationMs' | 'errors' | 'outcome' | 'fault'>
  readonly #elapsedMs: () => number
  readonly #begunMs: number
  #errors: readonly string[] = []
  fault: string | null = null

  constructor(
    log: RequestLog,
    asked: Omit<KeptRequest, 'id' | 'durationMs' | 'errors' | 'outcome' | 'fault'>,
    elapsedMs: () => number,
  ) {
    this.#log = log
    this.#asked = asked
    this.#elapsedMs = elapsedMs
    this.#begunMs = elapsedMs()
  }

  /** What the handler answers, before it is encoded. */
  answered(response: unknown): void {
    const codes = new Set<number>()
    collectErrors(response, codes)
    this.#errors = [...codes].map((code) => errorOf(code).name)
  }

  end(outcome: KeptRequest['outcome']): void {
    const durationMs = this.#elapsedMs() - this.#begunMs
    this.#log.add({ ...this.#asked, durationMs, errors: this.#errors, outcome, fault: this.fault })
  }
}

function collectErrors(value: unknown, codes: Set<number>): void {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
  for (const [name, one] of Object.entries(value)) {
    if ((name === 'errorCode' || name === 'partitionErrorCode') && one !== 0) codes.add(Number(one))
    else collectErrors(one, codes)
  }
}

function elided(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `<${value.length} bytes>`
  if (Array.isArray(value)) {
    const shown = value.slice(0, listedMax).map(elided)
    return value.length > listedMax ? [...shown, `… ${value.length - listedMax} more`] : shown
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, elided(one)]))
}
