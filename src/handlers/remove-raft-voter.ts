import { type KafkaError, UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import { removeRaftVoter } from '../protocol/messages/remove-raft-voter.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler } from './handler.ts'
import { voterRefusal } from './raft-voters.ts'

/**
 * Removes a controller from the voters of the quorum (KIP-853).
 *
 * - Voters are those that settings name (kraft.version 0), so none can be removed, as in a Kafka that was set up so.
 */
export default handler(removeRaftVoter, (request, context) => {
  const { code, message }: KafkaError =
    inWords(clusterRefusal('ALTER', context)) ??
    voterRefusal(request, context) ??
    UNSUPPORTED_VERSION.because("Cluster doesn't support removing voter because the kraft.version feature is 0")
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message }
})
