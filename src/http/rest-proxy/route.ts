/**
 * A route of the REST Proxy: method, path as hono writes it, and what answers. They are not described as Blink's own
 * are, and stand in no document: their errors and media types are others, and what they are is published elsewhere.
 */
import type { Context } from 'hono'

export type Route = readonly [method: string, path: string, answer: (c: Context) => Response | Promise<Response>]

/** Whether a path is one that the route's path stands for. */
export function fits(pattern: string, path: string): boolean {
  const parts = pattern.split('/')
  const asked = path.split('/')
  return parts.length === asked.length && parts.every((part, at) => part.startsWith(':') || part === asked[at])
}
