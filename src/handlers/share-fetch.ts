import { groupBy } from '../base/group-by.ts'
import {
  INVALID_REQUEST,
  KafkaError,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  SHARE_SESSION_LIMIT_REACHED,
  UNKNOWN_SERVER_ERROR,
  UNKNOWN_TOPIC_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.ts'
import { shareFetch } from '../protocol/messages/share-fetch.ts'
import { provenPrincipal } from '../protocol/principal.ts'
import type { Value } from '../protocol/schema.ts'
import {
  type Asked,
  finalEpoch,
  initialEpoch,
  keyOf,
  type Member,
  type ShareSession,
  type TopicIdPartition,
} from '../share/share-sessions.ts'
import { accessRefusal } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { currentLeaders } from './nodes.ts'
import { type Acknowledged, acknowledgeAll, shareMemberRefusal } from './share-acknowledgements.ts'
import { envelope, leaderAfter, unknownLeader } from './share-answers.ts'
import { ShareReading, type Source, type Taken } from './share-reading.ts'

type Request = Value<typeof shareFetch.request>
type Response = Value<typeof shareFetch.response>
type PartitionData = Response['responses'][number]['partitions'][number]

/** What is said of a partition. */
interface Answered extends TopicIdPartition {
  readonly data: PartitionData
}

const recordLimitMode = 1
const acquireModes: ReadonlySet<number> = new Set([0, recordLimitMode])

/**
 * A member of a share group acquires records, after saying what became of those it has (KIP-932).
 *
 * - It reads whole batches, and says which of their records are the member's; those of aborted transactions are not, if
 *   the group reads committed records only.
 * - A session that is one too many is refused when the member would have waited, lest it ask again at once.
 * - Kafka stumbles over a mode of acquiring that does not exist, negative limits and what is named twice: an error of
 *   its own.
 * - Records that a plugin wants to see on the way out are shown to it first; where it fails, they go back.
 */
export default handler(shareFetch, (request, context) => {
  const refusal = shareMemberRefusal(request.groupId, request.memberId, context) ?? renewalRefusal(request)
  if (refusal !== null) return refused(refusal)
  const member = { groupId: request.groupId!, memberId: request.memberId! }
  const { sessions } = context.cluster.shares
  const session = begin(member, request, context)
  if (session instanceof KafkaError) {
    return session.is(SHARE_SESSION_LIMIT_REACHED) ? afterWaiting(request, context, session) : refused(session)
  }
  const acknowledged = hasAcknowledgements(request)
    ? acknowledgeAll(request.topics, request.isRenewAck, member, context)
    : []
  const finish = (answered: readonly Answered[]) => {
    const response = respond(session, request, answered, acknowledged, context)
    if (request.shareSessionEpoch === finalEpoch) sessions.close(member)
    return response
  }
  if (request.shareSessionEpoch === finalEpoch || request.isRenewAck) return finish([])
  return fetchAll(session, member, request, context, finish)
})

function refused(error: KafkaError): Response {
  return { ...envelope, errorCode: error.code }
}

/** Who renews locks fetches nothing. */
function renewalRefusal(request: Request): KafkaError | null {
  if (!request.isRenewAck) return null
  const { maxBytes, minBytes, maxRecords, maxWaitMs } = request
  const wrong = Object.entries({ maxBytes, minBytes, maxRecords, maxWaitMs }).filter(([, value]) => value !== 0)
  if (wrong.length === 0) return null
  const all = wrong.map(([name]) => name).join(', ')
  return INVALID_REQUEST.because(`A request that renews (isRenewAck) fetches nothing: leave ${all} at 0.`)
}

function hasAcknowledgements({ topics }: Request): boolean {
  return topics.some(({ partitions }) => partitions.some((one) => one.acknowledgementBatches.length > 0))
}

function begin(member: Member, request: Request, { cluster, connection }: Context): ShareSession | KafkaError {
  return cluster.shares.sessions.fetch({
    ...member,
    epoch: request.shareSessionEpoch,
    partitions: request.topics.flatMap(({ topicId, partitions }) =>
      partitions.map(({ partitionIndex }) => ({ topicId, partition: partitionIndex })),
    ),
    forgotten: request.forgottenTopicsData.flatMap(({ topicId, partitions }) =>
      partitions.map((partition) => ({ topicId, partition })),
    ),
    hasAcknowledgements: hasAcknowledgements(request),
    connection,
  })
}

function afterWaiting({ maxWaitMs }: Request, { cluster, connection }: Context, error: KafkaError): Promise<Response> {
  const wait = { waiter: connection, waitMs: maxWaitMs, subscribe: () => () => {}, isOver: () => false }
  return cluster.parking.wait(wait).then(() => refused(error))
}

function fetchAll(
  session: ShareSession,
  member: Member,
  request: Request,
  context: Context,
  finish: (answered: readonly Answered[]) => Response,
): Response | Promise<Response> {
  const found = [...session.partitions.values()].map((asked) => find(asked, context))
  const missing = found.flatMap((one) => ('error' in one ? [errorOf(one, one.error, context)] : []))
  const sources = rotated(
    found.flatMap((one) => ('topic' in one ? [one] : [])),
    request.shareSessionEpoch,
  )
  const { parking, config } = context.cluster
  const maxBytes = Math.min(request.maxBytes, config.number('fetch.max.bytes'))
  if (sources.length === 0 || request.maxRecords === 0 || maxBytes === 0) return finish(missing)
  if (!acquireModes.has(request.shareAcquireMode)) return refused(UNKNOWN_SERVER_ERROR)
  if (maxBytes < 0) return finish([...sources.map((one) => errorOf(one, UNKNOWN_SERVER_ERROR, context)), ...missing])
  const limits = {
    minBytes: Math.min(request.minBytes, maxBytes),
    maxBytes,
    maxRecords: request.maxRecords,
    batchSize: request.batchSize,
    isRecordLimit: request.shareAcquireMode === recordLimitMode,
  }
  const reading = new ShareReading(sources, member, limits, context)
  const take = () => shown(reading.take(), reading, context)
  const answer = (taken: readonly Taken[]) => finish([...taken.map((one) => answered(one, context)), ...missing])
  if (request.maxWaitMs <= 0 || reading.isEnough()) return then(take(), answer)
  const wait = {
    waiter: context.connection,
    waitMs: request.maxWaitMs,
    subscribe: (wake: () => void) => reading.subscribe(wake),
    isOver: () => reading.isEnough(),
  }
  return parking.wait(wait).then(take).then(answer)
}

function then<T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

function find(asked: Asked, context: Context): Source | (TopicIdPartition & { readonly error: KafkaError }) {
  const { topicId, partition } = asked
  const topic = context.cluster.topics.byId(topicId)
  if (topic === undefined) return { topicId, partition, error: UNKNOWN_TOPIC_ID }
  const refusal = accessRefusal('READ', 'TOPIC', topic.name, context)
  if (refusal !== null) return { topicId, partition, error: refusal }
  if (topic.partitions[partition] === undefined) return { topicId, partition, error: UNKNOWN_TOPIC_OR_PARTITION }
  return { topicId, partition, topic }
}

/** Each request begins at another partition, so that none has to wait for the others for ever. */
function rotated(sources: readonly Source[], epoch: number): readonly Source[] {
  const start = sources.length === 0 ? 0 : Math.max(0, epoch) % sources.length
  return [...sources.slice(start), ...sources.slice(0, start)]
}

/** With the records as plugins let this client see them. */
function shown(taken: readonly Taken[], reading: ShareReading, context: Context) {
  const { outlet } = context.cluster
  const isWanted = ({ topic, records }: Taken) => records.length > 0 && !topic.isInternal && outlet.wants(topic.name)
  if (!taken.some(isWanted)) return taken
  const client = { id: context.clientId, principal: provenPrincipal(context.connection.principal) }
  return Promise.all(
    taken.map(async (one) => {
      if (!isWanted(one)) return one
      const from = { topic: one.topic.name, index: one.partition }
      const records = await outlet.show(from, one.records, client)
      if (!(records instanceof KafkaError)) return { ...one, records }
      reading.giveBack(one)
      return { ...one, error: records, records: [], acquired: [] }
    }),
  )
}

function answered(taken: Taken, context: Context): Answered {
  const { topicId, partition, error, records, acquired } = taken
  if (error !== NONE) return errorOf({ topicId, partition }, error, context)
  const data = { ...noData(partition), records: [...records], acquiredRecords: [...acquired] }
  return { topicId, partition, data }
}

function errorOf(place: TopicIdPartition, error: KafkaError, context: Context): Answered {
  const currentLeader = leaderAfter(error, place, context)
  return { ...place, data: { ...noData(place.partition), errorCode: error.code, currentLeader } }
}

function noData(partitionIndex: number): PartitionData {
  return {
    partitionIndex,
    errorCode: NONE.code,
    errorMessage: null,
    acknowledgeErrorCode: NONE.code,
    acknowledgeErrorMessage: null,
    currentLeader: unknownLeader,
    records: [],
    acquiredRecords: [],
  }
}

function respond(
  session: ShareSession,
  { shareSessionEpoch }: Request,
  all: readonly Answered[],
  acknowledged: readonly Acknowledged[],
  context: Context,
): Response {
  const isFirst = shareSessionEpoch === initialEpoch
  const fetched = isFirst ? all : all.filter((one) => isNews(one, session))
  const told = new Map(fetched.map((one) => [keyOf(one), one]))
  for (const { topicId, partition, error } of acknowledged) {
    const place = { topicId, partition }
    const { data } = told.get(keyOf(place)) ?? { data: noData(partition) }
    const said = { acknowledgeErrorCode: error.code, acknowledgeErrorMessage: error.is(NONE) ? null : error.message }
    told.set(keyOf(place), { ...place, data: { ...data, ...said } })
  }
  const byTopic = groupBy([...told.values()], ({ topicId }) => topicId)
  const leaders = fetched.filter(({ data }) => data.errorCode === NOT_LEADER_OR_FOLLOWER.code)
  return {
    ...envelope,
    acquisitionLockTimeoutMs: context.cluster.groupConfigs.number(session.groupId, 'share.record.lock.duration.ms'),
    responses: [...byTopic].map(([topicId, partitions]) => ({
      topicId,
      partitions: partitions.map(({ data }) => data),
    })),
    nodeEndpoints: currentLeaders(
      leaders.map(({ data }) => data.currentLeader.leaderId),
      context,
    ),
  }
}

/** Whether the client has yet to hear this. What had an error is spoken of once more when it is gone. */
function isNews({ data, ...place }: Answered, { partitions }: ShareSession): boolean {
  const asked = partitions.get(keyOf(place))
  if (asked === undefined) return true
  const hasError = data.errorCode !== NONE.code
  const isNew = data.records.length > 0 || asked.mustRespond || hasError
  asked.mustRespond = hasError
  if (data.records.length > 0) {
    // To the end, so that all get their turn.
    partitions.delete(keyOf(place))
    partitions.set(keyOf(place), asked)
  }
  return isNew
}
