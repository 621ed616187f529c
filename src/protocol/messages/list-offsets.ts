import { api, array, int16, int32, int64, int8, string } from '../schema.ts'

/**
 * The offset at a time, or at one of the special times below zero: latest, earliest, the record with the greatest
 * timestamp (KIP-734).
 */
export const listOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 11],
  flexible: 6,
  request: {
    replicaId: int32,
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32, currentLeaderEpoch: int32.since(4).absent(-1), timestamp: int64 }),
    }),
    timeoutMs: int32.since(10),
  },
  response: {
    throttleTimeMs: int32.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        timestamp: int64,
        offset: int64,
        leaderEpoch: int32.since(4).absent(-1),
      }),
    }),
  },
})
