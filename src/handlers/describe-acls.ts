import { groupBy } from '../base/group-by.ts'
import { NONE, SECURITY_DISABLED } from '../protocol/errors.ts'
import { describeAcls } from '../protocol/messages/describe-acls.ts'
import { entryOf, filterOf, isUnheardOf } from './acl-codes.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler, hangUp } from './handler.ts'

/**
 * Tells the ACLs that a filter matches, by resource.
 *
 * - Without an authorizer there are none: SECURITY_DISABLED.
 */
export default handler(describeAcls, (request, context) => {
  if (isUnheardOf(request)) return hangUp
  const { authorizer } = context.cluster
  const refusal = inWords(clusterRefusal('DESCRIBE', context))
  if (refusal !== null || authorizer === null) {
    const { code, message } = refusal ?? SECURITY_DISABLED.because('No Authorizer is configured on the broker')
    return { throttleTimeMs: 0, errorCode: code, errorMessage: message, resources: [] }
  }
  const entries = authorizer.matching(filterOf(request)).map(entryOf)
  const byResource = groupBy(entries, ({ resourceType, patternType, resourceName }) =>
    [resourceType, patternType, resourceName].join(' '),
  )
  const resources = [...byResource.values()].map((acls) => ({ ...acls[0]!, acls }))
  return { throttleTimeMs: 0, errorCode: NONE.code, errorMessage: '', resources }
})
