/** Which records of a topic a query asks for: partitions, a place to begin, a filter. */
import type { Cluster } from '../handlers/handler.ts'
import type { Partition } from '../log/partition.ts'
import { OFFSET_OUT_OF_RANGE } from '../protocol/errors.ts'
import type { Topic } from '../topics/topics.ts'
import { HttpError, wrongField } from './errors.ts'
import { partitionOf, topicNamed } from './found.ts'
import { type Isolation, isolations, type Place } from './reading.ts'
import { filterQuery } from './record-filter.ts'
import { formatQuery } from './record-format.ts'
import { choice, described, either, matching, optional, orElse, wholeNumber } from './schema.ts'

const offsetsMax = 10 ** 15 - 1
const offsetRemedy = 'use a whole number, earliest or latest'
const timeRemedy = 'use milliseconds since 1970, or a time such as 2026-01-31T12:00:00Z'
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/
const offsetMeaning = 'Where to begin in each partition: an offset, a place by its name, or so many before the end.'

/** What reading and following have in common. */
export const placeQuery = {
  partition: optional(
    described(matching(/^\d{1,9}(,\d{1,9}){0,999}$/, 'use a partition, or several: 0,1,2'), 'One, or several: 0,1,2.'),
  ),
  offset: optional(
    described(
      either([wholeNumber({ min: -offsetsMax, max: offsetsMax }), choice('earliest', 'latest')], offsetRemedy),
      offsetMeaning,
    ),
  ),
  timestamp: optional(
    described(
      either([wholeNumber({ max: Number.MAX_SAFE_INTEGER }), matching(isoTime, timeRemedy)], timeRemedy),
      'Begins with the first record at or after this time.',
    ),
  ),
  isolation: orElse(
    described(choice(...isolations), 'Whether records of open and aborted transactions are left out.'),
    'read_uncommitted',
  ),
  format: formatQuery,
  ...filterQuery,
}

export interface PlaceQuery {
  readonly partition?: string | undefined
  readonly offset?: number | 'earliest' | 'latest' | undefined
  readonly timestamp?: number | string | undefined
  readonly isolation: Isolation
}

export function partitionsOf(topic: Topic<Partition>, { partition }: PlaceQuery): readonly Partition[] {
  if (partition === undefined) return topic.partitions
  const indexes = new Set(partition.split(',').map(Number))
  return [...indexes].map((index) => partitionOf(topic, index))
}

/** Throws where an offset is named that the one partition does not have; of several each begins where it can. */
export function placesOf(
  name: string,
  query: PlaceQuery,
  otherwise: 'earliest' | 'latest',
  cluster: Cluster,
): readonly Place[] {
  if (query.offset !== undefined && query.timestamp !== undefined) {
    throw wrongField('timestamp', 'is given beside offset; use one of the two')
  }
  const partitions = partitionsOf(topicNamed(name, cluster), query)
  const timestamp = query.timestamp === undefined ? null : timeOf(query.timestamp)
  return partitions.map((partition) => {
    const offset =
      timestamp === null ? offsetIn(partition, query.offset ?? otherwise) : offsetSince(partition, timestamp)
    if (partitions.length === 1 && isOutside(partition, offset)) throw outOfRange(partition, offset)
    const { isolation } = query
    return {
      partition,
      isolation,
      offset: Math.min(Math.max(offset, partition.logStartOffset), partition.highWatermark),
    }
  })
}

export function timeOf(raw: number | string): number {
  const time = typeof raw === 'number' ? raw : Date.parse(raw)
  if (Number.isNaN(time)) throw wrongField('timestamp', `is ${JSON.stringify(raw)}; ${timeRemedy}`)
  return time
}

export function offsetIn({ logStartOffset, highWatermark }: Partition, asked: number | 'earliest' | 'latest'): number {
  if (asked === 'earliest') return logStartOffset
  if (asked === 'latest') return highWatermark
  return asked < 0 ? Math.max(logStartOffset, highWatermark + asked) : asked
}

function offsetSince(partition: Partition, timestamp: number): number {
  const { offset } = partition.offsetFor(timestamp)
  return offset === -1 ? partition.highWatermark : offset
}

function isOutside({ logStartOffset, highWatermark }: Partition, offset: number): boolean {
  return offset < logStartOffset || offset > highWatermark
}

export function outOfRange(
  { topic, index, logStartOffset: earliest, highWatermark: latest }: Partition,
  offset: number,
) {
  const message = `offset ${offset} is not in partition ${index} of ${topic}; use ${earliest} to ${latest}`
  return new HttpError(416, OFFSET_OUT_OF_RANGE.name, message, { earliest, latest })
}
