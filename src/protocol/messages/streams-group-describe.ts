import { api, array, bool, int16, int32, int8, string, struct } from '../schema.ts'
import { endpoint, keyValue, taskIds, taskOffset, topicInfo, topologyDescription } from '../streams-structs.ts'

const assignment = struct({
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
})

/** What there is to say of streams groups: state, topology, members and their tasks (KIP-1071). */
export const streamsGroupDescribe = api({
  key: 89,
  name: 'StreamsGroupDescribe',
  versions: [0, 1],
  flexible: 0,
  request: {
    groupIds: array(string),
    includeAuthorizedOperations: bool,
    includeTopologyDescription: bool.since(1),
  },
  response: {
    throttleTimeMs: int32,
    groups: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      groupId: string,
      groupState: string,
      groupEpoch: int32,
      assignmentEpoch: int32,
      topology: struct({
        epoch: int32,
        subtopologies: array({
          subtopologyId: string,
          sourceTopics: array(string),
          repartitionSinkTopics: array(string),
          stateChangelogTopics: array(topicInfo),
          repartitionSourceTopics: array(topicInfo),
        }).nullable(),
      }).nullable(),
      members: array({
        memberId: string,
        memberEpoch: int32,
        instanceId: string.nullable(),
        rackId: string.nullable(),
        clientId: string,
        clientHost: string,
        topologyEpoch: int32,
        processId: string,
        userEndpoint: struct(endpoint).nullable(),
        clientTags: array(keyValue),
        taskOffsets: array(taskOffset),
        taskEndOffsets: array(taskOffset),
        assignment,
        targetAssignment: assignment,
        isClassic: bool,
      }),
      authorizedOperations: int32.absent(-2147483648),
      topologyDescription: struct(topologyDescription).since(1).nullable(1),
      /** 0: not asked for, 1: there is none, 2: it could not be had, 3: here it is. */
      topologyDescriptionStatus: int8.since(1),
      assignorName: string.since(1).nullable(1),
    }),
  },
})
