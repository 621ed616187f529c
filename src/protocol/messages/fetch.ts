import { INT64_MAX } from '../../base/bytes.ts'
import { api, array, int16, int32, int64, int8, records, string, struct, uuid } from '../schema.ts'

/**
 * A consumer reads record batches, waiting for them if it says so. Sessions: KIP-227. Topic ids: KIP-516. New leaders
 * in the answer: KIP-951.
 */
export const fetch = api({
  key: 1,
  name: 'Fetch',
  versions: [4, 18],
  oldest: 0,
  flexible: 12,
  request: {
    clusterId: string.since(12).nullable().tag(0),
    replicaId: int32.until(14).absent(-1),
    replicaState: struct({ replicaId: int32.absent(-1), replicaEpoch: int64.absent(-1) })
      .since(15)
      .tag(1),
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: int32.since(3).absent(0x7fff_ffff),
    isolationLevel: int8.since(4),
    sessionId: int32.since(7),
    sessionEpoch: int32.since(7).absent(-1),
    topics: array({
      topic: string.until(12),
      topicId: uuid.since(13),
      partitions: array({
        partition: int32,
        currentLeaderEpoch: int32.since(9).absent(-1),
        fetchOffset: int64,
        lastFetchedEpoch: int32.since(12).absent(-1),
        logStartOffset: int64.since(5).absent(-1),
        partitionMaxBytes: int32,
        replicaDirectoryId: uuid.since(17).tag(0),
        highWatermark: int64.since(18).tag(1).absent(INT64_MAX),
      }),
    }),
    forgottenTopicsData: array({ topic: string.until(12), topicId: uuid.since(13), partitions: array(int32) }).since(7),
    rackId: string.since(11),
  },
  response: {
    throttleTimeMs: int32.since(1),
    errorCode: int16.since(7),
    sessionId: int32.since(7),
    responses: array({
      topic: string.until(12),
      topicId: uuid.since(13),
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        highWatermark: int64,
        lastStableOffset: int64.since(4).absent(-1),
        logStartOffset: int64.since(5).absent(-1),
        divergingEpoch: struct({ epoch: int32.absent(-1), endOffset: int64.absent(-1) })
          .since(12)
          .tag(0),
        currentLeader: struct({ leaderId: int32.absent(-1), leaderEpoch: int32.absent(-1) })
          .since(12)
          .tag(1),
        snapshotId: struct({ endOffset: int64.absent(-1), epoch: int32.absent(-1) })
          .since(12)
          .tag(2),
        abortedTransactions: array({ producerId: int64, firstOffset: int64 }).since(4).nullable(4).absent([]),
        preferredReadReplica: int32.since(11).absent(-1),
        records: records.nullable(),
      }),
    }),
    nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable() }).since(16).tag(0),
  },
})
