import {
  INVALID_REQUIRED_ACKS,
  INVALID_TXN_STATE,
  KafkaError,
  NONE,
  NOT_LEADER_OR_FOLLOWER,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  UNSUPPORTED_COMPRESSION_TYPE,
} from '../protocol/errors.ts'
import { produce } from '../protocol/messages/produce.ts'
import { type ProducedBatch, validate } from '../protocol/records.ts'
import type { Value } from '../protocol/schema.ts'
import { type Context, handler, hangUp } from './handler.ts'
import type { Outcome } from './intake.ts'
import { currentLeaders } from './nodes.ts'
import { findLed, findTopic } from './partitions.ts'

type Request = Value<typeof produce.request>
type Topic = Request['topicData'][number]
type Response = Value<typeof produce.response>
type Answered = Response['responses'][number]['partitionResponses'][number]

const nothingAppended = { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }
const unknownLeader = { leaderId: -1, leaderEpoch: -1 }
const zstdSince = 7

/**
 * Appends record batches, each partition on its own: one refusal leaves the others standing.
 *
 * - Writes are done when they are answered, so acks=1 and acks=all mean the same and timeoutMs means nothing.
 * - acks=0 is answered with silence, or, where anything was refused, by closing the connection, so that the client
 *   looks anew.
 * - A record that a plugin refuses makes its batch an INVALID_RECORD, with the record's index and the plugin's reason
 *   (KIP-467).
 * - A plugin that asks to throttle is heard as Kafka's quotas are (KIP-219): the answer says for how long, and until
 *   then nothing more is read from this connection.
 *
 * Not done: transactions; transactional batches are refused.
 */
export default handler(produce, serve, { borrows: true })

function serve(request: Request, context: Context) {
  const waiting: Promise<void>[] = []
  let throttleTimeMs = 0
  const responses = request.topicData.map((topic) => {
    const partitions: Answered[] = []
    topic.partitionData.forEach(({ index, records }, at) => {
      const outcome = append(request, topic, index, records, context)
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
    if (throttleTimeMs > 0) context.connection.muteMs = throttleTimeMs
    return request.acks === 0 ? silence(responses) : response(responses, throttleTimeMs, context)
  }
  return waiting.length === 0 ? respond() : Promise.all(waiting).then(respond)
}

function append(request: Request, asked: Topic, index: number, records: Buffer | null, context: Context) {
  const topic = findTopic(asked, context)
  const found = topic instanceof KafkaError ? topic : findLed(topic, index, context)
  if (found instanceof KafkaError) return refused(found)
  if (!isValid(request.acks)) return refused(INVALID_REQUIRED_ACKS)
  const batch = check(records, request, context)
  if (batch instanceof KafkaError) return refused(batch)
  const client = { id: context.clientId, principal: null } // Nobody need prove anything yet.
  return context.cluster.intake.produce(found.topic, found.partition, batch, { client, by: [] })
}

function check(
  records: Buffer | null,
  { transactionalId }: Request,
  { version, cluster }: Context,
): ProducedBatch | KafkaError {
  const batch = validate(records, { uncompressedBytesMax: cluster.uncompressedBytesMax })
  if (batch instanceof KafkaError) return batch
  if (batch.compression === 'zstd' && version < zstdSince) return UNSUPPORTED_COMPRESSION_TYPE
  if (!batch.isTransactional) return batch
  return transactionalId === null ? TRANSACTIONAL_ID_AUTHORIZATION_FAILED : INVALID_TXN_STATE
}

function isValid(acks: number): boolean {
  return acks === -1 || acks === 0 || acks === 1
}

function refused(error: KafkaError): Outcome {
  return { error, appended: null, refusals: [] }
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

function leaderNow(asked: Topic, index: number, context: Context) {
  const topic = findTopic(asked, context)
  if (topic instanceof KafkaError) return unknownLeader
  return { leaderId: topic.assignment[index]![0]!, leaderEpoch: topic.partitions[index]!.leaderEpoch }
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
