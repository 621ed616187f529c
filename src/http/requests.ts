/** What clients asked lately: the requests that are kept, and a live tail of those that come. */
import type { Context } from 'hono'
import type { Clock } from '../base/clock.ts'
import { filterOf, type KeptRequest, type RequestFilter, type RequestLog } from '../handlers/request-log.ts'
import { EventStream } from './event-stream.ts'
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import {
  anyJson,
  choice,
  flag,
  integer,
  list,
  named,
  nullable,
  object,
  optional,
  orElse,
  text,
  wholeNumber,
} from './schema.ts'

export interface RequestParts {
  readonly requestLog: RequestLog
  /** The machine's. */
  readonly machine: Clock
  readonly stopping: AbortSignal
}

const tag = 'Requests'
const limitDefault = 100
const limitMax = 10_000
const int32Max = 2 ** 31 - 1
const followersMax = 100

const shown = named(
  'Request',
  object({
    id: integer(),
    at: text(),
    api: text(),
    version: integer(),
    client: nullable(text()),
    broker: integer(),
    peer: text(),
    duration_ms: anyJson('Milliseconds, with fractions.'),
    bytes: integer(),
    errors: list(text()),
    outcome: choice('answered', 'silent', 'closed'),
    fault: nullable(text()),
    request: anyJson('The message with Kafka’s field names; bytes as <412 bytes>.'),
  }),
)
const filters = {
  api: optional(text('use names of APIs, separated by commas')),
  client: optional(text('use a client id, in which * stands for anything')),
  broker: optional(wholeNumber({ max: int32Max })),
  errors: optional(flag()),
}

export function requestRoutes(parts: RequestParts): readonly Route[] {
  const { requestLog } = parts
  const tail = new Tail(parts)
  return [
    route({
      method: 'GET',
      path: '/requests',
      tag,
      summary: 'Lists the last requests of clients, the oldest first; requests_kept says how many are kept.',
      query: {
        ...filters,
        after: optional(wholeNumber({ max: Number.MAX_SAFE_INTEGER })),
        limit: orElse(wholeNumber({ min: 1, max: limitMax }), limitDefault),
      },
      answer: json(object({ kept: integer(), kept_max: integer(), requests: list(shown) }), 'The last that match.'),
      handle: ({ query }) => ({
        kept: Math.min(requestLog.keptCount, requestLog.keptMax),
        kept_max: requestLog.keptMax,
        requests: requestLog.list(filterFrom(query)).slice(-query.limit).map(showRequest),
      }),
    }),
    route({
      method: 'GET',
      path: '/requests/tail',
      tag,
      summary: 'Follows requests as they are answered, as server-sent events or, unless asked for them, as NDJSON.',
      query: filters,
      answer: {
        description: 'A request each, until the client goes.',
        content: { 'application/x-ndjson': shown, 'text/event-stream': null },
      },
      handle: ({ c, query }) => tail.follow(c, filterFrom(query)),
    }),
    route({
      method: 'DELETE',
      path: '/requests',
      tag,
      summary: 'Forgets the requests that are kept.',
      status: 204,
      answer: { description: 'None is kept.', content: {} },
      handle: ({ c }) => {
        requestLog.clear()
        return c.body(null, 204)
      },
    }),
  ]
}

type Query = { readonly [K in 'api' | 'client']?: string | undefined } & {
  readonly broker?: number | undefined
  readonly errors?: boolean | undefined
  readonly after?: number | undefined
}

function filterFrom({ api, client, broker, errors, after }: Query): RequestFilter {
  return {
    ...(api === undefined ? {} : { api: api.split(',').map((name) => name.trim()) }),
    ...(client === undefined ? {} : { client }),
    ...(broker === undefined ? {} : { broker }),
    ...(errors === undefined ? {} : { errors }),
    ...(after === undefined ? {} : { after }),
  }
}

class Tail {
  readonly #parts: RequestParts
  /** By what to call when Blink stops. */
  readonly #ends = new Set<() => void>()

  constructor(parts: RequestParts) {
    this.#parts = parts
    parts.stopping.addEventListener('abort', () => {
      for (const end of [...this.#ends]) end()
    })
  }

  follow(c: Context, filter: RequestFilter): Response {
    const { requestLog, machine } = this.#parts
    if (this.#ends.size >= followersMax) {
      throw new HttpError(503, 'too_many_followers', `${followersMax} readers follow requests already; end one`)
    }
    const isEvents = c.req.header('accept')?.includes('text/event-stream') ?? false
    const isMeant = filterOf(filter)
    let unfollow = () => {}
    const end = () => events.abandon()
    const events = new EventStream({
      clock: machine,
      isLines: !isEvents,
      onEnd: () => {
        this.#ends.delete(end)
        c.req.raw.signal.removeEventListener('abort', end)
        unfollow()
      },
    })
    c.req.raw.signal.addEventListener('abort', end)
    this.#ends.add(end)
    unfollow = requestLog.follow((request) => {
      if (isMeant(request)) events.send(showRequest(request))
    })
    const type = isEvents ? 'text/event-stream' : 'application/x-ndjson'
    return c.body(events.body, 200, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  }
}

function showRequest({ atMs, durationMs, id, ...request }: KeptRequest) {
  const { api, version, client, broker, peer, bytes, errors, outcome, fault, request: message } = request
  const at = new Date(atMs).toISOString()
  const duration = Math.round(durationMs * 1000) / 1000
  return {
    id,
    at,
    api,
    version,
    client,
    broker,
    peer,
    duration_ms: duration,
    bytes,
    errors,
    outcome,
    fault,
    request: message,
  }
}
