import { NONE } from '../protocol/errors.ts'
import { endTxn } from '../protocol/messages/end-txn.ts'
import { accessRefusal } from './authorization.ts'
import { handler } from './handler.ts'
import { errorFor, transactionRefusal } from './transaction-access.ts'

/** Since then each end gives the producer a new epoch (KIP-890). */
const secondGenerationSince = 5
const nobody = { producerId: -1, producerEpoch: -1 }

/**
 * Commits or aborts a transaction.
 *
 * - When it is answered all markers are written and all offsets hold: nobody sees the one without the other.
 * - Asked again, the answer is that of the first time; from version 5 on with the producer's new epoch, or its new id
 *   when its epochs are used up.
 * - Where nothing was begun an abort is granted from version 5 on, since a producer cannot always know.
 */
export default handler(endTxn, ({ transactionalId, committed, ...producer }, context) => {
  const { version, cluster } = context
  const refusal =
    accessRefusal('WRITE', 'TRANSACTIONAL_ID', transactionalId, context) ?? transactionRefusal(transactionalId, context)
  if (refusal !== null) return { throttleTimeMs: 0, errorCode: refusal.code, ...nobody }
  const isSecondGeneration = version >= secondGenerationSince
  const { error, ...next } = cluster.transactions.end(transactionalId, producer, committed, isSecondGeneration)
  return { throttleTimeMs: 0, errorCode: errorFor(error, version).code, ...(error === NONE ? next : nobody) }
})
