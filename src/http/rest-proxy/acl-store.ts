/** ACLs in the words of the REST Proxy, kept where Kafka's APIs keep them, which say what may be done with them. */
import type { AclEntry } from '../../client/acl-admin.ts'
import { operations, patternTypes, permissions, resourceTypes, nameOf } from '../../authorization/acl.ts'
import createHandler from '../../handlers/create-acls.ts'
import deleteHandler from '../../handlers/delete-acls.ts'
import describeHandler from '../../handlers/describe-acls.ts'
import type { Cluster } from '../../handlers/handler.ts'
import { createAcls } from '../../protocol/messages/create-acls.ts'
import { deleteAcls } from '../../protocol/messages/delete-acls.ts'
import { describeAcls } from '../../protocol/messages/describe-acls.ts'
import { ask, throwIfRefused } from './asking.ts'
import type { Acl, AclFilter, AclStore } from './v3-acls.ts'

export function kafkaAcls(cluster: Cluster): AclStore {
  return {
    async find(filter) {
      const answer = await ask(cluster, describeAcls, describeHandler, filterOf(filter))
      throwIfRefused(answer)
      return answer.resources.flatMap(({ acls, ...resource }) => acls.map((acl) => shown({ ...resource, ...acl })))
    },
    async create(acls) {
      const { results } = await ask(cluster, createAcls, createHandler, { creations: acls.map(creationOf) })
      for (const result of results) throwIfRefused(result)
    },
    async delete(filter) {
      const { filterResults } = await ask(cluster, deleteAcls, deleteHandler, { filters: [filterOf(filter)] })
      for (const result of filterResults) throwIfRefused(result)
      return filterResults.flatMap(({ matchingAcls }) => matchingAcls.map(shown))
    },
  }
}

function code(codes: Readonly<Record<string, number>>, name: string): number {
  return codes[name] ?? codes['UNKNOWN']!
}

function creationOf(acl: Acl) {
  return {
    resourceType: code(resourceTypes, acl.resource_type),
    resourceName: acl.resource_name,
    resourcePatternType: code(patternTypes, acl.pattern_type),
    principal: acl.principal,
    host: acl.host,
    operation: code(operations, acl.operation),
    permissionType: code(permissions, acl.permission),
  }
}

function filterOf(filter: AclFilter) {
  return {
    resourceTypeFilter: code(resourceTypes, filter.resource_type),
    resourceNameFilter: filter.resource_name,
    patternTypeFilter: code(patternTypes, filter.pattern_type),
    principalFilter: filter.principal,
    hostFilter: filter.host,
    operation: code(operations, filter.operation),
    permissionType: code(permissions, filter.permission),
  }
}

function shown(acl: AclEntry): Acl {
  return {
    resource_type: nameOf(resourceTypes, acl.resourceType),
    resource_name: acl.resourceName,
    pattern_type: nameOf(patternTypes, acl.patternType),
    principal: acl.principal,
    host: acl.host,
    operation: nameOf(operations, acl.operation),
    permission: nameOf(permissions, acl.permissionType),
  }
}
