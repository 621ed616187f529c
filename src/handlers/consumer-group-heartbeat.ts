import { assignorsOn } from '../coordinator/consumer/assignors.ts'
import {
  COORDINATOR_NOT_AVAILABLE,
  INVALID_REQUEST,
  KafkaError,
  NONE,
  TOPIC_AUTHORIZATION_FAILED,
  UNSUPPORTED_ASSIGNOR,
} from '../protocol/errors.ts'
import { consumerGroupHeartbeat } from '../protocol/messages/consumer-group-heartbeat.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, isAllowed, isOpenTo } from './authorization.ts'
import { clientHost } from './client-host.ts'
import { coordinatorRefusal, groupTypeRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof consumerGroupHeartbeat.request>
type Response = Value<typeof consumerGroupHeartbeat.response>

const noEpoch = { joining: 0, leaving: -1, away: -2 } as const
/** Members choose their own ids from this version on (KIP-1082). */
const ownIdsSince = 1

/**
 * A member of a consumer group of the new protocol joins, stays or leaves, and is told its partitions (KIP-848).
 *
 * - What a member leaves out is as it said before; it is told its partitions only where they changed, or where it said
 *   all there is to say.
 * - A regular expression is held against the topics after the answer, as in Kafka: the next one tells the partitions.
 * - A classic group with members becomes one of the new protocol, as group.consumer.migration.policy allows.
 */
export default handler(consumerGroupHeartbeat, async (request, context) => {
  const refusal = refusalOf(request, context)
  if (refusal !== null) return refused(refusal)
  const { consumer } = context.cluster.groups
  if ((request.subscribedTopicRegex ?? '') !== '') await consumer.loadPatterns()
  const answer = consumer.heartbeat({
    groupId: request.groupId,
    memberId: request.memberId,
    memberEpoch: request.memberEpoch,
    instanceId: request.instanceId,
    rackId: request.rackId,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    topicNames: request.subscribedTopicNames,
    topicPattern: request.subscribedTopicRegex,
    assignor: request.serverAssignor,
    owned: request.topicPartitions,
    clientId: context.clientId ?? '',
    clientHost: clientHost(context.connection),
    mayDescribe: (topic) => isOpenTo('DESCRIBE', 'TOPIC', topic, context),
  })
  if (answer instanceof KafkaError) return refused(answer)
  if (request.instanceId === null && answer.memberEpoch >= noEpoch.joining) {
    context.cluster.connectedMembers?.speaks(context.connection, request.groupId, answer.memberId)
  }
  const { memberId, memberEpoch, intervalMs, assignment } = answer
  return {
    ...refused(NONE),
    memberId,
    memberEpoch,
    heartbeatIntervalMs: intervalMs,
    assignment:
      assignment === null
        ? null
        : { topicPartitions: assignment.map((each) => ({ ...each, partitions: [...each.partitions] })) },
  }
})

function refused({ code, message }: KafkaError): Response {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    errorMessage: message,
    memberId: null,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    assignment: null,
  }
}

function refusalOf(request: Request, context: Context): KafkaError | null {
  const { groupId, subscribedTopicNames } = request
  const forbidden = groupTypeRefusal('consumer', context) ?? accessRefusal('READ', 'GROUP', groupId, context)
  if (forbidden !== null) return forbidden
  if (subscribedTopicNames?.some((topic) => !isAllowed('DESCRIBE', 'TOPIC', topic, context))) {
    return TOPIC_AUTHORIZATION_FAILED
  }
  if (!context.cluster.groups.isActive) return COORDINATOR_NOT_AVAILABLE
  const problem = problemOf(request, context.version)
  if (problem !== null) return INVALID_REQUEST.because(problem)
  const { serverAssignor } = request
  const assignors = assignorsOn(context.cluster.config)
  if (serverAssignor !== null && !assignors.includes(serverAssignor)) {
    return UNSUPPORTED_ASSIGNOR.because(`There is no assignor ${serverAssignor}; there are ${assignors.join(', ')}.`)
  }
  return coordinatorRefusal(groupId, context)
}

/** In Kafka's words and order. */
function problemOf(request: Request, version: number): string | null {
  const { memberId, memberEpoch, groupId, instanceId, rackId } = request
  const mustHaveId = version >= ownIdsSince || memberEpoch > noEpoch.joining || memberEpoch === noEpoch.leaving
  if (mustHaveId && memberId.trim() === '') return 'MemberId is empty.'
  if (groupId.trim() === '') return 'GroupId is empty.'
  if (instanceId?.trim() === '') return 'InstanceId is empty; leave it null.'
  if (rackId?.trim() === '') return 'RackId is empty; leave it null.'
  if (memberEpoch === noEpoch.joining) return joiningProblem(request)
  if (memberEpoch === noEpoch.away && instanceId === null)
    return 'Only a member with an InstanceId can leave for a while.'
  return memberEpoch < noEpoch.away ? `There is no MemberEpoch ${memberEpoch}.` : null
}

function joiningProblem(request: Request): string | null {
  const { rebalanceTimeoutMs, topicPartitions, subscribedTopicNames, subscribedTopicRegex } = request
  if (rebalanceTimeoutMs === -1) return 'A member that joins must give RebalanceTimeoutMs.'
  if (topicPartitions === null || topicPartitions.length > 0) {
    return 'A member that joins owns nothing: TopicPartitions must be an empty list.'
  }
  if (subscribedTopicNames !== null || subscribedTopicRegex !== null) return null
  return 'A member that joins must give SubscribedTopicNames or SubscribedTopicRegex.'
}
