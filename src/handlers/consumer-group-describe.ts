import { ConsumerGroup } from '../coordinator/consumer/consumer-group.ts'
import type { ConsumerMember } from '../coordinator/consumer/consumer-member.ts'
import { type Held, mergedHeld, noTarget, type Target } from '../coordinator/consumer/partitions.ts'
import { INVALID_GROUP_ID, KafkaError, NONE, TOPIC_AUTHORIZATION_FAILED } from '../protocol/errors.ts'
import { consumerGroupDescribe } from '../protocol/messages/consumer-group-describe.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, isAllowed, operationsIf, unaskedOperations } from './authorization.ts'
import { coordinatorRefusal, groupTypeRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Described = Value<typeof consumerGroupDescribe.response>['groups'][number]

const nothing = {
  groupState: '',
  groupEpoch: 0,
  assignmentEpoch: 0,
  assignorName: '',
  members: [],
  authorizedOperations: unaskedOperations,
}
const memberTypes = { classic: 0, consumer: 1 } as const

/**
 * Describes consumer groups of the new protocol: state, epochs, members, what each has and what it is to have.
 *
 * - A group of another type is not found. Topics that are gone are left out.
 * - Groups that may not be described come first; a group with a topic that may not be described is refused as a whole.
 */
export default handler(consumerGroupDescribe, (request, context) => {
  const groups = request.groupIds.map((groupId) => described(groupId, request.includeAuthorizedOperations, context))
  return { throttleTimeMs: 0, groups }
})

function described(groupId: string, includesOperations: boolean, context: Context): Described {
  const refusal =
    groupTypeRefusal('consumer', context) ??
    accessRefusal('DESCRIBE', 'GROUP', groupId, context) ??
    (groupId === '' ? INVALID_GROUP_ID : coordinatorRefusal(groupId, context))
  if (refusal !== null) return refused(groupId, refusal)
  const group = context.cluster.groups.registry.find(ConsumerGroup, 'consumer', groupId)
  if (group instanceof KafkaError) return refused(groupId, group)
  const members = [...group.members.values()].map((member) => describedMember(member, group, context))
  const assignments = members.flatMap(({ assignment, targetAssignment }) => [assignment, targetAssignment])
  const topics = new Set(assignments.flatMap((each) => each.topicPartitions.map(({ topicName }) => topicName)))
  if ([...topics].some((topic) => !isAllowed('DESCRIBE', 'TOPIC', topic, context))) {
    const why = 'The group reads topics that the client may not see.'
    return refused(groupId, TOPIC_AUTHORIZATION_FAILED.because(why))
  }
  return {
    errorCode: NONE.code,
    errorMessage: null,
    groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.targetEpoch,
    assignorName: group.protocolName,
    members,
    authorizedOperations: operationsIf(includesOperations, 'GROUP', groupId, context),
  }
}

function refused(groupId: string, { code, message }: KafkaError): Described {
  return { ...nothing, errorCode: code, errorMessage: message, groupId }
}

function describedMember(member: ConsumerMember, group: ConsumerGroup, context: Context): Described['members'][number] {
  return {
    memberId: member.id,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.epoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.topicNames],
    subscribedTopicRegex: member.topicPattern,
    assignment: shown(mergedHeld(member.assigned, member.revoking), context),
    targetAssignment: shown(group.targets.get(member.id) ?? noTarget, context),
    memberType: member.classic === null ? memberTypes.consumer : memberTypes.classic,
  }
}

function shown(partitions: Held | Target, { cluster }: Context) {
  const topicPartitions = [...partitions].flatMap(([topicId, all]) => {
    const topicName = cluster.topics.byId(topicId)?.name
    return topicName === undefined ? [] : [{ topicId, topicName, partitions: [...all.keys()] }]
  })
  return { topicPartitions }
}
