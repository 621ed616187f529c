import { api, bool, int16, int32, int64, string } from '../schema.ts'

/** A producer asks for the id and epoch under which its batches are numbered (KIP-98, KIP-360). */
export const initProducerId = api({
  key: 22,
  name: 'InitProducerId',
  versions: [0, 6],
  flexible: 2,
  request: {
    transactionalId: string.nullable(),
    transactionTimeoutMs: int32,
    producerId: int64.since(3).absent(-1),
    producerEpoch: int16.since(3).absent(-1),
    enable2Pc: bool.since(6),
    keepPreparedTxn: bool.since(6),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64,
    producerEpoch: int16,
    ongoingTxnProducerId: int64.since(6).absent(-1),
    ongoingTxnProducerEpoch: int16.since(6).absent(-1),
  },
})
