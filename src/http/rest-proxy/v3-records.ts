/**
 * Producing by v3: `records`, where JSON values come one after another on a connection that may last, and each is
 * answered by one of its own; and `records:batch`, where they come together.
 */
import type { Context } from 'hono'
import type { Cluster } from '../../handlers/handler.ts'
import { KafkaError, UNKNOWN_TOPIC_OR_PARTITION } from '../../protocol/errors.ts'
import type { NewHeader } from '../../protocol/records.ts'
import { type BodyLimits, mediaType } from '../body.ts'
import type { AskedRecord } from '../record-json.ts'
import type { Stored } from '../storing.ts'
import type { Route } from './route.ts'
import { type Format, isBase64, schemaFormats, toBytes } from './embedded.ts'
import {
  badRequest,
  fromKafka,
  invalidBatch,
  noSchemaRegistry,
  partitionNotFound,
  ProxyError,
  refusalIn,
} from './errors.ts'
import {
  type Fields,
  fieldsOf,
  integerOf,
  int32Max,
  type Json,
  listOf,
  readBody,
  requireText,
  textOf,
} from './fields.ts'
import { parseExactly } from './exact-json.ts'
import { BrokenStream, JsonValues } from './json-values.ts'
import { type Producing, topicFor } from './producing.ts'
import { requireTime } from './v2-consumers.ts'
import { belowCluster } from './v3-route.ts'

/** As `api.v3.produce.batch.maximum.entries` of the REST Proxy. */
export const batchEntriesMax = 10
const idLengthMax = 80
const recordFields = ['partition_id', 'headers', 'key', 'value', 'timestamp']
const dataFields = ['type', 'subject', 'subject_name_strategy', 'schema_id', 'schema_version', 'schema', 'data']
const separator = '\r\n'

/** A key or a value, as it was sent and as it is told of. */
interface Data {
  readonly bytes: Buffer | null
  /** Null where the record has none at all. */
  readonly format: Format | null
}

interface Sent {
  readonly record: AskedRecord
  readonly key: Data
  readonly value: Data
}

export function v3RecordRoutes(
  cluster: Cluster,
  producing: Producing,
  limits: BodyLimits,
  stopping: AbortSignal,
): readonly Route[] {
  return belowCluster(cluster, [
    ['POST', '/topics/:topic/records', (c) => stream(c, cluster, producing, limits, stopping)],
    ['POST', '/topics/:topic/records:batch', (c) => batch(c, cluster, producing, limits)],
  ])
}

/** The first bytes decide: nothing at all is an error of the request, everything later one within the answer. */
async function stream(
  c: Context,
  cluster: Cluster,
  producing: Producing,
  { httpBodyBytesMax }: BodyLimits,
  stopping: AbortSignal,
): Promise<Response> {
  requireJson(c)
  const answer = (value: Buffer) => answerOne(c, cluster, producing, value)
  const results = streamed(chunksOf(c.req.raw.body, stopping), new JsonValues(httpBodyBytesMax), answer)
  const first = await results.next()
  if (first.done === true) {
    throw new ProxyError(422, 42206, 'Payload error. Request body is empty. Data is required.')
  }
  const encoder = new TextEncoder()
  const encode = (some: readonly object[]) =>
    encoder.encode(some.map((one) => `${JSON.stringify(one)}${separator}`).join(''))
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode(first.value)),
    async pull(controller) {
      const next = await results.next()
      if (next.done === true) controller.close()
      else controller.enqueue(encode(next.value))
    },
    async cancel() {
      await results.return(undefined)
    },
  })
  return new Response(body, { status: 200, headers: { 'Content-Type': 'application/json' } })
}

function requireJson(c: Context): void {
  const type = mediaType(c)
  if (type !== '' && type !== 'application/json') {
    throw new ProxyError(415, 415, 'HTTP 415 Unsupported Media Type: use application/json')
  }
}

/** Ends early when Blink stops. */
async function* chunksOf(body: ReadableStream<Uint8Array> | null, stopping: AbortSignal): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  const stop = () => void reader.cancel()
  stopping.addEventListener('abort', stop, { once: true })
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    stopping.removeEventListener('abort', stop)
  }
}

/** What became of the records that came with each chunk of the body, in their order. */
async function* streamed(
  chunks: AsyncIterable<Uint8Array>,
  values: JsonValues,
  answer: (value: Buffer) => Promise<object>,
): AsyncGenerator<readonly object[], undefined> {
  for await (const chunk of chunks) {
    const { ended, broken } = endedIn(values, chunk)
    // Begun in their order, and each by itself: one that is refused takes no other with it.
    const results = await Promise.all(ended.map(answer))
    if (broken !== null) results.push(brokenOff(broken))
    if (results.length > 0) yield results
    if (broken !== null) return
  }
  if (values.isWithin) yield [brokenOff('the stream ended within a record')]
}

function brokenOff(why: string): object {
  return badRequest(`Error processing message: ${why}`).body
}

function endedIn(values: JsonValues, chunk: Uint8Array) {
  const ended: Buffer[] = []
  try {
    for (const value of values.add(Buffer.from(chunk))) ended.push(value)
    return { ended, broken: null }
  } catch (error) {
    if (error instanceof BrokenStream) return { ended, broken: error.message }
    throw error
  }
}

async function answerOne(c: Context, cluster: Cluster, producing: Producing, value: Buffer): Promise<object> {
  try {
    const sent = readRecord(fieldsOf(parse(value), 'the record', recordFields), cluster.clock.now())
    const topic = topicFor(cluster, c.req.param('topic')!)
    const [result] = await producing.produce(topic, [sent.record])
    return { error_code: 200, ...showStored(cluster.id, topic.name, sent, result!) }
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal === null) throw error
    return withinAnswer(refusal)
  }
}

/** Where each record has a code of its own, a payload that makes no sense is 422, and its message says which. */
function withinAnswer({ status, errorCode, message, body }: ProxyError) {
  if (status !== 422) return body
  return errorCode === 422
    ? { error_code: 400, message }
    : { error_code: 422, message: `Error: ${errorCode} : ${message}` }
}

function parse(value: Buffer): Json {
  try {
    return parseExactly(value.toString())
  } catch (error) {
    throw new ProxyError(400, 400, `the record is not JSON: ${(error as Error).message}`)
  }
}

async function batch(c: Context, cluster: Cluster, producing: Producing, limits: BodyLimits): Promise<Response> {
  requireJson(c)
  const fields = await readBody(c, limits.httpBodyBytesMax, ['entries'])
  if (fields === null) throw invalidBatch('Request body is empty. Data is required.')
  const entries = entriesOf(fields)
  const topic = topicFor(cluster, c.req.param('topic')!)
  const failures: object[] = []
  const sent: (Sent & { readonly id: string })[] = []
  for (const { id, ...entry } of entries) {
    try {
      const fields = fieldsOf(entry as Fields, `the entry ${id}`, recordFields)
      sent.push({ id, ...readRecord(fields, cluster.clock.now()) })
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === null) throw error
      failures.push({ id, ...withinAnswer(refusal) })
    }
  }
  const results = await producing.produce(
    topic,
    sent.map(({ record }) => record),
  )
  const successes: object[] = []
  for (const [at, one] of sent.entries()) {
    const result = results[at]!
    if (result instanceof KafkaError) failures.push({ id: one.id, ...withinAnswer(refused(result)) })
    else successes.push({ id: one.id, ...showStored(cluster.id, topic.name, one, result) })
  }
  return c.json({ successes, failures }, 207)
}

function entriesOf(fields: Fields) {
  const entries = listOf(fields.entries, 'entries').map((one, at) => {
    const entry = fieldsOf(one, `entries[${at}]`, ['id', ...recordFields])
    const { id } = entry
    if (typeof id !== 'string' || id === '' || id.length > idLengthMax) {
      throw invalidBatch(
        `Batch entry identifier is not a valid string: entries[${at}].id has 1 to ${idLengthMax} characters`,
      )
    }
    return { ...entry, id }
  })
  if (new Set(entries.map(({ id }) => id)).size < entries.length)
    throw invalidBatch('Batch entry IDs are not distinct.')
  if (entries.length === 0) throw invalidBatch('Empty batch.')
  if (entries.length > batchEntriesMax) throw invalidBatch(`Too many entries in batch: at most ${batchEntriesMax}.`)
  return entries
}

function readRecord(fields: Fields, now: number): Sent {
  const partition = integerOf(fields.partition_id, 'partition_id', -int32Max)
  if (partition !== null && partition < 0) throw partitionNotFound()
  const key = readData(fields.key, 'key')
  const value = readData(fields.value, 'value')
  const timestamp = (fields.timestamp ?? null) === null ? now : requireTime(fields.timestamp, 'timestamp')
  const headers = listOf(fields.headers, 'headers').map((one, at) => readHeader(one, `headers[${at}]`))
  return { record: { partition, key: key.bytes, value: value.bytes, headers, timestamp }, key, value }
}

function readHeader(value: Json, path: string): NewHeader {
  const header = fieldsOf(value, path, ['name', 'value'])
  const text = textOf(header.value, `${path}.value`)
  if (text !== null && !isBase64(text))
    throw new ProxyError(400, 400, `${path}.value is ${JSON.stringify(text)}; use base64`)
  return { key: requireText(header.name, `${path}.name`), value: text === null ? null : Buffer.from(text, 'base64') }
}

function readData(value: Json | undefined, path: string): Data {
  if (value === undefined || value === null) return { bytes: null, format: null }
  const { type, data } = fieldsOf(value, path, dataFields)
  const format = textOf(type, `${path}.type`)?.toLowerCase() ?? null
  if (format === null || schemaFormats.includes(format)) throw noSchemaRegistry()
  if (format !== 'binary' && format !== 'json' && format !== 'string') {
    throw badRequest(`${path}.type is ${type}; use BINARY, JSON or STRING`)
  }
  return { bytes: toBytes(format, data), format }
}

function showStored(cluster: string, topic: string, { key, value }: Sent, result: Stored | KafkaError) {
  if (result instanceof KafkaError) throw refused(result)
  return {
    cluster_id: cluster,
    topic_name: topic,
    partition_id: result.partition,
    offset: result.offset,
    timestamp: new Date(result.timestamp).toISOString(),
    ...showData('key', key),
    ...showData('value', value),
  }
}

function showData(name: string, { format, bytes }: Data) {
  return format === null ? {} : { [name]: { type: format.toUpperCase(), size: bytes?.length ?? 0 } }
}

/** A partition that is not there is, to the REST Proxy's producer, a topic that it knows nothing of. */
function refused(error: KafkaError): ProxyError {
  return error.is(UNKNOWN_TOPIC_OR_PARTITION)
    ? new ProxyError(404, 40401, error.message ?? error.name)
    : fromKafka(error)
}
