import { groupBy } from '../base/group-by.ts'
import { NONE, TRANSACTIONAL_ID_NOT_FOUND } from '../protocol/errors.ts'
import { describeTransactions } from '../protocol/messages/describe-transactions.ts'
import { accessRefusal, isAllowed } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { transactionRefusal } from './transaction-access.ts'

const nothing = {
  transactionState: '',
  transactionTimeoutMs: 0,
  transactionStartTimeMs: 0,
  producerId: 0,
  producerEpoch: 0,
  topics: [],
}

/**
 * Tells the state of transactions, and which partitions those under way have reached (KIP-664).
 *
 * - Partitions of topics that one may not describe are left out.
 */
export default handler(describeTransactions, ({ transactionalIds }, context) => ({
  throttleTimeMs: 0,
  transactionStates: transactionalIds.map((transactionalId) => ({
    transactionalId,
    ...describe(transactionalId, context),
  })),
}))

function describe(transactionalId: string, context: Context) {
  const refusal =
    accessRefusal('DESCRIBE', 'TRANSACTIONAL_ID', transactionalId, context) ??
    transactionRefusal(transactionalId, context)
  const transaction = context.cluster.transactions.get(transactionalId)
  if (refusal !== null || transaction === undefined) {
    return { ...nothing, errorCode: (refusal ?? TRANSACTIONAL_ID_NOT_FOUND).code }
  }
  return {
    errorCode: NONE.code,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startedAtMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...groupBy([...transaction.partitions], ({ topic }) => topic)]
      .filter(([topic]) => isAllowed('DESCRIBE', 'TOPIC', topic, context))
      .map(([topic, same]) => ({ topic, partitions: same.map(({ partition }) => partition) })),
  }
}
