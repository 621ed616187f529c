import { CONTROLLER_ID_NOT_REGISTERED, INVALID_REQUEST, type KafkaError } from '../protocol/errors.ts'
import { unregisterController } from '../protocol/messages/unregister-controller.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'
import { controllerId } from './nodes.ts'

/** Forgets a controller. There is one, which is active, and so cannot be. */
export default handler(unregisterController, ({ controllerId: asked }, context) => {
  const { code, message }: KafkaError =
    inWords(clusterRefusal('ALTER', context)) ??
    (asked === controllerId(context.cluster)
      ? INVALID_REQUEST.because('This is the active controller; only another one can be unregistered.')
      : CONTROLLER_ID_NOT_REGISTERED.because(`There is no controller ${asked} to unregister.`))
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message }
})
