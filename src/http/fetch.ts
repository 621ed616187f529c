/**
 * `GET /fetch`: the records of a partition from an offset on, without a consumer or a group.
 *
 * With `purge_on_fetch` what is read is gone, so pages of other origins may not read, as they may not POST.
 *
 * `next_offset` is where to go on: offsets may have gaps, so it is not always one after the last record.
 */
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import { KafkaError, OFFSET_OUT_OF_RANGE } from '../protocol/errors.ts'
import { batchesIn, type RecordBatch, recordsIn, recordsSection } from '../protocol/records.ts'
import { fromKafka, type HttpError } from './errors.ts'
import { partitionOf, topicNamed } from './found.ts'
import { refuseForeignPages } from './guard.ts'
import { bytesOf, httpReader } from './reading.ts'
import { partitionMax, type ShownRecord, shownRecord, showRecord } from './record-json.ts'
import { offsetIn, outOfRange } from './records-query.ts'
import { json, type Route, route } from './route.ts'
import { choice, described, either, integer, list, name, object, orElse, text, wholeNumber } from './schema.ts'

export interface FetchLimits {
  readonly httpFetchBytesMax: number
  readonly httpWaitMsMax: number
}

interface Asked {
  readonly partition: Partition
  readonly offset: number
  readonly bytesMax: number
  readonly waitMs: number
}

interface Read {
  readonly records: readonly ShownRecord[]
  readonly nextOffset: number
}

const bytesDefault = 1024 * 1024
const offsetRemedy = 'use a whole number, earliest or latest'
const offsetsMax = 10 ** 15 - 1
const farOffset = wholeNumber({ min: -offsetsMax, max: offsetsMax })

const fetched = object({
  topic: text(),
  partition: integer(),
  high_watermark: integer(),
  next_offset: described(integer(), 'Where to go on.'),
  records: list(shownRecord),
})

export function fetchRoute(cluster: Cluster, limits: FetchLimits): Route {
  return route({
    method: 'GET',
    path: '/fetch',
    tag: 'Records',
    summary: 'Reads the records of a partition from an offset on.',
    query: {
      topic: name('the name of a topic'),
      partition: orElse(wholeNumber({ max: partitionMax }), 0),
      offset: orElse(
        described(either([farOffset, choice('earliest', 'latest')], offsetRemedy), offsetMeaning),
        'earliest',
      ),
      max_bytes: orElse(
        wholeNumber({ max: limits.httpFetchBytesMax }),
        Math.min(bytesDefault, limits.httpFetchBytesMax),
      ),
      wait_ms: orElse(wholeNumber({ max: limits.httpWaitMsMax }), 0),
    },
    answer: json(fetched, 'The records that there are.'),
    errors: { 404: 'There is no such topic or partition.', 416: 'There is no such offset.' },
    handle: async ({ c, query }) => {
      if (cluster.isPurgedOnFetch) refuseForeignPages(c)
      const partition = partitionOf(topicNamed(query.topic, cluster), query.partition)
      const offset = offsetIn(partition, query.offset)
      const asked: Asked = { partition, offset, bytesMax: query.max_bytes, waitMs: query.wait_ms }
      if (isWithoutRecords(asked) && asked.waitMs > 0) await wait(asked, cluster, c.req.raw.signal)
      const { records, nextOffset } = await read(asked, cluster)
      if (cluster.isPurgedOnFetch) partition.deleteRecordsBefore(offset)
      return {
        topic: partition.topic,
        partition: partition.index,
        high_watermark: partition.highWatermark,
        next_offset: nextOffset,
        records,
      }
    },
  })
}

const offsetMeaning = 'An offset; a place by its name; or, negative, so many records before the end.'

function isWithoutRecords({ partition, offset }: Asked): boolean {
  return partition.highWatermark === offset
}

/** Until there are records, the time is up, the client is gone, or Blink stops. */
function wait(asked: Asked, { parking }: Cluster, signal: AbortSignal): Promise<void> {
  return parking.wait({
    waitMs: asked.waitMs,
    subscribe(wake) {
      const unsubscribe = asked.partition.onAppend(wake)
      signal.addEventListener('abort', wake)
      return () => {
        unsubscribe()
        signal.removeEventListener('abort', wake)
      }
    },
    isOver: () => signal.aborted || !isWithoutRecords(asked),
  })
}

async function read({ partition, offset, bytesMax }: Asked, { outlet, uncompressedBytesMax }: Cluster): Promise<Read> {
  const found = partition.read(offset, bytesMax, { minOneBatch: true })
  if (found instanceof KafkaError) throw unreadable(found, partition, offset)
  const page: Page = { records: [], nextOffset: offset, bytesLeft: bytesMax }
  const batches = outlet.wants(partition.topic)
    ? await outlet.show(partition, found.batches, httpReader)
    : found.batches
  if (batches instanceof KafkaError) throw fromKafka(batches)
  for (const batch of batchesIn(batches)) {
    if (!batch.isControl && !addRecords(batch, page, uncompressedBytesMax)) break
    page.nextOffset = batch.baseOffset + batch.lastOffsetDelta + 1
  }
  return page
}

/** What is answered with, as it fills. */
interface Page {
  readonly records: ShownRecord[]
  nextOffset: number
  bytesLeft: number
}

/** False when the page is full. What is compressed may hold far more than it takes, so what is shown is counted. */
function addRecords(batch: RecordBatch, page: Page, uncompressedBytesMax: number): boolean {
  for (const record of recordsIn(recordsSection(batch, uncompressedBytesMax), batch)) {
    if (record.offset < page.nextOffset) continue
    page.bytesLeft -= bytesOf(record)
    if (page.bytesLeft < 0 && page.records.length > 0) return false
    page.records.push(showRecord(record))
    page.nextOffset = record.offset + 1
  }
  return true
}

function unreadable(error: KafkaError, partition: Partition, offset: number): HttpError {
  return error.is(OFFSET_OUT_OF_RANGE) ? outOfRange(partition, offset) : fromKafka(error)
}
