/**
 * Decides by ACLs, as Kafka's StandardAuthorizer does: super users may everything; an ACL that denies beats all that
 * allow; where none speaks of the resource, settings decide; where some do and none allows, the answer is no.
 */
import { type Logger, silent } from '../base/logger.ts'
import { type Principal, principalText } from '../protocol/principal.ts'
import { type Acl, type AclFilter, anyone, matches, type Operation, type ResourceType, wildcard } from './acl.ts'

export interface AuthorizerOptions {
  readonly superUsers: readonly string[]
  readonly allowsIfNoAclFound: boolean
  /** As Kafka's kafka.authorizer.logger. Left out: nobody hears of it. */
  readonly logger?: Logger
}

/** Who asks, and from which address. */
export interface Asking {
  readonly principal: Principal
  readonly host: string
}

/** What else an ACL allows that allows an operation; one that denies denies nothing else. */
const implying: Partial<Record<Operation, readonly Operation[]>> = {
  DESCRIBE: ['READ', 'WRITE', 'DELETE', 'ALTER'],
  DESCRIBE_CONFIGS: ['ALTER_CONFIGS'],
}

type Pattern = Pick<Acl, 'resourceType' | 'patternType' | 'resourceName'>

/** Kafka asks for a resource of this very name to learn whether someone may everything. */
const someName = 'hardcode'

export class Authorizer {
  readonly #superUsers: ReadonlySet<string>
  readonly #allowsIfNoAclFound: boolean
  readonly #logger: Logger
  /** By all their fields: none is there twice. */
  readonly #acls = new Map<string, Acl>()
  /** By type, pattern type and name of their resource; no list is empty. */
  readonly #byPattern = new Map<string, Acl[]>()

  constructor({ superUsers, allowsIfNoAclFound, logger = silent }: AuthorizerOptions) {
    this.#superUsers = new Set(superUsers)
    this.#allowsIfNoAclFound = allowsIfNoAclFound
    this.#logger = logger
  }

  /** In the order in which they came. */
  all(): Iterable<Acl> {
    return this.#acls.values()
  }

  replace(acls: readonly Acl[]): void {
    this.#acls.clear()
    this.#byPattern.clear()
    for (const acl of acls) this.add(acl)
  }

  add(acl: Acl): void {
    const key = keyOf(acl)
    if (this.#acls.has(key)) return
    this.#acls.set(key, acl)
    const pattern = patternKey(acl)
    const same = this.#byPattern.get(pattern)
    if (same === undefined) this.#byPattern.set(pattern, [acl])
    else same.push(acl)
  }

  remove(acl: Acl): void {
    if (!this.#acls.delete(keyOf(acl))) return
    const pattern = patternKey(acl)
    const left = this.#byPattern.get(pattern)!.filter((one) => keyOf(one) !== keyOf(acl))
    if (left.length === 0) this.#byPattern.delete(pattern)
    else this.#byPattern.set(pattern, left)
  }

  /** Those that a filter matches, in the order in which they came. */
  matching(filter: AclFilter): Acl[] {
    return [...this.#acls.values()].filter((acl) => matches(filter, acl))
  }

  allows(asking: Asking, operation: Operation, resourceType: ResourceType, name: string): boolean {
    if (this.#isSuper(asking)) return true
    let isAllowed = false
    let isFound = false
    for (const acl of this.#about(resourceType, name)) {
      isFound = true
      if (!speaksOf(acl, asking) || !covers(acl, operation)) continue
      if (acl.permission === 'DENY') return false
      isAllowed = true
    }
    return isAllowed || (!isFound && this.#allowsIfNoAclFound)
  }

  /** The same, noted in the log: at `trace` where nobody asked for the very resource, but for what he may do or see. */
  judges(asking: Asking, operation: Operation, resourceType: ResourceType, name: string, isAsked: boolean): boolean {
    const isAllowed = this.allows(asking, operation, resourceType, name)
    const level = isAsked ? (isAllowed ? 'debug' : 'info') : 'trace'
    if (this.#logger.isEnabled(level)) {
      const { principal, host } = asking
      const resource = `${resourceType}:LITERAL:${name}`
      const fields = { principal: principalText(principal), operation, resource, host }
      this.#logger.log(level, isAllowed ? 'allowed' : 'denied', fields)
    }
    return isAllowed
  }

  /** Whether there is any resource of the type with which the principal may do it (KIP-679). */
  allowsSome(asking: Asking, operation: Operation, resourceType: ResourceType): boolean {
    if (this.allows(asking, operation, resourceType, someName)) return true
    const concerned = [...this.#acls.values()].filter(
      (acl) => acl.resourceType === resourceType && speaksOf(acl, asking) && isSaid(acl, operation),
    )
    const denied = concerned.filter(({ permission }) => permission === 'DENY')
    if (denied.some(isOnEverything)) return false
    return concerned.some((acl) => acl.permission === 'ALLOW' && !denied.some((one) => dominates(one, acl)))
  }

  #isSuper({ principal }: Asking): boolean {
    return this.#superUsers.size > 0 && this.#superUsers.has(principalText(principal))
  }

  *#about(resourceType: ResourceType, name: string): Iterable<Acl> {
    const of = (patternType: Acl['patternType'], resourceName: string) =>
      this.#byPattern.get(patternKey({ resourceType, patternType, resourceName })) ?? []
    yield* of('LITERAL', name)
    if (name !== wildcard) yield* of('LITERAL', wildcard)
    for (let length = name.length; length > 0; length--) yield* of('PREFIXED', name.slice(0, length))
  }
}

function keyOf({ resourceType, patternType, resourceName, principal, host, operation, permission }: Acl): string {
  return JSON.stringify([resourceType, patternType, resourceName, principal, host, operation, permission])
}

function patternKey({ resourceType, patternType, resourceName }: Pattern): string {
  return `${resourceType} ${patternType} ${resourceName}`
}

function speaksOf(acl: Acl, { principal, host }: Asking): boolean {
  if (acl.host !== wildcard && acl.host !== host) return false
  return acl.principal === anyone || acl.principal === principalText(principal)
}

function covers(acl: Acl, operation: Operation): boolean {
  if (isSaid(acl, operation)) return true
  return acl.permission === 'ALLOW' && (implying[operation]?.includes(acl.operation) ?? false)
}

function isSaid({ operation: said }: Acl, operation: Operation): boolean {
  return said === 'ALL' || said === operation
}

function isOnEverything({ patternType, resourceName }: Acl): boolean {
  return patternType === 'LITERAL' && resourceName === wildcard
}

/** Everything that `acl` speaks of, the other one does, too. */
function dominates(other: Acl, acl: Acl): boolean {
  if (other.patternType === 'PREFIXED') return !isOnEverything(acl) && acl.resourceName.startsWith(other.resourceName)
  return acl.patternType === 'LITERAL' && acl.resourceName === other.resourceName
}
