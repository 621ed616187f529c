/** ACLs and filters of them as messages carry them: codes in place of names. */
import {
  type Acl,
  type AclFilter,
  nameOf,
  operations,
  patternTypes,
  permissions,
  resourceTypes,
} from '../authorization/acl.ts'

interface Codes {
  readonly resourceType: number
  readonly patternType: number
  readonly operation: number
  readonly permissionType: number
}

interface Entry extends Codes {
  readonly resourceName: string
  readonly principal: string
  readonly host: string
}

interface FilterCodes {
  readonly resourceTypeFilter: number
  readonly patternTypeFilter: number
  readonly operation: number
  readonly permissionType: number
}

interface Filter extends FilterCodes {
  readonly resourceNameFilter: string | null
  readonly principalFilter: string | null
  readonly hostFilter: string | null
}

export function aclOf({ resourceType, patternType, operation, permissionType, ...names }: Entry): Acl {
  return {
    resourceType: nameOf(resourceTypes, resourceType),
    resourceName: names.resourceName,
    patternType: nameOf(patternTypes, patternType),
    principal: names.principal,
    host: names.host,
    operation: nameOf(operations, operation),
    permission: nameOf(permissions, permissionType),
  }
}

export function entryOf({ resourceType, patternType, operation, permission, ...names }: Acl): Entry {
  return {
    resourceType: resourceTypes[resourceType],
    resourceName: names.resourceName,
    patternType: patternTypes[patternType],
    principal: names.principal,
    host: names.host,
    operation: operations[operation],
    permissionType: permissions[permission],
  }
}

export function filterOf(asked: Filter): AclFilter {
  return {
    resourceType: nameOf(resourceTypes, asked.resourceTypeFilter),
    resourceName: asked.resourceNameFilter,
    patternType: nameOf(patternTypes, asked.patternTypeFilter),
    principal: asked.principalFilter,
    host: asked.hostFilter,
    operation: nameOf(operations, asked.operation),
    permission: nameOf(permissions, asked.permissionType),
  }
}

export function filterCodesOf({ resourceType, patternType, operation, permission, ...names }: AclFilter): Filter {
  return {
    resourceTypeFilter: resourceTypes[resourceType],
    resourceNameFilter: names.resourceName,
    patternTypeFilter: patternTypes[patternType],
    principalFilter: names.principal,
    hostFilter: names.host,
    operation: operations[operation],
    permissionType: permissions[permission],
  }
}

/** Whether a code is 0, which says itself that it is UNKNOWN: no client sends that. */
export function isUnheardOf(asked: Codes | FilterCodes): boolean {
  const types =
    'resourceType' in asked
      ? [asked.resourceType, asked.patternType]
      : [asked.resourceTypeFilter, asked.patternTypeFilter]
  return [...types, asked.operation, asked.permissionType].includes(0)
}
