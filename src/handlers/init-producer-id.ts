import { INVALID_REQUEST, NONE, UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { handler } from './handler.ts'

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

/**
 * Gives a producer the id under which it numbers its batches, so that a retry is known as one (KIP-98).
 *
 * - An idempotent producer always gets a new id, whatever id it had. It names id and epoch, or neither.
 *
 * Not done: transactions; a transactional id is refused.
 */
export default handler(served, ({ transactionalId, producerId, producerEpoch }, { cluster }) => {
  const isHalf = (producerId === unset) !== (producerEpoch === unset)
  if (transactionalId === '' || isHalf) return { ...refused, errorCode: INVALID_REQUEST.code }
  if (transactionalId !== null) return { ...refused, errorCode: UNSUPPORTED_VERSION.code }
  return { ...refused, errorCode: NONE.code, producerId: cluster.producerIds.next(), producerEpoch: 0 }
})
