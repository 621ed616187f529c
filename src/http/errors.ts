/**
 * What an HTTP request is refused with: a status, a code for programs, and a message with a remedy for people. Every
 * error is answered as `{ error: { code, message } }`, whatever raised it.
 */
import type { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Logger, silent } from '../base/logger.ts'
import type { KafkaError } from '../protocol/errors.ts'
import { type Endpoint, serves } from './endpoints.ts'

export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly [detail: string]: unknown }
}

export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  get body(): ErrorBody {
    return { error: { code: this.code, message: this.message, ...this.details } }
  }
}

/** A field of the request that is wrong; `what` follows its name: `partition` “is 3.5; use a whole number”. */
export function wrongField(field: string, what: string): HttpError {
  return new HttpError(400, 'invalid_request', `${field} ${what}`, { field })
}

const shownMax = 60

/** What was sent, shortened, for a message. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : value instanceof Buffer ? 'a file' : JSON.stringify(value)
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
}

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  CORRUPT_MESSAGE: 400,
  GROUP_ID_NOT_FOUND: 404,
  GROUP_SUBSCRIBED_TO_TOPIC: 409,
  INVALID_CONFIG: 400,
  INVALID_GROUP_ID: 400,
  INVALID_PARTITIONS: 400,
  INVALID_RECORD: 400,
  INVALID_REPLICATION_FACTOR: 400,
  INVALID_REQUEST: 400,
  INVALID_TIMESTAMP: 400,
  INVALID_TOPIC_EXCEPTION: 400,
  MESSAGE_TOO_LARGE: 413,
  NON_EMPTY_GROUP: 409,
  OFFSET_METADATA_TOO_LARGE: 413,
  OFFSET_OUT_OF_RANGE: 416,
  POLICY_VIOLATION: 422,
  RECORD_LIST_TOO_LARGE: 413,
  TOPIC_ALREADY_EXISTS: 409,
  TRANSACTIONAL_ID_NOT_FOUND: 404,
  UNKNOWN_MEMBER_ID: 409,
  UNKNOWN_TOPIC_OR_PARTITION: 404,
  UNKNOWN_TOPIC_ID: 404,
}

/** What to do about refusals whose messages, which are Kafka's, do not say it. */
const remedies: Readonly<Record<string, string>> = {
  GROUP_ID_NOT_FOUND: 'GET /groups lists those that there are',
  GROUP_SUBSCRIBED_TO_TOPIC: 'stop the members that read the topic first',
  INVALID_CONFIG: 'the configs of a topic or broker that is there show names, types and values',
  INVALID_PARTITIONS: 'partitions can only be added; use a larger number',
  NON_EMPTY_GROUP: 'stop its members first, and wait until their sessions end',
  TOPIC_ALREADY_EXISTS: 'use another name, or delete that topic first',
  TRANSACTIONAL_ID_NOT_FOUND: 'GET /transactions lists all',
}

/** A refusal of Kafka's keeps its name as the code. */
export function fromKafka(error: KafkaError, message = withRemedy(error)): HttpError {
  return new HttpError(statuses[error.name] ?? (error.isRetriable ? 503 : 500), error.name, message)
}

function withRemedy({ name, message }: KafkaError): string {
  const remedy = remedies[name]
  const what = message ?? name
  return remedy === undefined ? what : `${what.replace(/\.$/, '')}; ${remedy}`
}

/** To be called before routes are added. A bug of ours is logged with its stack; the client is told only that it is. */
export function answerErrors(app: Hono, endpoints: readonly Endpoint[], logger: Logger = silent): void {
  app.onError((error, c) => {
    if (error instanceof HttpError) return c.json(error.body, error.status)
    if (error instanceof HTTPException)
      return c.json({ error: { code: 'invalid_request', message: error.message } }, error.status)
    logger.error(`${c.req.method} ${c.req.path} could not be handled; please report this`, { error })
    return c.json({ error: { code: 'internal_error', message: 'this is a fault of Blink; its log says more' } }, 500)
  })
  app.notFound((c) => {
    const { method, path } = c.req
    const methods = endpoints.filter((endpoint) => serves(endpoint, path)).map((endpoint) => endpoint.method)
    if (methods.length === 0) {
      const paths = [...new Set(endpoints.map((endpoint) => endpoint.path))]
      const remedy = paths.includes('/docs') ? 'GET /docs shows what there is' : `use ${paths.join(', ')}`
      return c.json({ error: { code: 'not_found', message: `there is no ${path}; ${remedy}` } }, 404)
    }
    c.header('Allow', methods.join(', '))
    const message = `${path} does not answer ${method}; use ${methods.join(' or ')}`
    return c.json({ error: { code: 'method_not_allowed', message } }, 405)
  })
}
