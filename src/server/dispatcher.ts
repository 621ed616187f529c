/**
 * One request: which API, which version, decode, handle, encode. The only place that knows both bytes and handlers.
 *
 * A FrameError means that the bytes are no such message: the caller closes the connection, as Kafka does. Anything else
 * that is thrown is a bug of ours: it is logged with its stack, and the client is answered nothing but a closed
 * connection.
 */
import { Reader, Writer } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import type { Asked, Strike } from '../faults/fault.ts'
import { unsupportedApiVersions } from '../handlers/api-versions.ts'
import { type Cluster, type Connection, type Context, type Handler, hangUp, type Visit } from '../handlers/handler.ts'
import { compile, type Codec } from '../protocol/compile.ts'
import {
  beginResponse,
  endResponse,
  FrameError,
  isLent,
  type RequestHeader,
  readClientId,
  readRequestHeader,
} from '../protocol/frames.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import type { KafkaError } from '../protocol/errors.ts'
import type { Api, Fields } from '../protocol/schema.ts'
import { type Answer, fallSilent } from './answer.ts'
import { charged } from './charged-requests.ts'
import { groupsOf, spotsOf } from './request-facts.ts'
import type { KeptRequest, NotedRequest, RequestLog } from '../handlers/request-log.ts'
import type { RequestMetrics } from './request-metrics.ts'

export type { Answer } from './answer.ts'

/** What may befall requests, and who looks on. */
export interface Perils {
  readonly faults: {
    readonly strikesRequests: boolean
    strike(asked: Asked): Strike | null
  }
  readonly requests: RequestLog
  /** The machine's. */
  readonly clock: Clock
}

/** Why nothing at all is done for a client. */
export interface Refusal {
  errorFor(api: Api): KafkaError
}

type Value = object | null | typeof hangUp

interface Route {
  readonly handler: Handler
  readonly codecs: (Codecs | undefined)[] // By version; compiled on first use.
}

interface Codecs {
  readonly isFlexible: boolean
  readonly request: Codec<Fields>
  readonly response: Codec<Fields>
}

export class Dispatcher {
  readonly #cluster: Cluster
  readonly #metrics: RequestMetrics
  readonly #perils: Perils | null
  readonly #routes = new Map<number, Route>()

  constructor(handlers: readonly Handler[], cluster: Cluster, metrics: RequestMetrics, perils: Perils | null = null) {
    this.#cluster = cluster
    this.#metrics = metrics
    this.#perils = perils
    for (const handler of handlers) this.#routes.set(handler.api.key, { handler, codecs: [] })
  }

  /** The frame may be lent: whatever is kept of it is copied before this returns. */
  serve(frame: Buffer, connection: Connection): Answer | Promise<Answer> {
    const reader = new Reader(frame)
    const header = readRequestHeader(reader)
    const route = this.#routes.get(header.apiKey)
    const codecs = route && codecsOf(route, header.version)
    if (route === undefined || codecs === undefined) return this.#refuse(header)

    const isWatched = this.#perils !== null && (this.#perils.faults.strikesRequests || this.#perils.requests.isOn)
    if ((isWatched || !route.handler.borrows) && isLent(frame)) reader.buffer = Buffer.from(frame)
    const { clientId, message } = decode(reader, codecs)
    const { clock } = this.#cluster
    const context = { version: header.version, now: clock.now(), clientId, connection, cluster: this.#cluster }
    if (connection.visit !== undefined) noteRequest(connection.visit, header.apiKey, context)
    const measured = this.#metrics.begin(header.apiKey)
    const handler = this.#cluster.quotas.isOn ? charged(route.handler, frame.length) : route.handler
    if (isWatched) {
      const encode = (value: Value) => this.#encode(value, codecs, header, measured)
      return this.#serveWatched(this.#perils!, handler, message, context, encode, frame.length)
    }
    const response = handler.handle(message, context)
    if (response instanceof Promise) return response.then((late) => this.#encode(late, codecs, header, measured))
    return this.#encode(response, codecs, header, measured)
  }

  #encode(value: Value, codecs: Codecs, header: RequestHeader, measured: number): Answer {
    this.#metrics.end(header.apiKey, measured)
    return value === null || value === hangUp ? value : encodeResponse(codecs, header, value)
  }

  /** Where requests are kept, or a fault may strike. */
  #serveWatched(
    perils: Perils,
    handler: Handler,
    message: object,
    context: Context,
    encode: (value: Value) => Answer,
    bytes: number,
  ): Answer | Promise<Answer> {
    const noted = perils.requests.isOn ? noteIn(perils.requests, handler, message, context, bytes) : null
    const answered = (value: Value) => {
      noted?.answered(value)
      return encode(value)
    }
    const end = (answer: Answer) => {
      noted?.end(outcomeOf(answer))
      return answer
    }
    const strike = perils.faults.strikesRequests ? this.#strike(perils, handler, message, context, answered) : null
    if (strike !== null) {
      if (noted !== null) noted.fault = strike.name
      return strike.answer.then(end)
    }
    const response = handler.handle(message, context)
    return response instanceof Promise ? response.then((late) => end(answered(late))) : end(answered(response))
  }

  /** Null when no fault is meant for this request. */
  #strike(
    { faults, clock }: Perils,
    handler: Handler,
    message: object,
    context: Context,
    encode: (value: Value) => Answer,
  ): { readonly name: string; readonly answer: Promise<Answer> } | null {
    const strike = faults.strike({
      api: handler.api.name,
      broker: context.connection.nodeId,
      client: context.clientId,
      groups: groupsOf({ ...message }),
      spots: spotsOf(handler.api, { ...message }, this.#cluster),
    })
    if (strike === null) return null
    const struck = { strike, handler, message, context, clock, encode }
    const answer = import('./struck-requests.ts').then(({ serveStruck }) => serveStruck(struck))
    return { name: strike.names.at(-1)!, answer }
  }

  /** Answers with an error where the API has errors. Nothing is carried out, and the client is told nothing else. */
  async refuse(frame: Buffer, { errorFor }: Refusal): Promise<Answer> {
    const reader = new Reader(frame)
    const header = readRequestHeader(reader)
    const route = this.#routes.get(header.apiKey)
    const codecs = route && codecsOf(route, header.version)
    if (route === undefined || codecs === undefined) return hangUp
    const { api } = route.handler
    const { message } = decode(reader, codecs)
    const { refused, nothingOf } = await import('./refused-requests.ts')
    const everywhere = { fault: { topic: null, partition: null }, isAt: () => true, cluster: this.#cluster }
    const refusing = { api, version: header.version, message: { ...message }, error: errorFor(api), ...everywhere }
    const answer = await refused(refusing, async () => nothingOf(api, header.version))
    return answer === null ? hangUp : encodeResponse(codecs, header, answer)
  }

  /** Nobody is there any more to hear what a request of this connection waits for. */
  disconnected(connection: Connection): void {
    this.#cluster.parking.forget(connection)
    this.#cluster.connectedMembers?.closed(connection)
    this.#cluster.shares.sessions.closed(connection)
    this.#cluster.telemetry.closed(connection)
  }

  /**
   * A version of ApiVersions that we do not know is answered, so that the client can choose another; nothing else is.
   */
  #refuse(header: RequestHeader): Answer {
    if (header.apiKey !== apiVersions.key) {
      throw new FrameError(`API ${header.apiKey} version ${header.version} is not served`)
    }
    const route = this.#routes.get(apiVersions.key)!
    return encodeResponse(codecsOf(route, 0)!, header, unsupportedApiVersions(route.handler.api))
  }
}

function noteIn(
  requests: RequestLog,
  { api }: Handler,
  message: object,
  { version, now, clientId, connection }: Context,
  bytes: number,
): NotedRequest {
  const { nodeId: broker, remoteAddress: peer } = connection
  return requests.begin({ atMs: now, api: api.name, version, client: clientId, broker, peer, bytes }, message)
}

function outcomeOf(answer: Answer): KeptRequest['outcome'] {
  if (answer === null || answer === fallSilent) return 'silent'
  return Array.isArray(answer) ? 'answered' : 'closed'
}

function noteRequest(visit: Visit, apiKey: number, { clientId, now }: Context): void {
  visit.clientId = clientId
  visit.requests++
  visit.lastApiKey = apiKey
  visit.lastRequestMs = now
}

/**
 * What follows the head of the request. That bytes are no message is the client's fault; the codec says so by a
 * RangeError.
 */
function decode(reader: Reader, { isFlexible, request }: Codecs) {
  try {
    return { clientId: readClientId(reader, isFlexible), message: request.decode(reader) }
  } catch (error) {
    throw error instanceof RangeError ? new FrameError(error.message) : error
  }
}

function encodeResponse(
  { isFlexible, response }: Codecs,
  { apiKey, correlationId }: RequestHeader,
  value: object,
): Answer {
  const writer = new Writer()
  // ApiVersions keeps the old header: a client must read the answer before it knows what we speak (KIP-511).
  beginResponse(writer, correlationId, isFlexible && apiKey !== apiVersions.key)
  response.encode(writer, value)
  return endResponse(writer)
}

function codecsOf({ handler: { api }, codecs }: Route, version: number): Codecs | undefined {
  const known = codecs[version]
  if (known !== undefined || version < api.versions[0] || version > api.versions[1]) return known
  const isFlexible = version >= api.flexible
  const made = {
    isFlexible,
    request: compile(api.request, version, isFlexible),
    response: compile(api.response, version, isFlexible),
  }
  codecs[version] = made
  return made
}
