import { assignorName, type ShareGroup } from '../coordinator/share/share-group.ts'
import { KafkaError, NONE, TOPIC_AUTHORIZATION_FAILED } from '../protocol/errors.ts'
import { shareGroupDescribe } from '../protocol/messages/share-group-describe.ts'
import type { Value } from '../protocol/schema.ts'
import { isAllowed, operationsIf, unaskedOperations } from './authorization.ts'
import { shareGroupRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Described = Value<typeof shareGroupDescribe.response>['groups'][number]

const nothing = {
  errorCode: NONE.code,
  errorMessage: null,
  groupState: '',
  groupEpoch: 0,
  assignmentEpoch: 0,
  assignorName: '',
  members: [],
  authorizedOperations: unaskedOperations,
}

/** Describes share groups: state, epochs, members and what is assigned to them (KIP-932). */
export default handler(shareGroupDescribe, (request, context) => ({
  throttleTimeMs: 0,
  groups: request.groupIds.map((groupId) => described(groupId, request.includeAuthorizedOperations, context)),
}))

function described(groupId: string, includesOperations: boolean, context: Context): Described {
  const refusal = shareGroupRefusal('DESCRIBE', groupId, context)
  const group = refusal ?? context.cluster.shareGroups.find(groupId)
  if (group instanceof KafkaError) {
    return { ...nothing, groupId, errorCode: group.code, errorMessage: group.message }
  }
  const topics = [...group.members.values()].flatMap(({ topicNames }) => [...topicNames])
  if (topics.some((name) => !isAllowed('DESCRIBE', 'TOPIC', name, context))) {
    const { code } = TOPIC_AUTHORIZATION_FAILED
    const errorMessage = 'The group reads topics that the client may not see.'
    return { ...nothing, groupId, errorCode: code, errorMessage }
  }
  return {
    ...nothing,
    groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName,
    members: describedMembers(group),
    authorizedOperations: operationsIf(includesOperations, 'GROUP', groupId, context),
  }
}

function describedMembers(group: ShareGroup): Described['members'] {
  return [...group.members.values()].map((member) => ({
    memberId: member.id,
    rackId: member.rackId,
    memberEpoch: member.epoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.topicNames].sort(),
    assignment: {
      topicPartitions: group.named(member.assigned).map(({ id, name, partitions }) => ({
        topicId: id,
        topicName: name,
        partitions,
      })),
    },
  }))
}
