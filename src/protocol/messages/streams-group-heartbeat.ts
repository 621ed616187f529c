import { api, array, bool, int16, int32, int64, int8, string, struct } from '../schema.ts'
import { endpoint, keyValue, taskIds, taskOffset, topicInfo } from '../streams-structs.ts'

const tasks = array(taskIds).nullable()
const topicPartitions = array({ topic: string, partitions: array(int32) })

/**
 * A member of a streams group joins, stays and leaves, and says what it computes; it is told which tasks are its
 * (KIP-1071).
 */
export const streamsGroupHeartbeat = api({
  key: 88,
  name: 'StreamsGroupHeartbeat',
  versions: [0, 1],
  flexible: 0,
  request: {
    groupId: string,
    memberId: string,
    memberEpoch: int32,
    endpointInformationEpoch: int32,
    instanceId: string.nullable(),
    rackId: string.nullable(),
    rebalanceTimeoutMs: int32.absent(-1),
    topology: struct({
      epoch: int32,
      subtopologies: array({
        subtopologyId: string,
        sourceTopics: array(string),
        sourceTopicRegex: array(string),
        stateChangelogTopics: array(topicInfo),
        repartitionSinkTopics: array(string),
        repartitionSourceTopics: array(topicInfo),
        /** Indexes into the lists of the subtopology. */
        copartitionGroups: array({
          sourceTopics: array(int16),
          sourceTopicRegex: array(int16),
          repartitionSourceTopics: array(int16),
        }),
      }),
    }).nullable(),
    activeTasks: tasks,
    standbyTasks: tasks,
    warmupTasks: tasks,
    processId: string.nullable(),
    userEndpoint: struct(endpoint).nullable(),
    clientTags: array(keyValue).nullable(),
    taskOffsets: array(taskOffset).nullable(),
    taskEndOffsets: array(taskOffset).nullable(),
    shutdownApplication: bool,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    memberId: string,
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    acceptableRecoveryLagLegacy: int32.until(0),
    taskOffsetIntervalMs: int32,
    acceptableRecoveryLag: int64.since(1).absent(-1),
    status: array({ statusCode: int8, statusDetail: string }).nullable(),
    activeTasks: tasks,
    standbyTasks: tasks,
    warmupTasks: tasks,
    topologyDescriptionRequired: bool.since(1),
    endpointInformationEpoch: int32,
    partitionsByUserEndpoint: array({
      userEndpoint: struct(endpoint),
      activePartitions: topicPartitions,
      standbyPartitions: topicPartitions,
    }).nullable(),
  },
})
