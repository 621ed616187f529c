import type { AclFilter } from '../authorization/acl.ts'
import type { Authorizer } from '../authorization/authorizer.ts'
import { INVALID_REQUEST, KafkaError, NONE, SECURITY_DISABLED } from '../protocol/errors.ts'
import { deleteAcls } from '../protocol/messages/delete-acls.ts'
import type { Value } from '../protocol/schema.ts'
import { entryOf, filterOf, isUnheardOf } from './acl-codes.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler, hangUp } from './handler.ts'

type Result = Value<typeof deleteAcls.response>['filterResults'][number]

/**
 * Removes what filters match, and tells what that was: an ACL that several of them match is told by each.
 *
 * - Without an authorizer there are no ACLs: SECURITY_DISABLED.
 */
export default handler(deleteAcls, ({ filters }, context) => {
  const { authorizer } = context.cluster
  if (filters.some(isUnheardOf)) return hangUp
  const refusal = inWords(clusterRefusal('ALTER', context))
  if (refusal !== null || authorizer === null) {
    const refused = resultOf(refusal ?? SECURITY_DISABLED.because('No Authorizer is configured.'))
    return { throttleTimeMs: 0, filterResults: filters.map(() => refused) }
  }
  const found = filters.map((filter) => matching(filterOf(filter), authorizer))
  for (const acls of found) if (!(acls instanceof KafkaError)) for (const acl of acls) authorizer.remove(acl)
  return {
    throttleTimeMs: 0,
    filterResults: found.map((acls) =>
      acls instanceof KafkaError
        ? resultOf(acls)
        : { ...nothing, matchingAcls: acls.map((acl) => ({ ...noError, ...entryOf(acl) })) },
    ),
  }
})

const noError = { errorCode: NONE.code, errorMessage: null }
const nothing: Result = { ...noError, matchingAcls: [] }

function resultOf({ code, message }: KafkaError): Result {
  return { ...nothing, errorCode: code, errorMessage: message }
}

function matching(filter: AclFilter, authorizer: Authorizer) {
  const { resourceType, patternType, operation, permission } = filter
  if (resourceType === 'UNKNOWN' || patternType === 'UNKNOWN') return INVALID_REQUEST.because('Unknown patternFilter.')
  if (operation === 'UNKNOWN' || permission === 'UNKNOWN') return INVALID_REQUEST.because('Unknown entryFilter.')
  return authorizer.matching(filter)
}
