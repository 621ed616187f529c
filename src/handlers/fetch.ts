import type { AbortedTransaction } from '../log/aborted.ts'
import type { Partition } from '../log/partition.ts'
import type { Client } from '../plugins/judgement.ts'
import {
  FENCED_LEADER_EPOCH,
  KafkaError,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  OFFSET_OUT_OF_RANGE,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { provenPrincipal } from '../protocol/principal.ts'
import type { Value } from '../protocol/schema.ts'
import { fetchThrottleMs, withinQuota } from './fetch-quota.ts'
import type { Answered, Fetched, FetchContext, PartitionData } from './fetch-sessions.ts'
import { type Context, handler } from './handler.ts'
import { batchesSince, inOldFormat } from './old-fetch.ts'
import { currentLeaders, leaderOf, rackAware } from './nodes.ts'
import { findAllowed, findHeld, findLed, findTopic, leaderEpochRefusal, topicIdsSince } from './partitions.ts'

type Request = Value<typeof fetch.request>
type Response = Value<typeof fetch.response>

const readCommitted = 1
const isolationLevels: ReadonlySet<number> = new Set([0, readCommitted])
const unsaid = -1
const nobody = -1
/** From this version on consumers say in which rack they are, and may ask any replica. */
const followersSince = 11
const unknownLeader = { leaderId: -1, leaderEpoch: -1 }
const empty = {
  divergingEpoch: { epoch: -1, endOffset: -1 },
  snapshotId: { endOffset: -1, epoch: -1 },
  preferredReadReplica: nobody,
}
const nothingRead = {
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  abortedTransactions: null,
  records: [],
}

/**
 * Reads record batches as they are stored, and waits for them when there are too few and the client has time.
 *
 * - The first partition that has records gives at least one batch, however small the limits are (KIP-74).
 * - Nothing is converted to older message formats: Kafka 4, too, closes on the versions that would ask for it. A broker
 *   that passes for an older one converts (old-fetch.ts).
 * - Only whole batches are sent; Kafka may cut the last one short, which clients throw away.
 * - A partition in error ends the wait: the client hears of it at once, unless there just is no such partition.
 * - Records that a plugin wants to see on the way out are shown to it first, which takes time; limits of size are those
 *   of what is stored, not of what the plugin makes of it.
 * - Who has been sent more than a quota allows is sent nothing, and told for how long.
 * - Where a log was cut off since the client's last record was read, the answer says where (KIP-595).
 * - Followers answer, too, with what the leader has; the leader sends a client that says in which rack it is to a
 *   follower there, if replica.selector.class is Kafka's rack-aware one (KIP-392).
 */
export default handler(fetch, (wanted, context) => {
  const { fetchSessions, parking } = context.cluster
  const request = withinQuota(wanted, context)
  if (!isolationLevels.has(request.isolationLevel)) return failed(request, context)
  const session = fetchSessions.begin(request)
  if (session instanceof KafkaError) return { ...envelope, errorCode: session.code }

  const asked = [...session.partitions]
  const answers = readAll(asked, request, context)
  const waiting = answers.filter(({ data }) => !isUnknown(data))
  const respond = (all: readonly Answered[]) => response(session, all, context)
  if (isEnough(waiting, request)) return shown(answers, context, respond)
  const wait = {
    waiter: context.connection,
    waitMs: request.maxWaitMs,
    subscribe: (wake: () => void) => subscribe(waiting, context, wake),
    isOver: () => available(waiting, request, context) >= request.minBytes,
  }
  return parking.wait(wait).then(() => shown(readAll(asked, request, context), context, respond))
})

const envelope: Response = { throttleTimeMs: 0, errorCode: NONE.code, sessionId: 0, responses: [], nodeEndpoints: [] }

/** Kafka stumbles over an isolation level that does not exist: an error of its own, for all that was asked. */
function failed({ topics }: Request, { version }: Context): Response {
  const errorCode = UNKNOWN_SERVER_ERROR.code
  const none = { ...empty, ...nothingRead, currentLeader: unknownLeader, abortedTransactions: [] }
  const responses = topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ partition }) => ({ partitionIndex: partition, errorCode, ...none })),
  }))
  return { ...envelope, errorCode, responses: version < topicIdsSince ? responses : [] }
}

function isEnough(answers: readonly Answered[], { minBytes, maxWaitMs }: Request): boolean {
  if (maxWaitMs <= 0 || answers.length === 0) return true
  if (answers.some(({ data }) => data.errorCode !== NONE.code || data.preferredReadReplica !== nobody)) return true
  return totalBytes(answers) >= minBytes
}

/** To this client, at least. */
const unknown: ReadonlySet<number> = new Set(
  [UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, TOPIC_AUTHORIZATION_FAILED].map(({ code }) => code),
)

function isUnknown({ errorCode }: PartitionData): boolean {
  return unknown.has(errorCode)
}

function totalBytes(answers: readonly Answered[]): number {
  return answers.reduce((sum, { data }) => sum + bytesOf(data), 0)
}

function bytesOf({ records }: PartitionData): number {
  return records === null ? 0 : records.reduce((sum, { length }) => sum + length, 0)
}

function readAll(asked: readonly Fetched[], request: Request, context: Context): Answered[] {
  let bytesLeft = Math.min(request.maxBytes, context.cluster.config.number('fetch.max.bytes'))
  let isFirst = true
  return asked.map((one) => {
    const data = readOne(one, Math.min(one.bytesMax, bytesLeft), isFirst, request, context)
    const bytes = bytesOf(data)
    bytesLeft = Math.max(0, bytesLeft - bytes)
    if (bytes > 0) isFirst = false
    return { asked: one, data }
  })
}

/** `isFirst`: nothing was read yet, so a batch larger than the limits is read all the same. */
function readOne(
  asked: Fetched,
  bytesMax: number,
  isFirst: boolean,
  request: Request,
  context: Context,
): PartitionData {
  const partition = find(asked, context)
  if (partition instanceof KafkaError) return refused(asked, partition, context)
  const isCommitted = request.isolationLevel === readCommitted
  const { highWatermark, lastStableOffset } = partition
  const endOffset = isCommitted ? lastStableOffset : highWatermark
  const nearer = nearerReplica(asked, partition, request, context)
  if (bytesMax < 0) return refused(asked, UNKNOWN_SERVER_ERROR, context)
  const cut = cutSince(asked, partition)
  if (cut instanceof KafkaError) return refused(asked, cut, context)
  const told = {
    partitionIndex: asked.index,
    errorCode: NONE.code,
    highWatermark,
    lastStableOffset,
    logStartOffset: partition.logStartOffset,
    ...empty,
    currentLeader: unknownLeader,
  }
  if (nearer !== null) return { ...told, preferredReadReplica: nearer, abortedTransactions: null, records: [] }
  if (cut !== null) return { ...told, divergingEpoch: cut, abortedTransactions: null, records: [] }
  const read = partition.read(asked.fetchOffset, bytesMax, { endOffset, minOneBatch: isFirst })
  if (read instanceof KafkaError) return refused(asked, read, context)
  if (context.cluster.isPurgedOnFetch) partition.deleteRecordsBefore(asked.fetchOffset)
  return {
    ...told,
    abortedTransactions: isCommitted ? partition.abortedIn(asked.fetchOffset, read).map(abortedOf) : null,
    records: read.batches,
  }
}

/** The follower that the client should rather ask; null: nobody is nearer than the leader. */
function nearerReplica(
  asked: Fetched,
  { logStartOffset, logEndOffset }: Partition,
  { rackId, replicaId }: Request,
  context: Context,
): number | null {
  if (rackId === '' || replicaId >= 0 || asked.fetchOffset < logStartOffset || asked.fetchOffset > logEndOffset) {
    return null
  }
  const { connection, cluster } = context
  if (cluster.config.get('replica.selector.class') !== rackAware) return null
  const topic = findTopic(asked, context)
  if (topic instanceof KafkaError || leaderOf(topic, asked.index) !== connection.nodeId) return null
  const { isr } = topic.replicas[asked.index]!
  const near = cluster.nodes.filter(({ id, rack }) => rack === rackId && isr.includes(id)).map(({ id }) => id)
  return near.length === 0 || near.includes(connection.nodeId) ? null : near.at(-1)!
}

/** Where the log that the client read ended, if that was not before what it asks for; null where it still goes on. */
function cutSince({ lastFetchedEpoch, fetchOffset }: Fetched, partition: Partition) {
  if (lastFetchedEpoch < 0) return null
  const { leaderEpoch, endOffset } = partition.endOffsetOf(lastFetchedEpoch)
  if (endOffset < 0) return OFFSET_OUT_OF_RANGE
  return leaderEpoch < lastFetchedEpoch || endOffset < fetchOffset ? { epoch: leaderEpoch, endOffset } : null
}

function abortedOf({ producerId, firstOffset }: AbortedTransaction) {
  return { producerId, firstOffset }
}

function find({ name, topicId, index, currentLeaderEpoch }: Fetched, context: Context): Partition | KafkaError {
  const topic = findAllowed('READ', { name, topicId }, context)
  if (topic instanceof KafkaError) return topic
  const found = (context.version < followersSince ? findLed : findHeld)(topic, index, context)
  if (found instanceof KafkaError) return found
  return leaderEpochRefusal(found.partition, Math.max(unsaid, currentLeaderEpoch)) ?? found.partition
}

function refused(asked: Fetched, error: KafkaError, context: Context): PartitionData {
  const tellsLeader = error.is(NOT_LEADER_OR_FOLLOWER) || error.is(FENCED_LEADER_EPOCH)
  const topic = tellsLeader ? findTopic(asked, context) : error
  const partition = topic instanceof KafkaError ? undefined : topic.partitions[asked.index]
  const currentLeader =
    topic instanceof KafkaError || partition === undefined
      ? unknownLeader
      : { leaderId: leaderOf(topic, asked.index), leaderEpoch: partition.leaderEpoch }
  const data = { partitionIndex: asked.index, errorCode: error.code, ...empty, ...nothingRead, currentLeader }
  return isUnknown(data) ? { ...data, abortedTransactions: [] } : data // As Kafka has it; nobody reads it.
}

function subscribe(waiting: readonly Answered[], context: Context, wake: () => void): () => void {
  const unsubscribes = waiting.map(({ asked }) => {
    const partition = find(asked, context)
    return partition instanceof KafkaError ? () => {} : partition.onAppend(wake)
  })
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
}

/** Bytes that could be read by now, each partition up to its limit; an error counts as enough. */
function available(waiting: readonly Answered[], { isolationLevel }: Request, context: Context): number {
  return waiting.reduce((sum, { asked }) => {
    const partition = find(asked, context)
    if (partition instanceof KafkaError) return Number.POSITIVE_INFINITY
    const end = isolationLevel === readCommitted ? partition.lastStableOffset : partition.highWatermark
    return sum + Math.min(asked.bytesMax, partition.bytesFrom(asked.fetchOffset, end))
  }, 0)
}

/** With the records as plugins let this client see them; at once where none wants to. */
function shown(
  answers: readonly Answered[],
  context: Context,
  respond: (answers: readonly Answered[]) => Response,
): Response | Promise<Response> {
  const { outlet } = context.cluster
  const isWanted = ({ asked, data }: Answered) => {
    if (data.records === null || data.records.length === 0) return false
    const topic = findTopic(asked, context)
    return !(topic instanceof KafkaError) && !topic.isInternal && outlet.wants(topic.name)
  }
  const wanted = answers.map(isWanted)
  if (!wanted.includes(true)) return respond(answers)
  const client = { id: context.clientId, principal: provenPrincipal(context.connection.principal) }
  return Promise.all(answers.map((one, at) => (wanted[at]! ? shownOne(one, context, client) : one))).then(respond)
}

async function shownOne(one: Answered, context: Context, client: Client): Promise<Answered> {
  const { asked, data } = one
  const partition = find(asked, context)
  if (partition instanceof KafkaError) return { asked, data: refused(asked, partition, context) }
  const records = await context.cluster.outlet.show(partition, data.records!, client)
  if (records instanceof KafkaError) return { asked, data: refused(asked, records, context) }
  return { asked, data: { ...data, records: [...records] } }
}

function response(session: FetchContext, all: readonly Answered[], context: Context): Response {
  const throttleTimeMs = fetchThrottleMs(() => totalBytes(all), all.length, context)
  if (throttleTimeMs > 0) return { ...envelope, throttleTimeMs, sessionId: session.sessionId }
  const { sessionId, answers } = session.finish(
    context.version < batchesSince ? inOldFormat(all, context.version) : all,
  )
  const responses: Response['responses'] = []
  for (const { asked, data } of answers) {
    const last = responses.at(-1)
    if (last !== undefined && last.topic === asked.name && last.topicId === asked.topicId) last.partitions.push(data)
    else responses.push({ topic: asked.name, topicId: asked.topicId, partitions: [data] })
  }
  const leaders = answers.map(({ data }) => data.currentLeader.leaderId)
  return { ...envelope, sessionId, responses, nodeEndpoints: currentLeaders(leaders, context) }
}
