import { addOffsetsToTxn } from '../protocol/messages/add-offsets-to-txn.ts'
import { accessRefusal } from './authorization.ts'
import { handler } from './handler.ts'
import { errorFor, offsetsPartition, transactionRefusal } from './transaction-access.ts'

/**
 * Adds the offsets of a group to a transaction: to Kafka they are one more partition.
 *
 * - The group need not exist, nor is its name looked at.
 */
export default handler(addOffsetsToTxn, ({ transactionalId, groupId, ...producer }, context) => {
  const { transactions } = context.cluster
  const error =
    accessRefusal('WRITE', 'TRANSACTIONAL_ID', transactionalId, context) ??
    accessRefusal('READ', 'GROUP', groupId, context) ??
    transactionRefusal(transactionalId, context) ??
    transactions.addPartitions(transactionalId, producer, [offsetsPartition(groupId)])
  return { throttleTimeMs: 0, errorCode: errorFor(error, context.version).code }
})
