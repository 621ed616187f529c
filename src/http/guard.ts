/**
 * Who may talk to the HTTP API: requests whose Host is one that Blink serves, and, where they change something, only
 * those that no web page of another origin makes. Without the first, a page could reach a loopback port by a name it
 * controls (DNS rebinding); without the second, by a plain form.
 */
import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { HttpError } from './errors.ts'

export interface GuardSettings {
  readonly listenAddress: string
  readonly kafkaHostname: string | null
  readonly httpHosts: readonly string[]
}

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

export function guard(settings: GuardSettings): MiddlewareHandler {
  const named = [settings.listenAddress, settings.kafkaHostname, ...settings.httpHosts]
  const served = new Set(named.flatMap((name) => (name === null ? [] : [name.toLowerCase()])))
  const isEverywhere = ['0.0.0.0', '::'].includes(settings.listenAddress)

  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host
    const name = hostName(host)
    // An address cannot be rebound, so where every address listens, every address is served.
    if (!isLoopback(name) && !served.has(name) && !(isEverywhere && isIP(name) !== 0)) {
      const remedy = `use localhost, or add ${JSON.stringify(name)} to http_hosts`
      throw new HttpError(421, 'unknown_host', `the host ${JSON.stringify(host)} is not served here; ${remedy}`)
    }
    if (!harmless.has(c.req.method)) refuseForeignPages(c)
    // What is answered is a state of this moment, and is what its type says.
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
    await next()
  }
}

/**
 * Whatever a page of another origin asks for: throws. For a GET browsers name no origin, but most say in
 * `Sec-Fetch-Site` where it comes from, for a link or a picture as well; `none` is a person's own doing.
 */
export function refuseForeignPages(c: Context): void {
  const host = c.req.header('host') ?? new URL(c.req.url).host
  const origin = c.req.header('origin')
  const isForeignOrigin = origin !== undefined && originHost(origin) !== host.toLowerCase()
  if (!isForeignOrigin && !['cross-site', 'same-site'].includes(c.req.header('sec-fetch-site') ?? '')) return
  const whose = origin === undefined ? 'another origin' : JSON.stringify(origin)
  const remedy = 'use the console, or a program that is no page'
  throw new HttpError(403, 'foreign_origin', `requests from pages of ${whose} may change nothing here; ${remedy}`)
}

/** Without port and without the brackets of IPv6. */
function hostName(host: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host.toLowerCase()) ?? []
  return (bracketed ?? plain).replace(/\.$/, '')
}

function isLoopback(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  )
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
