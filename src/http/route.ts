/**
 * A route of the HTTP API: method, path and what answers. Paths name their parts as hono does, `/plugins/:name`; people
 * are shown `/plugins/{name}`.
 */
import type { Context } from 'hono'

/** `*` is any method. */
export type Route = readonly [method: string, path: string, answer: (c: Context) => Response | Promise<Response>]

export interface Endpoint {
  readonly method: string
  /** As people are shown it. */
  readonly path: string
}

export function endpointsOf(routes: readonly Route[]): readonly Endpoint[] {
  return routes.map(([method, path]) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }))
}

/** Whether this path is one of those that the endpoint serves. */
export function serves({ path: pattern }: Endpoint, path: string): boolean {
  const parts = pattern.split('/')
  const asked = path.split('/')
  return parts.length === asked.length && parts.every((part, at) => part.startsWith('{') || part === asked[at])
}
