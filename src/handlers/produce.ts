import { groupBy } from '../base/group-by.ts'
import {
  CORRUPT_MESSAGE,
  INVALID_PRODUCER_ID_MAPPING,
  INVALID_REQUIRED_ACKS,
  INVALID_TXN_STATE,
  KafkaError,
  MESSAGE_TOO_LARGE,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  RECORD_LIST_TOO_LARGE,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
  UNSUPPORTED_COMPRESSION_TYPE,
} from '../protocol/errors.ts'
import { produce } from '../protocol/messages/produce.ts'
import { provenPrincipal } from '../protocol/principal.ts'
import { batchOfMessages, isMessageSet } from '../protocol/message-set.ts'
import { isOneBatch, noProducerId, type ProducedBatch, validate } from '../protocol/records.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { type Context, handler, hangUp } from './handler.ts'
import type { InTransaction, Outcome } from './intake.ts'
import { inSyncRefusal } from './leadership.ts'
import { currentLeaders, leaderOf } from './nodes.ts'
import { type Found, findAllowed, findLed, findTopic } from './partitions.ts'
import { throttle } from './quota-use.ts'
import { type Generation, writeRefusal } from './transaction-access.ts'
import { isTransactional, producersIn } from './transactional-produce.ts'

type Request = Value<typeof produce.request>
type Topic = Request['topicData'][number]
type Response = Value<typeof produce.response>
type Answered = Response['responses'][number]['partitionResponses'][number]

const nothingAppended = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }
const nothingSent: Outcome = { error: null, appended: nothingAppended, refusals: [] }
const unknownLeader = { leaderId: -1, leaderEpoch: -1 }
const allInSync = -1
/** Before, producers sent messages of format 0 or 1. */
const batchesSince = 3
const zstdSince = 7
/** KIP-890. */
const abortableSince = 11
const secondGenerationSince = 12
const notAdded = 'The transaction does not hold this partition; add it first'
const severalProducers = 'The records of a transaction must be of one producer ID, not of several'

/**
 * Appends record batches, each partition on its own: one refusal leaves the others standing.
 *
 * - Followers share the log, so acks=1 and acks=all take equally long and timeoutMs means nothing; acks=all asks for as
 *   many replicas in sync as min.insync.replicas says.
 * - Message formats 0 and 1 are INVALID_RECORD, and the versions that carried them close the connection, as in Kafka 4;
 *   a broker that passes for an older one makes batches of them.
 * - acks=0 is answered with silence, or, where anything was refused, by closing the connection, so that the client
 *   looks anew.
 * - A record that a plugin refuses makes its batch an INVALID_RECORD, with the record's index and the plugin's reason
 *   (KIP-467).
 * - A plugin that asks to throttle is heard as Kafka's quotas are (KIP-219): the answer says for how long, and until
 *   then nothing more is read from this connection.
 * - Batches of a transaction are appended only where the coordinator knows that the transaction reaches the partition;
 *   from version 12 on the batch itself adds it (KIP-890).
 */
export default handler(produce, serve, { borrows: true })

function serve(request: Request, context: Context) {
  const waiting: Promise<void>[] = []
  let throttleTimeMs = 0
  const refusal = transactionRefusal(request, context)
  const responses = distinct(request.topicData).map((topic) => {
    const partitions: Answered[] = []
    topic.partitionData.forEach(({ index, records }, at) => {
      const outcome = append(request, refusal, topic, index, records, context)
      const settle = (settled: Outcome) => {
        partitions[at] = answer(topic, index, settled, context)
        throttleTimeMs = Math.max(throttleTimeMs, settled.throttleMs ?? 0)
      }
      if (outcome instanceof Promise) waiting.push(outcome.then(settle))
      else settle(outcome)
    })
    return { name: topic.name, topicId: topic.topicId, partitionResponses: partitions }
  })
  const respond = () => {
    if (throttleTimeMs > 0) throttle(context, throttleTimeMs)
    return request.acks === 0 ? silence(responses) : response(responses, throttleTimeMs, context)
  }
  return waiting.length === 0 ? respond() : Promise.all(waiting).then(respond)
}

/** Of a partition that is named twice the last batch counts; a topic without partitions is left out of the answer. */
function distinct(topics: Topic[]): Topic[] {
  if (topics.length === 1 && topics[0]!.partitionData.length === 1) return topics
  return [...groupBy(topics, ({ name, topicId }) => `${name} ${topicId}`).values()]
    .map((same) => {
      const partitions = new Map(same.flatMap(({ partitionData }) => partitionData).map((one) => [one.index, one]))
      return { ...same[0]!, partitionData: [...partitions.values()] }
    })
    .filter(({ partitionData }) => partitionData.length > 0)
}

/** What is wrong with the request as a whole. */
interface TransactionRefusal {
  readonly error: KafkaError
  /** Partitions that do not exist are told so, rather than this. */
  readonly isLate: boolean
}

function transactionRefusal(request: Request, context: Context): TransactionRefusal | null {
  if (request.transactionalId === null) {
    return isTransactional(request) ? { error: TRANSACTIONAL_ID_AUTHORIZATION_FAILED, isLate: false } : null
  }
  const denied = accessRefusal('WRITE', 'TRANSACTIONAL_ID', request.transactionalId, context)
  if (denied !== null && isTransactional(request)) return { error: denied, isLate: false }
  if (producersIn(request) <= 1) return null
  return { error: INVALID_PRODUCER_ID_MAPPING.because(severalProducers), isLate: true }
}

function append(
  request: Request,
  refusal: TransactionRefusal | null,
  asked: Topic,
  index: number,
  records: Buffer | null,
  context: Context,
) {
  if (refusal !== null && !refusal.isLate) return refused(refusal.error)
  const topic = findAllowed('WRITE', asked, context)
  const found = topic instanceof KafkaError ? topic : findLed(topic, index, context)
  if (found instanceof KafkaError) return refused(found)
  if (!isValid(request.acks)) return refused(INVALID_REQUIRED_ACKS)
  if (refusal !== null) return refused(refusal.error)
  const tooFew = request.acks === allInSync ? inSyncRefusal(found.topic, index) : null
  if (tooFew !== null) return { ...refused(tooFew), isUnasked: false }
  const batch = check(records, context)
  if (batch === null) return nothingSent
  if (batch instanceof KafkaError) return { ...refused(batch), isUnasked: !isOneBatch(records) }
  const client = { id: context.clientId, principal: provenPrincipal(context.connection.principal) }
  const transaction = inTransaction(request, found, batch, context)
  if (transaction instanceof KafkaError) return refused(transaction)
  return context.cluster.intake.produce(found.topic, found.partition, batch, { client, by: [] }, transaction)
}

/** In which transaction the batch is, once the coordinator agrees that it is; null: in none. */
function inTransaction(
  { transactionalId }: Request,
  { topic, partition }: Found,
  batch: ProducedBatch,
  { version, cluster, now }: Context,
): InTransaction | null | KafkaError {
  if (!batch.isTransactional || batch.producerId === noProducerId || transactionalId === null) return null
  const generation = generationOf(version)
  const enlist = (name: string, index: number, asked: Generation) =>
    writeRefusal(transactionalId, batch, { topic: name, partition: index }, asked, cluster)
  const guard = partition.beginVerification(batch, generation === 'second', now)
  const error = guard === null ? null : enlist(topic.name, partition.index, generation)
  if (error !== null) return error.is(INVALID_TXN_STATE) ? error.because(notAdded) : error
  return { guard, enlist: (name, index) => enlist(name, index, 'second') }
}

function generationOf(version: number): Generation {
  if (version >= secondGenerationSince) return 'second'
  return version >= abortableSince ? 'first-abortable' : 'first'
}

/** Null: there is none, as only messages of old may have it. */
function check(sent: Buffer | null, { version, cluster }: Context): ProducedBatch | null | KafkaError {
  const { uncompressedBytesMax } = cluster
  const isOld = version < batchesSince && sent !== null && isMessageSet(sent)
  const records = isOld ? batchOfMessages(sent, uncompressedBytesMax) : sent
  if (records instanceof KafkaError) return records
  if (isOld && records === null) return null
  const batch = validate(records, { uncompressedBytesMax })
  if (batch instanceof KafkaError) return batch
  const isTooEarly = batch.compression === 'zstd' && version >= batchesSince && version < zstdSince
  return isTooEarly ? UNSUPPORTED_COMPRESSION_TYPE : batch
}

function isValid(acks: number): boolean {
  return acks === allInSync || acks === 0 || acks === 1
}

/** The log was not asked. */
function refused(error: KafkaError): Outcome {
  return { error, appended: null, refusals: [], isUnasked: true }
}

function answer(asked: Topic, index: number, outcome: Outcome, context: Context): Answered {
  const { error, appended } = outcome
  if (error === null) {
    const details = { recordErrors: [], errorMessage: null, currentLeader: unknownLeader }
    return { index, errorCode: NONE.code, ...appended!, ...details }
  }
  return {
    index,
    errorCode: error.code,
    ...nothingAppended,
    logStartOffset: tellsLogStart(outcome) ? logStartOf(asked, index, context) : nothingAppended.logStartOffset,
    recordErrors: recordErrors(outcome),
    errorMessage: error.message,
    currentLeader: error.is(NOT_LEADER_OR_FOLLOWER) ? leaderNow(asked, index, context) : unknownLeader,
  }
}

function recordErrors({ refusals, invalid = [] }: Outcome) {
  const refused = refusals.map(({ index, plugin, reason }) => ({
    index,
    reason: `refused by plugin '${plugin}': ${reason}`,
  }))
  return [...refused, ...invalid].map(({ index, reason }) => ({ batchIndex: index, batchIndexErrorMessage: reason }))
}

/** Errors of the log after which Kafka does not say where it starts. */
const startsUntold = [
  MESSAGE_TOO_LARGE,
  RECORD_LIST_TOO_LARGE,
  CORRUPT_MESSAGE,
  UNKNOWN_TOPIC_OR_PARTITION,
  UNSUPPORTED_COMPRESSION_TYPE,
]

function tellsLogStart({ error, isUnasked }: Outcome): boolean {
  return isUnasked !== true && !startsUntold.some((one) => error!.is(one))
}

function logStartOf(asked: Topic, index: number, context: Context): number {
  const topic = findTopic(asked, context)
  return topic instanceof KafkaError ? -1 : topic.partitions[index]!.logStartOffset
}

function leaderNow(asked: Topic, index: number, context: Context) {
  const topic = findTopic(asked, context)
  if (topic instanceof KafkaError) return unknownLeader
  return { leaderId: leaderOf(topic, index), leaderEpoch: topic.partitions[index]!.leaderEpoch }
}

function silence(responses: Response['responses']) {
  const isRefused = responses.some(({ partitionResponses }) =>
    partitionResponses.some((one) => one.errorCode !== NONE.code),
  )
  return isRefused ? hangUp : null
}

function response(responses: Response['responses'], throttleTimeMs: number, context: Context): Response {
  const leaders = responses.flatMap((one) => one.partitionResponses.map(({ currentLeader }) => currentLeader.leaderId))
  return { responses, throttleTimeMs, nodeEndpoints: currentLeaders(leaders, context) }
}
