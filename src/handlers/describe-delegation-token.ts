import { type DelegationToken, isSame } from '../authentication/delegation-tokens.ts'
import { DELEGATION_TOKEN_AUTH_DISABLED, type KafkaError, NONE } from '../protocol/errors.ts'
import { describeDelegationToken } from '../protocol/messages/describe-delegation-token.ts'
import { type Principal, principalText } from '../protocol/principal.ts'
import type { Value } from '../protocol/schema.ts'
import { isAllowed } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { tokenRequestRefusal } from './token-access.ts'

type Described = Value<typeof describeDelegationToken.response>['tokens'][number]

/**
 * Tells the tokens of the owners asked for, or all: those that the client owns, may renew, or may look at.
 *
 * - No owners at all, an empty list, asks for nothing.
 */
export default handler(describeDelegationToken, ({ owners }, context) => {
  const { delegationTokens } = context.cluster.authentication
  const refusal =
    tokenRequestRefusal(context.connection) ?? (delegationTokens.isEnabled ? null : DELEGATION_TOKEN_AUTH_DISABLED)
  if (refusal !== null) return answer(refusal, [])
  const asked = owners?.map(({ principalType: type, principalName: name }) => ({ type, name })) ?? null
  const told = [...delegationTokens.all()].filter((token) => isAskedFor(token, asked) && maySee(token, context))
  return answer(NONE, told)
})

function answer({ code }: KafkaError, tokens: readonly DelegationToken[]) {
  return { errorCode: code, tokens: tokens.map(described), throttleTimeMs: 0 }
}

function isAskedFor(token: DelegationToken, owners: readonly Principal[] | null): boolean {
  return owners === null || owners.some((one) => concerns(token, one))
}

function maySee(token: DelegationToken, context: Context): boolean {
  return (
    concerns(token, context.connection.principal) ||
    isAllowed('DESCRIBE', 'DELEGATION_TOKEN', token.id, context) ||
    isAllowed('DESCRIBE_TOKENS', 'USER', principalText(token.owner), context)
  )
}

/** Whether it is his, he had it made, or he may renew it. */
function concerns({ owner, requester, renewers }: DelegationToken, principal: Principal): boolean {
  return [owner, requester, ...renewers].some((one) => isSame(one, principal))
}

function described({ id, owner, requester, renewers, hmac, issuedMs, expiryMs, maxMs }: DelegationToken): Described {
  return {
    principalType: owner.type,
    principalName: owner.name,
    tokenRequesterPrincipalType: requester.type,
    tokenRequesterPrincipalName: requester.name,
    issueTimestamp: issuedMs,
    expiryTimestamp: expiryMs,
    maxTimestamp: maxMs,
    tokenId: id,
    hmac,
    renewers: renewers.map(({ type, name }) => ({ principalType: type, principalName: name })),
  }
}
