import { api, array, int16, int32, int64, string } from '../schema.ts'

/** The transactional ids that a broker coordinates (KIP-664). Filter by duration: KIP-994; by pattern: KIP-1152. */
export const listTransactions = api({
  key: 66,
  name: 'ListTransactions',
  versions: [0, 2],
  flexible: 0,
  request: {
    stateFilters: array(string),
    producerIdFilters: array(int64),
    durationFilter: int64.since(1).absent(-1),
    transactionalIdPattern: string.since(2).nullable().absent(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    unknownStateFilters: array(string),
    transactionStates: array({ transactionalId: string, producerId: int64, transactionState: string }),
  },
})
