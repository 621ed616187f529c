/**
 * An ACL: who may do what, from where, with which resources. Names and codes are Kafka's, and so is what a filter
 * matches. ANY, MATCH and UNKNOWN are only for filters.
 */
export const resourceTypes = {
  UNKNOWN: 0,
  ANY: 1,
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const
export type ResourceType = keyof typeof resourceTypes

export const patternTypes = { UNKNOWN: 0, ANY: 1, MATCH: 2, LITERAL: 3, PREFIXED: 4 } as const
export type PatternType = keyof typeof patternTypes

export const operations = {
  UNKNOWN: 0,
  ANY: 1,
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const
export type Operation = keyof typeof operations

export const permissions = { UNKNOWN: 0, ANY: 1, DENY: 2, ALLOW: 3 } as const
export type Permission = keyof typeof permissions

/** Any resource, any host; and as `User:*` any principal. */
export const wildcard = '*'
export const anyone = `User:${wildcard}`
/** The one resource of type CLUSTER. */
export const clusterName = 'kafka-cluster'

export interface Acl {
  readonly resourceType: ResourceType
  readonly resourceName: string
  readonly patternType: PatternType
  readonly principal: string
  readonly host: string
  readonly operation: Operation
  readonly permission: Permission
}

/** Null matches anything. */
export interface AclFilter extends Omit<Acl, 'resourceName' | 'principal' | 'host'> {
  readonly resourceName: string | null
  readonly principal: string | null
  readonly host: string | null
}

/** UNKNOWN for a code that is none. */
export function nameOf<Name extends string>(codes: Readonly<Record<Name, number>>, code: number): Name | 'UNKNOWN' {
  for (const name in codes) if (codes[name] === code) return name
  return 'UNKNOWN'
}

export function matches(filter: AclFilter, acl: Acl): boolean {
  return (
    resourceMatches(filter, acl) &&
    (filter.principal === null || filter.principal === acl.principal) &&
    (filter.host === null || filter.host === acl.host) &&
    (filter.operation === 'ANY' || filter.operation === acl.operation) &&
    (filter.permission === 'ANY' || filter.permission === acl.permission)
  )
}

function resourceMatches({ resourceType, resourceName, patternType }: AclFilter, acl: Acl): boolean {
  if (resourceType !== 'ANY' && resourceType !== acl.resourceType) return false
  if (patternType !== 'ANY' && patternType !== 'MATCH' && patternType !== acl.patternType) return false
  if (resourceName === null || resourceName === acl.resourceName) return true
  return patternType === 'MATCH' && patternCovers(acl, resourceName)
}

function patternCovers({ patternType, resourceName: pattern }: Acl, name: string): boolean {
  return patternType === 'PREFIXED' ? name.startsWith(pattern) : pattern === wildcard
}
