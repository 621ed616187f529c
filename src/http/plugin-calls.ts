/**
 * HTTP requests that a plugin answers itself, by its hook `handle-http`: read whole, answered whole.
 *
 * Below `/plugins/{name}/http/` every method and path is the plugin's. Its answers there share an origin with Blink's
 * own routes, so browsers are told to treat its pages as strangers (`sandbox`): a script in one cannot unload a plugin.
 * A port of the plugin's own needs no such care.
 */
import type { Context } from 'hono'
import type { HttpRequest, HttpResponse } from '../plugins/crossing/hook-calls.ts'
import { connectionHeaders } from '../plugins/capabilities/http-call.ts'
import { type BodyLimits, readBytes } from './body.ts'
import { HttpError } from './errors.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { asked, pluginNamed } from './plugin-errors.ts'
import { media, type Route, route } from './route.ts'
import { bearer, isEqual, type TokenSettings } from './token.ts'

export interface PluginCallParts {
  readonly pluginAdmin: PluginAdmin
  readonly settings: BodyLimits & TokenSettings
}

/** What is said of the connection, and how long the body is, is between us and the client. */
const hopByHop = [...connectionHeaders, 'content-length']
const sandbox = 'sandbox allow-forms allow-modals allow-popups allow-scripts'
const withoutBody = [204, 205, 304]
/** Of the path before the plugin's own: /plugins/{name}/http */
const ownFrom = 4

export function pluginCallRoutes(parts: PluginCallParts): readonly Route[] {
  return [
    route({
      method: '*',
      path: '/plugins/:name/http/*',
      tag: 'Plugins',
      summary: 'What the plugin answers itself.',
      query: 'any',
      answer: media({ '*/*': null }, 'Whatever the plugin says.'),
      handle: async ({ c, params }) => {
        const { pathname } = new URL(c.req.url)
        const path = `/${pathname.split('/').slice(ownFrom).join('/')}`
        const response = await callPlugin(c, params.name, path, parts)
        response.headers.append('Content-Security-Policy', sandbox)
        response.headers.set('X-Content-Type-Options', 'nosniff')
        return response
      },
    }),
  ]
}

/** `path` is the plugin's own, from its first slash. */
export async function callPlugin(c: Context, name: string, path: string, parts: PluginCallParts): Promise<Response> {
  const { pluginAdmin, settings } = parts
  if (!offersHttp(pluginNamed(name, pluginAdmin))) {
    const remedy = 'a plugin answers requests when it exports the interface http of blink:plugin@0.2'
    throw new HttpError(404, 'no_such_hook', `plugin ${JSON.stringify(name)} has no handle-http; ${remedy}`)
  }
  const { search } = new URL(c.req.url)
  const request: HttpRequest = {
    method: c.req.method,
    path,
    query: search === '' ? null : search.slice(1),
    headers: headersFor(c, settings),
    body: await readBytes(c, settings.httpBodyBytesMax),
  }
  return toResponse(name, await asked(() => pluginAdmin.handleHttp(name, request)))
}

export function offersHttp({ hooks }: { readonly hooks: readonly string[] }): boolean {
  return hooks.includes('handle-http')
}

/** A client that sends Blink's token to a plugin by mistake does not give it away. */
function headersFor(c: Context, { adminToken }: TokenSettings): [name: string, value: string][] {
  const all = [...c.req.raw.headers]
  const left = leftOut(all)
  return all.filter(([name, value]) => {
    const token = name === 'authorization' && adminToken !== null ? bearer(value) : null
    return !left.has(name) && (token === null || !isEqual(token, adminToken!))
  })
}

/** Those of the connection, and those that `connection` says are. */
function leftOut(headers: Iterable<readonly [name: string, value: string]>): Set<string> {
  const left = new Set(hopByHop)
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'connection') continue
    for (const other of value.split(',')) left.add(other.trim().toLowerCase())
  }
  return left
}

function toResponse(plugin: string, { status, headers, body }: HttpResponse): Response {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw failed(plugin, `answered with the status ${status}; a status is 200 to 599`)
  }
  const left = leftOut(headers)
  const kept = new Headers()
  for (const [name, value] of headers) {
    if (left.has(name.toLowerCase())) continue
    try {
      kept.append(name, value)
    } catch {
      throw failed(plugin, `answered with a header that HTTP cannot carry: ${JSON.stringify([name, value])}`)
    }
  }
  return new Response(withoutBody.includes(status) ? null : Buffer.from(body), { status, headers: kept })
}

function failed(plugin: string, what: string): HttpError {
  return new HttpError(502, 'plugin_failed', `plugin ${JSON.stringify(plugin)} ${what}`)
}
