import { api, array, bytes, int16, int32, int64, string, struct, uuid } from '../schema.ts'

/**
 * A producer appends record batches. Topic ids: KIP-516. Errors of single records: KIP-467. New leaders in the answer:
 * KIP-951.
 */
export const produce = api({
  key: 0,
  name: 'Produce',
  versions: [3, 13],
  oldest: 0,
  flexible: 9,
  request: {
    transactionalId: string.since(3).nullable(),
    acks: int16,
    timeoutMs: int32,
    topicData: array({
      name: string.until(12),
      topicId: uuid.since(13),
      partitionData: array({ index: int32, records: bytes.nullable() }),
    }),
  },
  response: {
    responses: array({
      name: string.until(12),
      topicId: uuid.since(13),
      partitionResponses: array({
        index: int32,
        errorCode: int16,
        baseOffset: int64,
        logAppendTimeMs: int64.since(2).absent(-1),
        logStartOffset: int64.since(5).absent(-1),
        recordErrors: array({ batchIndex: int32, batchIndexErrorMessage: string.nullable() }).since(8),
        errorMessage: string.since(8).nullable(),
        currentLeader: struct({ leaderId: int32.absent(-1), leaderEpoch: int32.absent(-1) })
          .since(10)
          .tag(0),
      }),
    }),
    throttleTimeMs: int32.since(1),
    nodeEndpoints: array({ nodeId: int32, host: string, port: int32, rack: string.nullable() }).since(10).tag(0),
  },
})
