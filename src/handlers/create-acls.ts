import { type Acl, clusterName } from '../authorization/acl.ts'
import { INVALID_REQUEST, type KafkaError, NONE, SECURITY_DISABLED, UNKNOWN_SERVER_ERROR } from '../protocol/errors.ts'
import { createAcls } from '../protocol/messages/create-acls.ts'
import { aclOf, isUnheardOf } from './acl-codes.ts'
import { clusterRefusal, inWords } from './authorization.ts'
import { handler, hangUp } from './handler.ts'

/**
 * Adds ACLs, each by itself; one that is there already is left as it is.
 *
 * - Without an authorizer there are none: SECURITY_DISABLED.
 * - A code of 0, UNKNOWN, closes the connection. Where one asks for what only filters can be, Kafka fails as a whole.
 */
export default handler(createAcls, ({ creations }, context) => {
  const { authorizer } = context.cluster
  const asked = creations.map((one) => ({ ...one, patternType: one.resourcePatternType }))
  if (asked.some(isUnheardOf)) return hangUp
  const acls = asked.map(aclOf)
  const refusal =
    inWords(clusterRefusal('ALTER', context)) ??
    (authorizer === null ? disabled : null) ??
    (acls.some(isForFilters) ? UNKNOWN_SERVER_ERROR : null)
  const results = acls.map((acl) => {
    const error = refusal ?? aclRefusal(acl)
    if (error === null) authorizer!.add(acl)
    return error === null ? added : { errorCode: error.code, errorMessage: error.message }
  })
  return { throttleTimeMs: 0, results }
})

const added = { errorCode: NONE.code, errorMessage: '' }

const disabled = SECURITY_DISABLED.because('No Authorizer is configured.')

function isForFilters({ resourceType, patternType, operation, permission }: Acl): boolean {
  return [resourceType, patternType, operation, permission].some((one) => one === 'ANY' || one === 'MATCH')
}

function aclRefusal(acl: Acl): KafkaError | null {
  const { resourceType, resourceName } = acl
  const refused = (why: string) => INVALID_REQUEST.because(why)
  if (resourceType === 'CLUSTER' && resourceName !== clusterName) {
    return refused(`The resource of type CLUSTER is named ${clusterName}, not otherwise`)
  }
  if (resourceName === '') return refused('The resource has no name')
  const unknown = (['resourceType', 'patternType', 'operation', 'permission'] as const).find(
    (field) => acl[field] === 'UNKNOWN',
  )
  if (unknown !== undefined) return refused(`Invalid ${unknown} UNKNOWN`)
  if (!acl.principal.includes(':')) return refused(`Invalid principal '${acl.principal}'; use User:<name>`)
  if (acl.host === '') return refused('Invalid empty host')
  return null
}
