import { groupBy } from '../base/group-by.ts'
import type { Partition } from '../log/partition.ts'
import {
  INVALID_REQUEST,
  KafkaError,
  NONE,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_OR_PARTITION,
  UNSUPPORTED_VERSION,
} from '../protocol/errors.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { findLed, leaderEpochRefusal } from './partitions.ts'

type Request = Value<typeof listOffsets.request>
type Asked = Request['topics'][number]['partitions'][number]

/** Times below zero that stand for something else, and the version that brought each. */
const special = {
  latest: { timestamp: -1, since: 1 },
  earliest: { timestamp: -2, since: 1 },
  maxTimestamp: { timestamp: -3, since: 7 },
  earliestLocal: { timestamp: -4, since: 8 },
  latestTiered: { timestamp: -5, since: 9 },
  earliestPendingUpload: { timestamp: -6, since: 11 },
} as const

const readCommitted = 1
const isolationLevels: ReadonlySet<number> = new Set([0, readCommitted])
const nothing = { timestamp: -1, offset: -1, leaderEpoch: -1 }

/**
 * Tells offsets by time: the first record that is not older, or one of the special places.
 *
 * - Without tiered storage the earliest local offset is the earliest, and nothing is tiered or waits for it.
 * - A partition named twice is refused in one answer.
 * - Version 0, of releases before 4.0, asks for offsets at which segments begin, and is answered twice what it asks
 *   twice.
 */
export default handler(listOffsets, (request, context) => ({
  throttleTimeMs: 0,
  topics: context.version === 0 ? oneByOne(request, context) : distinct(request, context),
}))

function oneByOne(request: Request, context: Context) {
  return request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((one) => answer(name, [one], request, context)),
  }))
}

function distinct(request: Request, context: Context) {
  return [...groupBy(request.topics.filter(isAsked), ({ name }) => name)].map(([name, same]) => {
    const asked = groupBy(
      same.flatMap(({ partitions }) => partitions),
      ({ partitionIndex }) => partitionIndex,
    )
    return { name, partitions: [...asked.values()].map((one) => answer(name, one, request, context)) }
  })
}

/** A topic of which no partition is asked for is left out of the answer. */
function isAsked({ partitions }: Request['topics'][number]): boolean {
  return partitions.length > 0
}

function answer(name: string, [asked, ...more]: readonly Asked[], request: Request, context: Context) {
  const { partitionIndex } = asked!
  const outcome = more.length > 0 ? INVALID_REQUEST : lookUp(name, asked!, request, context)
  return outcome instanceof KafkaError
    ? { partitionIndex, errorCode: outcome.code, ...nothing }
    : { partitionIndex, errorCode: NONE.code, ...outcome }
}

function lookUp(name: string, asked: Asked, request: Request, context: Context) {
  const topic = context.cluster.topics.get(name)
  const found =
    accessRefusal('DESCRIBE', 'TOPIC', name, context) ??
    (topic === undefined ? UNKNOWN_TOPIC_OR_PARTITION : findLed(topic, asked.partitionIndex, context))
  if (found instanceof KafkaError) return found
  const stale = leaderEpochRefusal(found.partition, asked.currentLeaderEpoch)
  if (stale !== null) return stale
  if (context.version === 0) return oldStyle(found.partition, asked, context.now)
  return offsetAt(found.partition, asked.timestamp, request.isolationLevel, context.version)
}

function oldStyle(partition: Partition, { timestamp, maxNumOffsets = 1 }: Asked, now: number) {
  const { latest, earliest } = special
  if (timestamp < earliest.timestamp) return UNSUPPORTED_VERSION
  if (maxNumOffsets < 0) return UNKNOWN_SERVER_ERROR
  const spec = timestamp === latest.timestamp ? 'latest' : timestamp === earliest.timestamp ? 'earliest' : timestamp
  return { ...nothing, oldStyleOffsets: [...partition.offsetsBefore(spec, maxNumOffsets, now)] }
}

function offsetAt(partition: Partition, timestamp: number, isolationLevel: number, version: number) {
  const place = Object.values(special).find((one) => one.timestamp === timestamp)
  if (timestamp < 0 && (place === undefined || version < place.since)) return UNSUPPORTED_VERSION
  if (!isolationLevels.has(isolationLevel)) return UNKNOWN_SERVER_ERROR
  const { highWatermark, lastStableOffset } = partition
  const endOffset = isolationLevel === readCommitted ? lastStableOffset : highWatermark
  switch (place) {
    case special.latest:
      return partition.offsetFor('latest', endOffset)
    case special.earliest:
    case special.earliestLocal:
      return partition.offsetFor('earliest')
    case special.maxTimestamp:
      return partition.offsetFor('max-timestamp', endOffset)
    case special.latestTiered:
    case special.earliestPendingUpload:
      return nothing
    default:
      return partition.offsetFor(timestamp, endOffset)
  }
}
