/**
 * The addresses and names under which the REST Proxy's v3 speaks of things: links back to itself, at the host and the
 * base path by which the client reached it, and names like `crn:///kafka=cluster/topic=t`.
 */
import type { Context } from 'hono'

/** Where all of the REST Proxy is found, too, whatever a request says of its media types. */
export const basePath = '/rest-proxy'

export type Name = readonly [kind: string, value?: string | number]

/** The path without the base path. */
export function withoutBase(path: string): string {
  return isBelowBase(path) ? path.slice(basePath.length) || '/' : path
}

export function isBelowBase(path: string): boolean {
  return path === basePath || path.startsWith(`${basePath}/`)
}

/** An address as the client would write it. */
export function linkTo(c: Context, ...segments: readonly (string | number)[]): string {
  const { pathname, protocol, host } = new URL(c.req.url)
  const base = isBelowBase(pathname) ? basePath : ''
  const path = segments.map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':')).join('/')
  return `${protocol}//${c.req.header('host') ?? host}${base}/${path}`
}

export function related(c: Context, cluster: string, ...segments: readonly (string | number)[]) {
  return { related: linkTo(c, 'v3', 'clusters', cluster, ...segments) }
}

/** One thing of a cluster; `names` go from the outermost to it. */
export function entity<F extends object>(
  c: Context,
  kind: string,
  cluster: string,
  segments: readonly (string | number)[],
  names: readonly Name[],
  fields: F,
) {
  const parts = names.map(([name, value]) => (value === undefined ? name : `${name}=${value}`))
  const metadata = {
    self: linkTo(c, 'v3', 'clusters', cluster, ...segments),
    resource_name: `crn:///${[`kafka=${cluster}`, ...parts].join('/')}`,
  }
  return { kind, metadata, cluster_id: cluster, ...fields }
}

/** Lists are whole: there is never a next page. */
export function list<T>(c: Context, kind: string, segments: readonly (string | number)[], data: readonly T[]) {
  return { kind, metadata: { self: linkTo(c, 'v3', 'clusters', ...segments), next: null }, data }
}
