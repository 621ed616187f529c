import { KafkaError, NONE } from '../protocol/errors.ts'
import { expireDelegationToken } from '../protocol/messages/expire-delegation-token.ts'
import { handler } from './handler.ts'
import { tokenRequestRefusal } from './token-access.ts'

/** Ends a token: at once where the time asked for is negative, otherwise after that time. */
export default handler(expireDelegationToken, ({ hmac, expiryTimePeriodMs }, { connection, cluster }) => {
  const refusal = tokenRequestRefusal(connection)
  if (refusal !== null) return { errorCode: refusal.code, expiryTimestampMs: -1, throttleTimeMs: 0 }
  const until = cluster.authentication.delegationTokens.expire(connection.principal, hmac, expiryTimePeriodMs)
  if (until instanceof KafkaError) return { errorCode: until.code, expiryTimestampMs: 0, throttleTimeMs: 0 }
  return { errorCode: NONE.code, expiryTimestampMs: until, throttleTimeMs: 0 }
})
