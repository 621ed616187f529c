import { api, bool, int16, int32, int64, string } from '../schema.ts'

/** A producer commits or aborts its transaction (KIP-98), and is told the epoch of its next one (KIP-890). */
export const endTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: [0, 5],
  flexible: 3,
  request: { transactionalId: string, producerId: int64, producerEpoch: int16, committed: bool },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64.since(5).absent(-1),
    producerEpoch: int16.since(5).absent(-1),
  },
})
