/**
 * `POST /topics/{topic}/records`: one record, many, or a stream of them, a line of JSON each.
 *
 * Each record of a stream is a batch of its own, so one that is refused leaves the others alone. Its result is a line
 * of the answer, which begins while records still come: who does not read it is read no further himself. A blank line
 * is passed over.
 */
import type { Context } from 'hono'
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import type { Topic } from '../topics/topics.ts'
import { type BodyLimits, mediaType, parsed, readJson } from './body.ts'
import { HttpError } from './errors.ts'
import { type Line, linesOf } from './lines.ts'
import { readRecord, recordFields } from './record-json.ts'
import { json, orMedia, type Route, route } from './route.ts'
import { checked, either, errorBody, fields, integer, list, named, object, oneOf } from './schema.ts'
import { hasRecords, otherwise, type Spread, type Stored, store, storeAll, stored, topicFor } from './storing.ts'

const ndjson = 'application/x-ndjson'
const streamed = [ndjson, 'application/jsonl', 'application/x-jsonlines', 'application/jsonlines']

const one = named('NewRecord', fields(recordFields, 'use { "value": … }'))
const many = fields({ records: list(one, 'use a list of at least one record', { min: 1 }) })
const asked = oneOf([one, many], (input) => (hasRecords(input) ? many : one))

export const lineResult = named(
  'LineResult',
  either([
    object({ line: integer(), partition: integer(), offset: integer(), timestamp: integer() }),
    object({ line: integer(), ...errorBody.entries }),
  ]),
)

export interface RecordsInParts {
  readonly cluster: Cluster
  readonly spread: Spread
  readonly settings: BodyLimits
  /** Aborted when Blink stops: a stream ends then. */
  readonly stopping: AbortSignal
}

export function recordsInRoute(parts: RecordsInParts): Route {
  const { cluster, spread, settings } = parts
  return route({
    method: 'POST',
    path: '/topics/:topic/records',
    tag: 'Records',
    summary: 'Produces one record, many, or a stream of them.',
    description: `As application/x-ndjson, a line each: the answer has a line for each, with its place or its error, and
goes on after a refusal.`,
    reads: { 'application/json': asked, [ndjson]: one },
    answer: orMedia(json(stored, 'All are stored, and where; of a stream, a result a line.'), {
      [ndjson]: lineResult,
    }),
    ...otherwise,
    handle: async ({ c, params }) => {
      if (streamed.includes(mediaType(c))) return stream(c, params.topic, parts)
      const body = checked(asked, await readJson(c, settings.httpBodyBytesMax), 'the body')
      return store(c, params.topic, body, cluster, spread)
    },
  })
}

function stream(c: Context, name: string, parts: RecordsInParts): Response {
  const topic = topicFor(name, parts.cluster)
  const { httpBodyBytesMax } = parts.settings
  const lines = linesOf(untilStopped(c.req.raw.body, parts.stopping), httpBodyBytesMax)
  const utf8 = new TextEncoder()
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { value, done } = await lines.next()
        if (done) {
          if (parts.stopping.aborted) controller.enqueue(utf8.encode(`${JSON.stringify(stopped.body)}\n`))
          controller.close()
          return
        }
        const results: string[] = []
        for (const line of value) if (line.text?.trim() !== '') results.push(await resultLine(line, topic, parts))
        controller.enqueue(utf8.encode(results.join('')))
      },
      cancel: () => lines.return(undefined).then(() => {}),
    },
    { highWaterMark: 0 },
  )
  return c.body(body, 200, { 'Content-Type': `${ndjson}; charset=utf-8` })
}

const stopped = new HttpError(503, 'stopping', 'Blink stops; send the records without a result again, to the next')

async function resultLine(line: Line, topic: Topic<Partition>, parts: RecordsInParts): Promise<string> {
  const result = await resultOf(line, topic, parts)
  const told = result instanceof HttpError ? result.body : result
  return `${JSON.stringify({ line: line.number, ...told })}\n`
}

/** What is wrong with one line is wrong with that line alone. */
async function resultOf({ text }: Line, topic: Topic<Partition>, parts: RecordsInParts): Promise<Stored | HttpError> {
  const { cluster, spread, settings } = parts
  try {
    if (text === null) throw tooLong(settings)
    const record = readRecord(checked(one, parsed(text, 'the line'), 'the line'), cluster.clock.now())
    const [result] = await storeAll(cluster, topic, [record], spread)
    return result!
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
}

function tooLong({ httpBodyBytesMax }: BodyLimits): HttpError {
  const remedy = 'send less, or raise http_max_body_size'
  return new HttpError(413, 'body_too_large', `the line is longer than ${httpBodyBytesMax} bytes; ${remedy}`)
}

async function* untilStopped(
  body: ReadableStream<Uint8Array> | null,
  stopping: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  const stop = () => void reader.cancel().catch(() => {}) // The client may be gone before.
  stopping.addEventListener('abort', stop)
  try {
    if (stopping.aborted) return
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    stopping.removeEventListener('abort', stop)
    reader.releaseLock()
  }
}
