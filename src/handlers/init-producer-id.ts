import { type KafkaError, INVALID_PRODUCER_EPOCH, INVALID_REQUEST, NONE, PRODUCER_FENCED } from '../protocol/errors.ts'
import type { ProducerIdentity } from '../coordinator/transaction-records.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import type { Value } from '../protocol/schema.ts'
import { accessRefusal, clusterRefusal, isAllowedSomewhere } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { transactionRefusal } from './transaction-access.ts'

type Request = Value<typeof initProducerId.request>

const unset = -1
/** Version 6 is not stable in Kafka 4.4, whose brokers do not serve it. */
const served = { ...initProducerId, versions: [0, 5] } as const
const refused = {
  throttleTimeMs: 0,
  producerId: unset,
  producerEpoch: unset,
  ongoingTxnProducerId: unset,
  ongoingTxnProducerEpoch: unset,
}
/** Older clients know no PRODUCER_FENCED. */
const fencedSince = 4

/**
 * Gives a producer the id under which it numbers its batches, so that a retry is known as one (KIP-98).
 *
 * - An idempotent producer always gets a new id, whatever id it had. It names id and epoch, or neither.
 * - A transactional id keeps its producer id, and each time its epoch grows, which fences whoever had it before. A
 *   producer that says which epoch it had, as after an error, must be the latest (KIP-360).
 * - Where a transaction is under way it is aborted, and the producer asked to come back: CONCURRENT_TRANSACTIONS.
 *
 * Not done: two-phase commit (KIP-939), which comes with version 6.
 */
export default handler(served, (request, context) => {
  const denied = accessError(request, context)
  if (denied !== null) return { ...refused, errorCode: denied.code }
  const { producerId, producerEpoch } = request
  const isHalf = (producerId === unset) !== (producerEpoch === unset)
  const { error, ...producer } = isHalf ? { error: INVALID_REQUEST, ...refused } : initialize(request, context)
  const isOld = context.version < fencedSince && error === PRODUCER_FENCED
  return { ...refused, ...producer, errorCode: (isOld ? INVALID_PRODUCER_EPOCH : error).code }
})

/** Who may write to any topic needs no leave to be idempotent (KIP-679). */
function accessError({ transactionalId }: Request, context: Context): KafkaError | null {
  if (transactionalId !== null) return accessRefusal('WRITE', 'TRANSACTIONAL_ID', transactionalId, context)
  const refusal = clusterRefusal('IDEMPOTENT_WRITE', context)
  return refusal !== null && isAllowedSomewhere('WRITE', 'TOPIC', context) ? null : refusal
}

function initialize(
  { transactionalId, transactionTimeoutMs, producerId, producerEpoch }: Request,
  context: Context,
): ProducerIdentity & { error: KafkaError } {
  const { producerIds, transactions } = context.cluster
  if (transactionalId === null) return { error: NONE, producerId: producerIds.next(), producerEpoch: 0 }
  const refusal =
    transactions.initializeRefusal(transactionalId, transactionTimeoutMs) ??
    transactionRefusal(transactionalId, context)
  if (refusal !== null) return { ...refused, error: refusal }
  const expected = producerId === unset ? null : { producerId, producerEpoch }
  return transactions.initialize(transactionalId, transactionTimeoutMs, expected)
}
