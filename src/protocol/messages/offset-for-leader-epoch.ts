import { api, array, int16, int32, int64, string } from '../schema.ts'

/** Where a leader epoch ended, by which a consumer detects that a log was truncated (KIP-320). */
export const offsetForLeaderEpoch = api({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: [2, 4],
  oldest: 0,
  flexible: 4,
  request: {
    replicaId: int32.since(3).absent(-2),
    topics: array({
      topic: string,
      partitions: array({ partition: int32, currentLeaderEpoch: int32.since(2).absent(-1), leaderEpoch: int32 }),
    }),
  },
  response: {
    throttleTimeMs: int32.since(2),
    topics: array({
      topic: string,
      partitions: array({
        errorCode: int16,
        partition: int32,
        leaderEpoch: int32.since(1).absent(-1),
        endOffset: int64,
      }),
    }),
  },
})
