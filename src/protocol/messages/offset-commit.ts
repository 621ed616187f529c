import { api, array, int16, int32, int64, string, uuid } from '../schema.ts'

/** A group's member says how far it has read. Topic ids: KIP-848. */
export const offsetCommit = api({
  key: 8,
  name: 'OffsetCommit',
  versions: [2, 10],
  oldest: 0,
  flexible: 8,
  request: {
    groupId: string,
    generationIdOrMemberEpoch: int32.since(1).absent(-1),
    memberId: string.since(1),
    groupInstanceId: string.since(7).nullable(),
    retentionTimeMs: int64.since(2).until(4).absent(-1),
    topics: array({
      name: string.until(9),
      topicId: uuid.since(10),
      partitions: array({
        partitionIndex: int32,
        committedOffset: int64,
        committedLeaderEpoch: int32.since(6).absent(-1),
        commitTimestamp: int64.since(1).absent(-1).gone(1),
        committedMetadata: string.nullable(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.since(3),
    topics: array({
      name: string.until(9),
      topicId: uuid.since(10),
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
})
