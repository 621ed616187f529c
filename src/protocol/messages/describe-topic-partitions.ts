import { api, array, bool, int16, int32, string, struct, uuid } from '../schema.ts'

const cursor = { topicName: string, partitionIndex: int32 }

/** Topics and their partitions, a page at a time, with eligible leader replicas (KIP-966). */
export const describeTopicPartitions = api({
  key: 75,
  name: 'DescribeTopicPartitions',
  versions: [0, 0],
  flexible: 0,
  request: {
    topics: array({ name: string }),
    responsePartitionLimit: int32.absent(2000),
    cursor: struct(cursor).nullable(),
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      errorCode: int16,
      name: string.nullable(),
      topicId: uuid,
      isInternal: bool,
      partitions: array({
        errorCode: int16,
        partitionIndex: int32,
        leaderId: int32,
        leaderEpoch: int32.absent(-1),
        replicaNodes: array(int32),
        isrNodes: array(int32),
        eligibleLeaderReplicas: array(int32).nullable(),
        lastKnownElr: array(int32).nullable(),
        offlineReplicas: array(int32),
      }),
      topicAuthorizedOperations: int32.absent(-2147483648),
    }),
    nextCursor: struct(cursor).nullable(),
  },
})
