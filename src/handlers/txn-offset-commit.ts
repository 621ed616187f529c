import type { OffsetCommit } from '../coordinator/offsets.ts'
import { GROUP_ID_NOT_FOUND, ILLEGAL_GENERATION, type KafkaError, STALE_MEMBER_EPOCH } from '../protocol/errors.ts'
import { txnOffsetCommit } from '../protocol/messages/txn-offset-commit.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal } from './authorization.ts'
import { membershipRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'
import { answerCommits, refusedAll } from './sound-commits.ts'
import { type Generation, offsetsPartition, writeRefusal } from './transaction-access.ts'

type Request = Value<typeof txnOffsetCommit.request>

const topicIdsSince = 6

/**
 * Notes how far a group has read, once the producer's transaction is committed.
 *
 * - From version 3 on the producer may name member and generation, which must be those of the group (KIP-447).
 * - The group must have been added to the transaction; from version 5 on this request adds it (KIP-890).
 * - Partitions that do not exist are refused one by one, before anything else is looked at.
 */
export default handler(txnOffsetCommit, (request, context) => {
  const denied =
    accessRefusal('WRITE', 'TRANSACTIONAL_ID', request.transactionalId, context) ??
    accessRefusal('READ', 'GROUP', request.groupId, context)
  if (denied !== null) return refusedAll(request.topics, denied)
  const hasIds = context.version >= topicIdsSince
  return answerCommits(request.topics, hasIds, context, (offsets) => commit(request, offsets, context))
})

function commit(request: Request, offsets: readonly OffsetCommit[], context: Context): readonly KafkaError[] {
  const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch, producerId } = request
  const refusal = membershipRefusal(groupId, context) ?? transactionError(request, context)
  if (refusal !== null) return offsets.map(() => refusal)
  const errors = context.cluster.groups.commitInTransaction({
    groupId,
    memberId,
    instanceId: groupInstanceId,
    generation: generationIdOrMemberEpoch,
    version: context.version,
    offsets,
    producerId,
  })
  // As with OffsetCommit, older clients do not expect to hear that their group is gone, or of member epochs.
  const isOld = context.version < topicIdsSince
  const isNews = (error: KafkaError) => error === GROUP_ID_NOT_FOUND || error === STALE_MEMBER_EPOCH
  return errors.map((error) => (isOld && isNews(error) ? ILLEGAL_GENERATION : error))
}

function transactionError({ transactionalId, groupId, ...producer }: Request, { version, cluster }: Context) {
  const generation: Generation = version >= 5 ? 'second' : version === 4 ? 'first-abortable' : 'first'
  return writeRefusal(transactionalId, producer, offsetsPartition(groupId), generation, cluster)
}
