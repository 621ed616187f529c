/**
 * `GET /topics/{topic}/records`: records of all partitions, or of some, from a place on or the last ones, without a
 * consumer or a group. Looking changes nothing: `purge_on_fetch` is for `/fetch`.
 *
 * `next` says for each partition where to go on. An answer may be short, or empty, with more to come: a filter looks at
 * so many records for one answer. `is_complete` says that there is no more.
 */
import type { Context } from 'hono'
import type { Cluster } from '../handlers/handler.ts'
import { accepts } from './accepts.ts'
import { wrongField } from './errors.ts'
import type { FetchLimits } from './fetch.ts'
import { topicNamed } from './found.ts'
import { type Found, type Page, type Place, type ReadLimits, endOf, readLast, readPage } from './reading.ts'
import { type Filter, readFilter } from './record-filter.ts'
import { type Format, formatRecord, formattedRecord } from './record-format.ts'
import { type PlaceQuery, partitionsOf, placeQuery, placesOf } from './records-query.ts'
import { json, orMedia, type Route, route } from './route.ts'
import {
  byName,
  choice,
  described,
  flag,
  integer,
  list,
  object,
  optional,
  orElse,
  text,
  wholeNumber,
} from './schema.ts'

const limitMax = 10_000
const limitDefault = 100
const bytesDefault = 1024 * 1024
const lines = 'application/x-ndjson'

const byPartition = byName(integer())
const answered = object({
  topic: text(),
  records: list(formattedRecord),
  next: described(byPartition, 'Where to go on, by partition.'),
  high_watermarks: byPartition,
  is_complete: described(flag(), 'There is no more.'),
})

export function recordsRoute(cluster: Cluster, limits: FetchLimits): Route {
  return route({
    method: 'GET',
    path: '/topics/:topic/records',
    tag: 'Records',
    summary: 'Reads records from a place on, or the last ones, of all partitions or of some.',
    description: 'As `application/x-ndjson` there is a record a line, and without a `limit` all there are.',
    query: queryFor(limits),
    answer: orMedia(json(answered, 'The records that there are.'), { [lines]: null }),
    errors: { 404: 'There is no such topic or partition.', 416: 'There is no such offset.' },
    handle: async ({ c, params, query }) => {
      const asked = await readAsked(params.topic, query, cluster)
      const isLines = query.as === undefined ? accepts(c, lines) : query.as === 'ndjson'
      if (query.download)
        c.header('Content-Disposition', `attachment; filename="${params.topic}.${isLines ? 'ndjson' : 'json'}"`)
      if (isLines) return answerLines(c, asked, query.limit ?? Number.POSITIVE_INFINITY, cluster)
      const within = { recordsMax: query.limit ?? limitDefault, bytesMax: query.max_bytes }
      if (query.wait_ms > 0 && isAtEnd(asked)) await wait(asked.places, query.wait_ms, cluster, c.req.raw.signal)
      return show(asked, await read(asked, within, cluster), query.order === 'newest')
    },
  })
}

function queryFor({ httpFetchBytesMax, httpWaitMsMax }: FetchLimits) {
  return {
    ...placeQuery,
    last: optional(described(wholeNumber({ min: 1, max: limitMax }), 'So many of the newest, of all partitions.')),
    order: orElse(described(choice('oldest', 'newest'), 'Which comes first; newest only with last.'), 'oldest'),
    limit: optional(wholeNumber({ min: 1, max: limitMax })),
    max_bytes: orElse(wholeNumber({ max: httpFetchBytesMax }), Math.min(bytesDefault, httpFetchBytesMax)),
    wait_ms: orElse(described(wholeNumber({ max: httpWaitMsMax }), 'Waits so long for a first record.'), 0),
    as: optional(described(choice('json', 'ndjson'), 'Where Accept cannot be said.')),
    download: orElse(described(flag(), 'Has a browser save the answer.'), false),
  }
}

interface Query extends PlaceQuery {
  readonly key?: string | undefined
  readonly value?: string | undefined
  readonly header?: string | undefined
  readonly last?: number | undefined
  readonly order: 'oldest' | 'newest'
  readonly format: Format
}

interface Asked {
  readonly topic: string
  readonly places: readonly Place[]
  readonly last: number | null
  readonly filter: Filter | null
  readonly format: Format
}

async function readAsked(topic: string, query: Query, cluster: Cluster): Promise<Asked> {
  const { last, offset, timestamp, order, format, isolation } = query
  if (last !== undefined && (offset ?? timestamp) !== undefined) {
    throw wrongField('last', 'is given beside a place to begin; use one of the two')
  }
  if (last === undefined && order === 'newest') throw wrongField('order', 'is newest without last; say how many')
  const filter = await readFilter(query)
  if (last === undefined)
    return { topic, places: placesOf(topic, query, 'earliest', cluster), last: null, filter, format }
  const partitions = partitionsOf(topicNamed(topic, cluster), query)
  return {
    topic,
    places: partitions.map((partition) => ({ partition, isolation, offset: partition.highWatermark })),
    last,
    filter,
    format,
  }
}

async function read({ places, last, filter }: Asked, limits: ReadLimits, cluster: Cluster): Promise<Page> {
  if (last === null) return readPage(places, filter, limits, cluster)
  const found = await readLast(places, filter, { ...limits, recordsMax: last }, cluster)
  return { found, next: new Map(places.map(({ partition, offset }) => [partition, offset])), isComplete: true }
}

function show({ topic, places, format }: Asked, { found, next, isComplete }: Page, isNewestFirst: boolean) {
  const records = found.map((one) => showFound(one, format))
  return {
    topic,
    records: isNewestFirst ? records.reverse() : records,
    next: Object.fromEntries([...next].map(([{ index }, offset]) => [index, offset])),
    high_watermarks: Object.fromEntries(places.map(({ partition }) => [partition.index, partition.highWatermark])),
    is_complete: isComplete,
  }
}

export function showFound({ partition, record }: Found, format: Format) {
  return formatRecord(record, partition.index, format)
}

/** Page after page, as the client takes them, up to what there was when it began. */
function answerLines(c: Context, asked: Asked, limit: number, cluster: Cluster): Response {
  const utf8 = new TextEncoder()
  const ends = new Map(asked.places.map(({ partition, isolation }) => [partition, endOf(partition, isolation)]))
  const isolation = asked.places[0]?.isolation
  let places = asked.places
  let left = limit
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        for (;;) {
          const limits = { recordsMax: Math.min(limitMax, left), bytesMax: bytesDefault }
          const { found, next, isComplete } = await read({ ...asked, places }, limits, cluster)
          const text = found.map((one) => `${JSON.stringify(showFound(one, asked.format))}\n`).join('')
          left -= found.length
          places = [...next].map(([partition, offset]) => {
            return { partition, offset, isolation, endOffset: ends.get(partition)! }
          })
          if (text !== '') controller.enqueue(utf8.encode(text))
          if (isComplete || left <= 0) controller.close()
          if (isComplete || left <= 0 || text !== '') return
        }
      },
    },
    { highWaterMark: 0 },
  )
  const headers = { 'Content-Type': `${lines}; charset=utf-8` }
  // hono answers HEAD by GET: nobody would read it.
  return c.req.method === 'HEAD' ? c.body(null, 200, headers) : c.body(body, 200, headers)
}

function isAtEnd({ places, last }: Asked): boolean {
  return last === null && places.every(({ partition, offset }) => offset >= partition.highWatermark)
}

/** Until there is a record, the time is up, the client is gone, or Blink stops. */
function wait(places: readonly Place[], waitMs: number, { parking }: Cluster, signal: AbortSignal): Promise<void> {
  return parking.wait({
    waitMs,
    subscribe(wake) {
      const ends = places.map(({ partition }) => partition.onAppend(wake))
      signal.addEventListener('abort', wake)
      return () => {
        for (const end of ends) end()
        signal.removeEventListener('abort', wake)
      }
    },
    isOver: () => signal.aborted || places.some(({ partition, offset }) => partition.highWatermark > offset),
  })
}
