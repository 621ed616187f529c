import { BROKER_ID_NOT_REGISTERED, type KafkaError, NONE } from '../protocol/errors.ts'
import { unregisterBroker } from '../protocol/messages/unregister-broker.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'

/**
 * Forgets a broker until it registers again (KIP-631).
 *
 * Not done: a broker stays known, as if it registered again at once, be it down or not.
 */
export default handler(unregisterBroker, ({ brokerId }, context) => {
  const isKnown = context.cluster.registered.some(({ id }) => id === brokerId)
  const { code, message }: KafkaError =
    inWords(clusterRefusal('ALTER', context)) ??
    (isKnown ? NONE : BROKER_ID_NOT_REGISTERED.because(`There is no broker ${brokerId} to unregister`))
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message }
})
