import { INVALID_REQUEST, type KafkaError, UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import { addRaftVoter } from '../protocol/messages/add-raft-voter.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'
import { voterRefusal } from './raft-voters.ts'

const listener = 'CONTROLLER'

/**
 * Adds a controller to the voters of the quorum (KIP-853).
 *
 * - Voters are those that settings name (kraft.version 0), so none can be added, as in a Kafka that was set up so.
 */
export default handler(addRaftVoter, (request, context) => {
  const { code, message }: KafkaError =
    inWords(clusterRefusal('ALTER', context)) ??
    voterRefusal(request, context) ??
    (request.listeners.some(({ name }) => name === listener)
      ? UNSUPPORTED_VERSION.because("Cluster doesn't support adding voter because the kraft.version feature is 0")
      : INVALID_REQUEST.because(`The request didn't include the endpoint for the listener ${listener}`))
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message }
})
