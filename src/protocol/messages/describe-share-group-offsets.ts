import { api, array, int16, int32, int64, string, uuid } from '../schema.ts'

/** Where share groups begin to read their partitions, and how far behind they are (KIP-932; the lag: KIP-1226). */
export const describeShareGroupOffsets = api({
  key: 90,
  name: 'DescribeShareGroupOffsets',
  versions: [0, 1],
  flexible: 0,
  request: {
    groups: array({
      groupId: string,
      topics: array({ topicName: string, partitions: array(int32) }).nullable(),
    }),
  },
  response: {
    throttleTimeMs: int32,
    groups: array({
      groupId: string,
      topics: array({
        topicName: string,
        topicId: uuid,
        partitions: array({
          partitionIndex: int32,
          startOffset: int64,
          leaderEpoch: int32,
          lag: int64.since(1).absent(-1),
          errorCode: int16,
          errorMessage: string.nullable(),
        }),
      }),
      errorCode: int16,
      errorMessage: string.nullable(),
    }),
  },
})
