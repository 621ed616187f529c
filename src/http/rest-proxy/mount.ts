/**
 * Which requests are the REST Proxy's: all below its base path, `/v3/…` and `/consumers/…`; of `/topics…` and
 * `/brokers`, which Blink's own API has, too, those that name a media type of the REST Proxy.
 *
 * Its app is loaded when the first such request comes.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { HttpError } from '../errors.ts'
import type { Served } from '../server.ts'
import { requireToken, type TokenSettings } from '../token.ts'
import type { RestProxyParts } from './app.ts'
import { ProxyError } from './errors.ts'
import { isBelowBase, withoutBase } from './links.ts'

const own = /^\/(v3|consumers)(\/|$)/
const shared = /^\/(topics|brokers)(\/|$)/
const theirType = /^application\/vnd\.kafka\b|[,\s]application\/vnd\.kafka\b/i
/**
 * Open without the token, as Kafka's port is: who produces, and who consumes. What changes topics or configs asks for
 * it.
 */
const open =
  /^\/(consumers\/.+|topics\/[^/]+(\/partitions\/[^/]+)?|v3\/clusters\/[^/]+\/topics\/[^/]+\/records(:batch)?)$/

export function restProxy(parts: RestProxyParts & { readonly settings: TokenSettings }): MiddlewareHandler {
  let loaded: Promise<Served> | undefined
  return async (c, next) => {
    const { pathname } = new URL(c.req.url)
    if (!isForRestProxy(pathname, c.req.raw.headers)) return next()
    const refusal = tokenRefusal(c, withoutBase(pathname), parts.settings)
    if (refusal !== null) return c.json(refusal.body, refusal.status)
    loaded ??= import('./app.ts').then(({ createRestProxy }) => createRestProxy(parts))
    return (await loaded).fetch(c.req.raw, c.env)
  }
}

function tokenRefusal(c: Context, path: string, { adminToken }: TokenSettings): ProxyError | null {
  const { method } = c.req
  if (adminToken === null || method === 'GET' || method === 'HEAD' || open.test(path)) return null
  try {
    requireToken(c, adminToken)
    return null
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return new ProxyError(error.status, error.status === 401 ? 40101 : 40301, error.message)
  }
}

export function isForRestProxy(path: string, headers: Headers): boolean {
  if (isBelowBase(path) || own.test(path)) return true
  if (!shared.test(path)) return false
  return ['accept', 'content-type'].some((name) => theirType.test(headers.get(name) ?? ''))
}
