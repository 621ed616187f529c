import { api, array, int16, int32, string, struct, uuid } from '../schema.ts'

const topicPartitions = array({ topicId: uuid, partitions: array(int32) })

/** A member of a consumer group of the new protocol joins, stays or leaves, and is told its partitions (KIP-848). */
export const consumerGroupHeartbeat = api({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: [0, 1],
  flexible: 0,
  request: {
    groupId: string,
    memberId: string,
    memberEpoch: int32,
    instanceId: string.nullable(),
    rackId: string.nullable(),
    rebalanceTimeoutMs: int32.absent(-1),
    subscribedTopicNames: array(string).nullable(),
    subscribedTopicRegex: string.since(1).nullable(),
    serverAssignor: string.nullable(),
    topicPartitions: topicPartitions.nullable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    memberId: string.nullable(),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    assignment: struct({ topicPartitions }).nullable(),
  },
})
