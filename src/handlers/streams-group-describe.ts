import { StreamsGroup } from '../coordinator/streams/streams-group.ts'
import { type HeldTasks, listed, type TargetTasks } from '../coordinator/streams/tasks.ts'
import { type InternalTopic, topicsIn } from '../coordinator/streams/topology.ts'
import { KafkaError, NONE, TOPIC_AUTHORIZATION_FAILED } from '../protocol/errors.ts'
import { streamsGroupDescribe } from '../protocol/messages/streams-group-describe.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, isAllowed, operationsIf, unaskedOperations } from './authorization.ts'
import { groupRefusal, groupTypeRefusal } from './group-access.ts'
import { type Context, handler } from './handler.ts'

type Request = Value<typeof streamsGroupDescribe.request>
type Described = Value<typeof streamsGroupDescribe.response>['groups'][number]
type Topology = NonNullable<Described['topology']>

const descriptionStatuses = { notRequested: 0, notStored: 1 } as const
const nothing = {
  errorCode: NONE.code,
  errorMessage: null,
  groupState: '',
  groupEpoch: 0,
  assignmentEpoch: 0,
  topology: null,
  members: [],
  authorizedOperations: unaskedOperations,
  topologyDescription: null,
  topologyDescriptionStatus: descriptionStatuses.notRequested,
  assignorName: null,
}

/**
 * Describes streams groups: state, epochs, topology, members, the tasks that each has and is to have (KIP-1071).
 *
 * - Partitions of the topics that are made for the group are told once it is ready.
 * - There is never a description of the topology for people: no plugin keeps one.
 */
export default handler(streamsGroupDescribe, (request, context) => ({
  throttleTimeMs: 0,
  groups: request.groupIds.map((groupId) => described(groupId, request, context)),
}))

function described(groupId: string, request: Request, context: Context): Described {
  const denied = groupTypeRefusal('streams', context) ?? accessRefusal('DESCRIBE', 'GROUP', groupId, context)
  const refusal = denied ?? groupRefusal(groupId, context)
  const { groups, groupConfigs } = context.cluster
  const group = refusal ?? groups.registry.find(StreamsGroup, 'streams', groupId)
  if (group instanceof KafkaError) return refused(groupId, group)
  const names = group.topology === null ? [] : topicsIn(group.topology)
  if (names.some((name) => !isAllowed('DESCRIBE', 'TOPIC', name, context))) {
    return refused(groupId, TOPIC_AUTHORIZATION_FAILED.because('The group uses topics that the client may not see.'))
  }
  const { notRequested, notStored } = descriptionStatuses
  return {
    ...nothing,
    groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.targetEpoch,
    topology: describedTopology(group),
    members: describedMembers(group),
    authorizedOperations: operationsIf(request.includeAuthorizedOperations, 'GROUP', groupId, context),
    topologyDescriptionStatus: request.includeTopologyDescription ? notStored : notRequested,
    assignorName: groupConfigs.get(groupId, 'streams.assignor.name'),
  }
}

function refused(groupId: string, { code, message }: KafkaError): Described {
  return { ...nothing, groupId, errorCode: code, errorMessage: message }
}

function describedTopology({ topology, configured }: StreamsGroup): Topology | null {
  if (topology === null) return null
  const counted = (all: readonly InternalTopic[]) =>
    all.map(({ topicConfigs, ...topic }) => ({
      ...topic,
      partitions: configured?.partitionCounts.get(topic.name) ?? topic.partitions,
      topicConfigs: [...topicConfigs],
    }))
  const subtopologies = topology.subtopologies.map((each) => ({
    subtopologyId: each.subtopologyId,
    sourceTopics: [...each.sourceTopics],
    repartitionSinkTopics: [...each.repartitionSinkTopics],
    stateChangelogTopics: counted(each.stateChangelogTopics),
    repartitionSourceTopics: counted(each.repartitionSourceTopics),
  }))
  return { epoch: topology.epoch, subtopologies }
}

function describedMembers(group: StreamsGroup): Described['members'] {
  return [...group.members.values()].map((member) => ({
    memberId: member.id,
    memberEpoch: member.epoch,
    instanceId: member.instanceId,
    rackId: member.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    topologyEpoch: member.topologyEpoch,
    processId: member.processId,
    userEndpoint: member.userEndpoint,
    clientTags: [...member.clientTags],
    taskOffsets: [...member.taskOffsets],
    taskEndOffsets: [...member.taskEndOffsets],
    assignment: describedTasks(member.assigned),
    targetAssignment: describedTasks(group.targetOf(member.id)),
    isClassic: false,
  }))
}

function describedTasks({ active, standby, warmup }: HeldTasks | TargetTasks) {
  return { activeTasks: listed(active), standbyTasks: listed(standby), warmupTasks: listed(warmup) }
}
