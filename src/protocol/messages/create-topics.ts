import { api, array, bool, int16, int32, int8, string, uuid } from '../schema.ts'

/** Creates topics. Defaults for partitions and replicas: KIP-464. The configs in the answer: KIP-525. */
export const createTopics = api({
  key: 19,
  name: 'CreateTopics',
  versions: [2, 7],
  oldest: 0,
  flexible: 5,
  request: {
    topics: array({
      name: string,
      numPartitions: int32,
      replicationFactor: int16,
      assignments: array({ partitionIndex: int32, brokerIds: array(int32) }),
      configs: array({ name: string, value: string.nullable() }),
    }),
    timeoutMs: int32,
    validateOnly: bool.since(1),
  },
  response: {
    throttleTimeMs: int32.since(2),
    topics: array({
      name: string,
      topicId: uuid.since(7),
      errorCode: int16,
      errorMessage: string.since(1).nullable().absent(''),
      topicConfigErrorCode: int16.since(5).tag(0),
      numPartitions: int32.since(5).absent(-1),
      replicationFactor: int16.since(5).absent(-1),
      configs: array({ name: string, value: string.nullable(), readOnly: bool, configSource: int8, isSensitive: bool })
        .since(5)
        .nullable()
        .absent([]),
    }),
  },
})
