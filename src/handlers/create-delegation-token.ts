import { isSame } from '../authentication/delegation-tokens.ts'
import {
  DELEGATION_TOKEN_AUTHORIZATION_FAILED,
  INVALID_PRINCIPAL_TYPE,
  KafkaError,
  NONE,
  UNKNOWN_SERVER_ERROR,
} from '../protocol/errors.ts'
import { createDelegationToken } from '../protocol/messages/create-delegation-token.ts'
import { anonymous, type Principal, principalText } from '../protocol/principal.ts'
import type { Value } from '../protocol/schema.ts'
import { isAllowed } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { tokenRequestRefusal } from './token-access.ts'

type Request = Value<typeof createDelegationToken.request>

/** Makes a token by which another may log in as its owner: who asks, or whom he names (KIP-373). */
export default handler(createDelegationToken, (request, context) => {
  if (request.ownerPrincipalName && request.ownerPrincipalType === null) return malformed
  const requester = context.connection.principal
  const owner = ownerOf(request, requester)
  const renewers = request.renewers.map(({ principalType: type, principalName: name }) => ({ type, name }))
  const asked = {
    principalType: owner.type,
    principalName: owner.name,
    tokenRequesterPrincipalType: requester.type,
    tokenRequesterPrincipalName: requester.name,
    throttleTimeMs: 0,
  }
  const refusal = refusalOf(owner, renewers, context)
  if (refusal !== null) return { ...asked, ...noToken(-1), errorCode: refusal.code }
  const { delegationTokens } = context.cluster.authentication
  const made = delegationTokens.create({ owner, requester, renewers }, request.maxLifetimeMs)
  if (made instanceof KafkaError) return { ...asked, ...noToken(0), errorCode: made.code }
  const { id: tokenId, hmac, issuedMs, expiryMs, maxMs } = made
  return {
    ...asked,
    errorCode: NONE.code,
    issueTimestampMs: issuedMs,
    expiryTimestampMs: expiryMs,
    maxTimestampMs: maxMs,
    tokenId,
    hmac,
  }
})

/** An owner without a type: Kafka stumbles over it. */
const malformed = {
  errorCode: UNKNOWN_SERVER_ERROR.code,
  principalType: anonymous.type,
  principalName: anonymous.name,
  tokenRequesterPrincipalType: anonymous.type,
  tokenRequesterPrincipalName: anonymous.name,
  throttleTimeMs: 0,
  ...noToken(-1),
}

/** Kafka's brokers write −1 where there is no time, its controller 0. */
function noToken(time: number) {
  const times = { issueTimestampMs: time, expiryTimestampMs: time, maxTimestampMs: time }
  return { ...times, tokenId: '', hmac: Buffer.alloc(0) }
}

function ownerOf({ ownerPrincipalType, ownerPrincipalName }: Request, requester: Principal): Principal {
  if (!ownerPrincipalName) return requester
  return { type: ownerPrincipalType ?? '', name: ownerPrincipalName }
}

function refusalOf(owner: Principal, renewers: readonly Principal[], context: Context): KafkaError | null {
  const { connection } = context
  const refusal = tokenRequestRefusal(connection)
  if (refusal !== null) return refusal
  const mayMake =
    isSame(owner, connection.principal) || isAllowed('CREATE_TOKENS', 'USER', principalText(owner), context)
  if (!mayMake) return DELEGATION_TOKEN_AUTHORIZATION_FAILED
  return renewers.every(({ type }) => type === 'User') ? null : INVALID_PRINCIPAL_TYPE
}
