import { ILLEGAL_SASL_STATE } from '../protocol/errors.ts'
import { saslHandshake } from '../protocol/messages/sasl-handshake.ts'
import { handler } from './handler.ts'

/**
 * Takes the name of the mechanism by which a client will log in.
 *
 * - Where nobody has to log in, and for who is in already: ILLEGAL_SASL_STATE, without mechanisms.
 * - After version 0 tokens come without a header, and so do their answers.
 *
 * Not done: GSSAPI (Kerberos).
 */
export default handler(saslHandshake, ({ mechanism }, { connection, version, now }) => {
  const { sasl } = connection
  if (sasl === undefined) return { errorCode: ILLEGAL_SASL_STATE.code, mechanisms: [] }
  const { error, mechanisms } = sasl.handshake(mechanism, version, now)
  return { errorCode: error.code, mechanisms: [...mechanisms] }
})
