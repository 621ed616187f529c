import { api, array, int16, int32, int64, int8, string } from '../schema.ts'

/**
 * The offset at a time, or at one of the special times below zero: latest, earliest, the record with the greatest
 * timestamp (KIP-734).
 */
export const listOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 11],
  oldest: 0,
  flexible: 6,
  request: {
    replicaId: int32,
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        currentLeaderEpoch: int32.since(4).absent(-1),
        timestamp: int64,
        maxNumOffsets: int32.absent(1).gone(0),
      }),
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
        oldStyleOffsets: array(int64).gone(0),
        timestamp: int64.since(1).absent(-1),
        offset: int64.since(1).absent(-1),
        leaderEpoch: int32.since(4).absent(-1),
      }),
    }),
  },
})
