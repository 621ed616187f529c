/**
 * ACLs of v3: found, created, deleted. Where they are kept is lent. What it throws is answered: a broker without an
 * authorizer says SECURITY_DISABLED, as Kafka's does.
 */
import type { Context } from 'hono'
import { operations, patternTypes, permissions, resourceTypes } from '../../authorization/acl.ts'
import type { Cluster } from '../../handlers/handler.ts'
import type { BodyLimits } from '../body.ts'
import { ProxyError } from './errors.ts'
import { type Fields, fieldsOf, listOf, requireBody, requireText, textOf } from './fields.ts'
import { linkTo } from './links.ts'
import type { Route } from './route.ts'
import { belowCluster } from './v3-route.ts'

/** One ACL, in the words of Kafka's enumerations. */
export interface Acl {
  readonly resource_type: string
  readonly resource_name: string
  readonly pattern_type: string
  readonly principal: string
  readonly host: string
  readonly operation: string
  readonly permission: string
}

/** Which ACLs are meant: null is any name, and ANY any of an enumeration. */
export type AclFilter = {
  readonly [K in keyof Acl]: K extends 'resource_name' | 'principal' | 'host' ? string | null : string
}

export interface AclStore {
  find(filter: AclFilter): Promise<readonly Acl[]>
  create(acls: readonly Acl[]): Promise<void>
  /** Those that were there. */
  delete(filter: AclFilter): Promise<readonly Acl[]>
}

const choices: Readonly<Record<string, readonly string[]>> = {
  resource_type: Object.keys(resourceTypes),
  pattern_type: Object.keys(patternTypes),
  operation: Object.keys(operations),
  permission: Object.keys(permissions),
}
const fieldNames = ['resource_type', 'resource_name', 'pattern_type', 'principal', 'host', 'operation', 'permission']

export function v3AclRoutes(cluster: Cluster, acls: AclStore, { httpBodyBytesMax }: BodyLimits): readonly Route[] {
  const body = (c: Context, known: readonly string[]) => requireBody(c, httpBodyBytesMax, known)
  const find = async (c: Context) => {
    const filter = filterOf(c, 'ANY')
    const { search } = new URL(c.req.url)
    const self = `${linkTo(c, 'v3', 'clusters', cluster.id, 'acls')}${search}`
    const data = [...(await acls.find(filter))].sort(inOrder).map((acl) => showAcl(c, cluster.id, acl))
    return { kind: 'KafkaAclList', metadata: { self, next: null }, data }
  }
  const create = async (c: Context) => {
    const acl = aclOf(await body(c, fieldNames), '')
    await acls.create([acl])
    return new Response(null, { status: 201, headers: { Location: addressOf(c, cluster.id, acl) } })
  }
  const createAll = async (c: Context) => {
    const { data } = await body(c, ['data'])
    const asked = listOf(data, 'data').map((one, at) => aclOf(fieldsOf(one, `data[${at}]`, fieldNames), `data[${at}].`))
    await acls.create(asked)
    return new Response(null, { status: 201 })
  }
  const remove = async (c: Context) => {
    const filter = filterOf(c, 'UNKNOWN')
    return { data: [...(await acls.delete(filter))].sort(inOrder).map((acl) => showAcl(c, cluster.id, acl)) }
  }
  return belowCluster(cluster, [
    ['GET', '/acls', find],
    ['POST', '/acls', create],
    ['POST', '/acls:batch', createAll],
    ['DELETE', '/acls', remove],
  ])
}

/** `otherwise` is what an enumeration is that is not named; UNKNOWN, named or not, means nothing. */
function filterOf(c: Context, otherwise: 'ANY' | 'UNKNOWN'): AclFilter {
  const query = c.req.query()
  const of = (name: string) => {
    const value = choiceOf(query[name] ?? otherwise, name)
    if (value !== 'UNKNOWN') return value
    throw new ProxyError(400, 400, `${name} cannot be ${otherwise === 'ANY' ? '' : 'unspecified or '}UNKNOWN`)
  }
  return {
    resource_type: of('resource_type'),
    resource_name: query.resource_name || null,
    pattern_type: of('pattern_type'),
    principal: query.principal || null,
    host: query.host || null,
    operation: of('operation'),
    permission: of('permission'),
  }
}

function aclOf(fields: Fields, path: string): Acl {
  const of = (name: string) => {
    const value = choiceOf(textOf(fields[name], `${path}${name}`) ?? 'UNKNOWN', `${path}${name}`)
    if (!['UNKNOWN', 'ANY', 'MATCH'].includes(value)) return value
    throw new ProxyError(400, 400, `Bad Request: ${path}${name} cannot be ${value}`)
  }
  const text = (name: string) => requireText(fields[name], `${path}${name}`)
  return {
    resource_type: of('resource_type'),
    resource_name: text('resource_name'),
    pattern_type: of('pattern_type'),
    principal: text('principal'),
    host: text('host'),
    operation: of('operation'),
    permission: of('permission'),
  }
}

function choiceOf(value: string, path: string): string {
  const all = choices[path.slice(path.lastIndexOf('.') + 1)]!
  const choice = value.toUpperCase()
  if (all.includes(choice)) return choice
  throw new ProxyError(400, 400, `${path} is ${JSON.stringify(value)}; use ${all.slice(1).join(', ')}`)
}

function addressOf(c: Context, cluster: string, acl: Acl): string {
  return `${linkTo(c, 'v3', 'clusters', cluster, 'acls')}?${new URLSearchParams({ ...acl })}`
}

function showAcl(c: Context, cluster: string, acl: Acl) {
  return { kind: 'KafkaAcl', metadata: { self: addressOf(c, cluster, acl) }, cluster_id: cluster, ...acl }
}

/** Field by field. */
function inOrder(a: Acl, b: Acl): number {
  const [first, second] = [a, b].map((acl) => Object.values(acl).join('\0')) as [string, string]
  return first < second ? -1 : first > second ? 1 : 0
}
