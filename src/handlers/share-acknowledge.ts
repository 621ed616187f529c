import { groupBy } from '../base/group-by.ts'
import { FENCED_LEADER_EPOCH, KafkaError, NONE, NOT_LEADER_OR_FOLLOWER } from '../protocol/errors.ts'
import { shareAcknowledge } from '../protocol/messages/share-acknowledge.ts'
import type { Value } from '../protocol/schema.ts'
import { finalEpoch } from '../share/share-sessions.ts'
import { type Context, handler } from './handler.ts'
import { currentLeaders } from './nodes.ts'
import { type Acknowledged, acknowledgeAll, shareMemberRefusal } from './share-acknowledgements.ts'
import { envelope, leaderAfter } from './share-answers.ts'

type Response = Value<typeof shareAcknowledge.response>

/**
 * A member of a share group says what became of records (KIP-932): accepted, released, rejected, or not yet done with.
 *
 * - Of the acknowledgements of a partition all count, or none does.
 * - The final one closes the session: what the member still holds goes back.
 * - What is rejected, or given back after it was delivered too often, goes to the group's dead-letter topic if it has
 *   one (KIP-1191), and is there when this is answered.
 */
export default handler(shareAcknowledge, (request, context) => {
  const refusal = shareMemberRefusal(request.groupId, request.memberId, context)
  if (refusal !== null) return { ...envelope, errorCode: refusal.code }
  const member = { groupId: request.groupId!, memberId: request.memberId! }
  const { shares, groupConfigs } = context.cluster
  const error = shares.sessions.acknowledge(member, request.shareSessionEpoch)
  if (error instanceof KafkaError) return { ...envelope, errorCode: error.code }

  const acknowledged = acknowledgeAll(request.topics, request.isRenewAck, member, context)
  if (request.shareSessionEpoch === finalEpoch) shares.sessions.close(member)
  const byTopic = groupBy(acknowledged, ({ topicId }) => topicId)
  const responses = [...byTopic].map(([topicId, all]) => ({
    topicId,
    partitions: all.map((one) => told(one, context)),
  }))
  const leaders = responses.flatMap(({ partitions }) => partitions.flatMap(leaderIds))
  return {
    ...envelope,
    acquisitionLockTimeoutMs: groupConfigs.number(member.groupId, 'share.record.lock.duration.ms'),
    responses,
    nodeEndpoints: currentLeaders(leaders, context),
  }
})

type Told = Response['responses'][number]['partitions'][number]

function told(one: Acknowledged, context: Context): Told {
  const { partition, error } = one
  return {
    partitionIndex: partition,
    errorCode: error.code,
    errorMessage: error.is(NONE) ? null : error.message,
    currentLeader: leaderAfter(error, one, context),
  }
}

function leaderIds({ errorCode, currentLeader }: Told): number[] {
  return errorCode === NOT_LEADER_OR_FOLLOWER.code || errorCode === FENCED_LEADER_EPOCH.code
    ? [currentLeader.leaderId]
    : []
}
