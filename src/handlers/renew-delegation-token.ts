import { KafkaError, NONE } from '../protocol/errors.ts'
import { renewDelegationToken } from '../protocol/messages/renew-delegation-token.ts'
import { handler } from './handler.ts'
import { tokenRequestRefusal } from './token-access.ts'

/** Lets a token hold longer, as its owner or one of its renewers asks; never longer than it was made for. */
export default handler(renewDelegationToken, ({ hmac, renewPeriodMs }, { connection, cluster }) => {
  const refusal = tokenRequestRefusal(connection)
  if (refusal !== null) return { errorCode: refusal.code, expiryTimestampMs: -1, throttleTimeMs: 0 }
  const until = cluster.authentication.delegationTokens.renew(connection.principal, hmac, renewPeriodMs)
  if (until instanceof KafkaError) return { errorCode: until.code, expiryTimestampMs: 0, throttleTimeMs: 0 }
  return { errorCode: NONE.code, expiryTimestampMs: until, throttleTimeMs: 0 }
})
