/** A broker that asks for ACLs, who may do everything there, and one ACL. */
import type { Acl } from '../../src/authorization/acl.ts'

export const authorizing = { settings: { hasAuthorizer: true, superUsers: ['User:admin'] } }
export const admin = { principal: 'User:admin' }
export const aliceReads: Acl = {
  resourceType: 'TOPIC',
  resourceName: 'orders',
  patternType: 'LITERAL',
  principal: 'User:alice',
  host: '*',
  operation: 'READ',
  permission: 'ALLOW',
}
