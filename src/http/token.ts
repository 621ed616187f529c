/**
 * Who may change something where settings name an `admin_token`: whoever sends it, as `Authorization: Bearer …`.
 *
 * Asked for everything but GET and HEAD, and for configs, which may hold secrets. Not asked for producing:
 * Kafka's port takes the same records from everyone. Nor for the routes of plugins, whose callers are the plugins' to
 * know, and who must not be handed Blink's own token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { HttpError } from './errors.ts'

export interface TokenSettings {
  /** Null: whoever passes the guard may do everything. */
  readonly adminToken: string | null
}

const produces = /^\/produce$|^\/topics\/[^/]+\/records$/
const open = /^\/plugins\/[^/]+\/http(\/|$)/
const secret = /^\/plugins\/[^/]+\/config$/

export function adminToken(settings: TokenSettings): MiddlewareHandler {
  return async (c, next) => {
    const { adminToken } = settings
    if (adminToken !== null && isAskedForToken(c.req.method, c.req.path)) requireToken(c, adminToken)
    await next()
  }
}

/** Of the path as routes see it, decoded: another spelling of it is no way around. */
export function isAskedForToken(method: string, path: string): boolean {
  if (method === 'GET' || method === 'HEAD') return secret.test(path)
  return !open.test(path) && !(method === 'POST' && produces.test(path))
}

/** Throws where the request does not show it. */
export function requireToken(c: Context, token: string): void {
  const given = bearer(c.req.header('authorization'))
  if (given === null) {
    c.header('WWW-Authenticate', 'Bearer realm="Blink"')
    const remedy = 'send Authorization: Bearer and the admin_token of settings.yaml'
    throw new HttpError(401, 'token_missing', `${c.req.method} ${c.req.path} needs a token; ${remedy}`)
  }
  if (!isEqual(given, token)) {
    throw new HttpError(403, 'token_wrong', 'the token is not the admin_token of settings.yaml; send that one')
  }
}

export function bearer(authorization: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null
}

/** Takes as long whatever the two have in common, their lengths included. */
export function isEqual(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}
