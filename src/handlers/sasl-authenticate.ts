import { refusedLate } from '../authentication/sasl-session.ts'
import { saslAuthenticate } from '../protocol/messages/sasl-authenticate.ts'
import { handler } from './handler.ts'

/**
 * Takes a token of the mechanism that the handshake named, and answers with the broker's.
 *
 * - The last answer says for how long the login counts; after that the connection is closed (KIP-368).
 * - What is said of a login that failed tells nobody which users there are.
 */
export default handler(saslAuthenticate, async ({ authBytes }, { connection, cluster }) => {
  const { sasl } = connection
  const answered = sasl === undefined ? refusedLate : await sasl.authenticate(authBytes, () => cluster.clock.now())
  const { error, message, token, lifetimeMs } = answered
  return { errorCode: error.code, errorMessage: message, authBytes: token, sessionLifetimeMs: lifetimeMs }
})
