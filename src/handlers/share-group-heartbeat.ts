import { leavingEpoch } from '../coordinator/share/share-group.ts'
import { INVALID_REQUEST, KafkaError, NONE, TOPIC_AUTHORIZATION_FAILED } from '../protocol/errors.ts'
import { shareGroupHeartbeat } from '../protocol/messages/share-group-heartbeat.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, isAllowed } from './authorization.ts'
import { coordinatorRefusal, groupTypeRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof shareGroupHeartbeat.request>
type Response = Value<typeof shareGroupHeartbeat.response>

const envelope: Response = {
  throttleTimeMs: 0,
  errorCode: NONE.code,
  errorMessage: null,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
}
const memberIdLengthMax = 36
const joiningEpoch = 0

/**
 * A member of a share group joins, says that it is alive, and leaves; and is told what to fetch from (KIP-932).
 *
 * - Partitions can be assigned from the heartbeat on that follows the first that subscribes to them, and then not more
 *   often than each `share.assignment.interval.ms`, as in Kafka.
 */
export default handler(shareGroupHeartbeat, (request, context) => {
  const { groupId, memberId, memberEpoch } = request
  const refusal = refusalOf(request, context)
  if (refusal !== null) return refused(refusal)
  const { shareGroups } = context.cluster
  if (memberEpoch === leavingEpoch) {
    const group = shareGroups.find(groupId)
    const error = group instanceof KafkaError ? group : group.leave(memberId)
    return error === null ? { ...envelope, memberId, memberEpoch } : refused(error)
  }
  const answer = shareGroups.beat(groupId, {
    ...request,
    clientId: context.clientId ?? '',
    clientHost: `/${context.connection.remoteAddress}`,
  })
  if (answer instanceof KafkaError) return refused(answer)
  context.cluster.connectedMembers?.speaks(context.connection, groupId, memberId)
  const { assignment, heartbeatIntervalMs } = answer
  const topicPartitions =
    assignment === null ? null : [...assignment].map(([topicId, all]) => ({ topicId, partitions: [...all] }))
  return {
    ...envelope,
    memberId,
    memberEpoch: answer.memberEpoch,
    heartbeatIntervalMs,
    assignment: topicPartitions === null ? null : { topicPartitions },
  }
})

function refused({ code, message }: KafkaError): Response {
  return { ...envelope, errorCode: code, errorMessage: message }
}

function refusalOf(request: Request, context: Context): KafkaError | null {
  const { groupId, memberId, subscribedTopicNames } = request
  const denied = groupTypeRefusal('share', context) ?? accessRefusal('READ', 'GROUP', groupId, context)
  if (denied !== null) return denied
  if (memberId === '' || memberId.length > memberIdLengthMax) return INVALID_REQUEST
  const maySee = (subscribedTopicNames ?? []).every((name) => isAllowed('DESCRIBE', 'TOPIC', name, context))
  if (!maySee) return TOPIC_AUTHORIZATION_FAILED
  if (!context.cluster.groups.isActive) return coordinatorRefusal(groupId, context)
  return fieldsRefusal(request) ?? coordinatorRefusal(groupId, context)
}

function fieldsRefusal({ groupId, memberId, rackId, memberEpoch, subscribedTopicNames }: Request): KafkaError | null {
  if (memberId.trim() === '') return INVALID_REQUEST.because('MemberId is empty.')
  if (groupId.trim() === '') return INVALID_REQUEST.because('GroupId is empty.')
  if (rackId !== null && rackId.trim() === '') return INVALID_REQUEST.because('RackId is empty; leave it null.')
  if (memberEpoch < leavingEpoch) return INVALID_REQUEST.because(`There is no MemberEpoch ${memberEpoch}.`)
  if (memberEpoch !== joiningEpoch || (subscribedTopicNames ?? []).length > 0) return null
  return INVALID_REQUEST.because('A member that joins must give SubscribedTopicNames.')
}
