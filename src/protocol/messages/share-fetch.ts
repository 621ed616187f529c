import { api, array, bool, int16, int32, int64, int8, records, string, struct, uuid } from '../schema.ts'

/**
 * A member of a share group acquires records, and says what became of those it has (KIP-932). Limits in records, and
 * renewal: KIP-1206 and KIP-1222.
 */
export const shareFetch = api({
  key: 78,
  name: 'ShareFetch',
  versions: [1, 2],
  flexible: 0,
  request: {
    groupId: string.nullable(),
    memberId: string.nullable().absent(''),
    shareSessionEpoch: int32,
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: int32.absent(0x7fff_ffff),
    maxRecords: int32,
    batchSize: int32,
    shareAcquireMode: int8.since(2),
    isRenewAck: bool.since(2),
    topics: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        acknowledgementBatches: array({ firstOffset: int64, lastOffset: int64, acknowledgeTypes: array(int8) }),
      }),
    }),
    forgottenTopicsData: array({ topicId: uuid, partitions: array(int32) }),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    acquisitionLockTimeoutMs: int32,
    responses: array({
      topicId: uuid,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        errorMessage: string.nullable(),
        acknowledgeErrorCode: int16,
        acknowledgeErrorMessage: string.nullable(),
        currentLeader: struct({ leaderId: int32, leaderEpoch: int32 }),
        records,
        acquiredRecords: array({ firstOffset: int64, lastOffset: int64, deliveryCount: int16 }),
      }),
    }),
    nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable() }),
  },
})
