/** Who may ask for delegation tokens at all: who has proved himself, and not by such a token. */
import { DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, type KafkaError } from '../protocol/errors.ts'
import { anonymous } from '../protocol/principal.ts'
import { isSame } from '../authentication/delegation-tokens.ts'
import type { Connection } from './handler.ts'

export function tokenRequestRefusal({ sasl, isTls, principal }: Connection): KafkaError | null {
  const isProven = sasl === undefined ? isTls === true && !isSame(principal, anonymous) : sasl.login?.byToken === false
  return isProven ? null : DELEGATION_TOKEN_REQUEST_NOT_ALLOWED
}
