/**
 * What the REST Proxy refuses with: an HTTP status, a code of its own that begins with that status, and a message.
 *
 * Its codes are not derived from Kafka's: which refusal of Kafka's becomes which of them is the table below, so that a
 * client that looks at `error_code` finds what it would find at the REST Proxy.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { KafkaError } from '../../protocol/errors.ts'

export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly status: ContentfulStatusCode
  readonly errorCode: number

  constructor(status: ContentfulStatusCode, errorCode: number, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }

  get body() {
    return { error_code: this.errorCode, message: this.message }
  }
}

export const topicNotFound = () => new ProxyError(404, 40401, 'Topic not found.')
export const partitionNotFound = () => new ProxyError(404, 40402, 'Partition not found.')
export const instanceNotFound = () => new ProxyError(404, 40403, 'Consumer instance not found.')
export const formatMismatch = (has: string) =>
  new ProxyError(406, 40601, `the consumer instance was created with the format ${has}; ask for that one in Accept`)
export const alreadyExists = (name: string) =>
  new ProxyError(409, 40902, `A consumer instance ${name} is in that group already.`)
export const illegalState = (what: string) => new ProxyError(409, 40903, `Illegal state: ${what}`)
export const invalidConfig = (what: string) => new ProxyError(422, 42204, `Invalid consumer configuration: ${what}`)
export const invalidPayload = (what: string) => new ProxyError(422, 42206, `Payload error. ${what}`)
export const invalidBatch = (what: string) => new ProxyError(422, 42208, what)
export const schemaMissing = (what: 'key' | 'value') =>
  new ProxyError(
    422,
    what === 'key' ? 42201 : 42202,
    `records have a ${what}, and there is neither ${what}_schema nor ${what}_schema_id`,
  )
export const noSchemaRegistry = () =>
  new ProxyError(422, 42207, 'Error serializing message. There is no Schema Registry here; use BINARY, JSON or STRING')

/** Something that the path names and that is not there. */
export function notFound(message = 'HTTP 404 Not Found'): ProxyError {
  return new ProxyError(404, 404, message)
}

/** A value that makes no sense where it stands. */
export function badRequest(what: string): ProxyError {
  return new ProxyError(400, 400, `Bad Request: ${what}`)
}

/** What a request is refused with, or null when it is a bug. Nobody nests so deeply by accident. */
export function refusalIn(error: unknown): ProxyError | null {
  if (error instanceof ProxyError) return error
  return error instanceof RangeError && /call stack/.test(error.message) ? badRequest('it is nested too deeply') : null
}

const unknownTopic: readonly [ContentfulStatusCode, number] = [404, 40403]
const invalid: readonly [ContentfulStatusCode, number] = [400, 40002]
const forbidden: readonly [ContentfulStatusCode, number] = [403, 40301]

const codes: Readonly<Record<string, readonly [status: ContentfulStatusCode, errorCode: number]>> = {
  BROKER_NOT_AVAILABLE: [503, 50302],
  CLUSTER_AUTHORIZATION_FAILED: forbidden,
  GROUP_AUTHORIZATION_FAILED: forbidden,
  INVALID_CONFIG: invalid,
  INVALID_PARTITIONS: invalid,
  INVALID_REPLICATION_FACTOR: invalid,
  INVALID_REQUEST: invalid,
  INVALID_TOPIC_EXCEPTION: invalid,
  MESSAGE_TOO_LARGE: [413, 413],
  POLICY_VIOLATION: invalid,
  SECURITY_DISABLED: invalid,
  THROTTLING_QUOTA_EXCEEDED: [429, 42901],
  TOPIC_ALREADY_EXISTS: invalid,
  TOPIC_AUTHORIZATION_FAILED: forbidden,
  TOPIC_DELETION_DISABLED: invalid,
  UNKNOWN_SERVER_ERROR: invalid,
  UNKNOWN_TOPIC_ID: unknownTopic,
  UNKNOWN_TOPIC_OR_PARTITION: unknownTopic,
  UNSUPPORTED_VERSION: invalid,
}

/** What is not in the table is a server's error: 50003 when it may go away by itself, 50002 otherwise. */
export function fromKafka(error: KafkaError, message = error.message ?? error.name): ProxyError {
  const [status, errorCode] = codes[error.name] ?? [500, producerCode(error)]
  const isUnknown = status === 404 && error.message === null
  return new ProxyError(status, errorCode, isUnknown ? hostsNot : message)
}

const hostsNot = 'This server does not host this topic-partition.'

/** Within the answer to a produce request of v2, where each record has a code of its own. */
export function producerCode(error: KafkaError): number {
  if (error.name.endsWith('_AUTHORIZATION_FAILED')) return 40301
  return error.isRetriable ? 50003 : 50002
}

export function unknownTopicError(): ProxyError {
  return new ProxyError(404, 40403, hostsNot)
}
