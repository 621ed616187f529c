/**
 * The broker's side of `wasi:http`: makes a plugin's requests, to hosts that it was granted and to addresses that
 * these may stand for. The name is resolved once, and the connection goes to what was looked at: an answer of DNS that
 * changes in between changes nothing.
 *
 * Redirects are answers as any other. A plugin that follows one asks anew, and is judged anew.
 *
 * Not done: connections are not kept for the next request; trailers are not told.
 */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { canonicalHost } from './addresses.ts'
import { AllowedHosts } from './allowed-hosts.ts'
import type { Grants } from './capabilities.ts'
import { type HttpAnswer, type HttpCall, pathBytesMax, requestBytesMax } from './http-call.ts'
import { exchange, HttpFailure } from './http-exchange.ts'

/** From a name to all its addresses. */
export type Resolve = (name: string) => Promise<readonly string[]>

export const systemResolve: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address)

export interface OutgoingHttpDeps {
  readonly clock: Clock
  readonly resolve: Resolve
  readonly warn: (message: string) => void
}

/** Where a request goes, in one spelling. */
interface Target {
  readonly host: string
  readonly port: number
}

/** Of one plugin: refusals after these are no longer explained in its log. */
const explainedMax = 100

export class OutgoingHttp {
  readonly #hosts: AllowedHosts
  readonly #grant: NonNullable<Grants['http']>
  readonly #deps: OutgoingHttpDeps
  readonly #explained = new Set<string>()

  constructor(grant: NonNullable<Grants['http']>, deps: OutgoingHttpDeps) {
    this.#hosts = new AllowedHosts(grant.hosts)
    this.#grant = grant
    this.#deps = deps
  }

  /** Never fails; ends early when `ended` says that nobody waits. */
  readonly send = async (call: HttpCall, ended: AbortSignal): Promise<HttpAnswer> => {
    const stop = new AbortController()
    const end = () => stop.abort(new HttpFailure({ tag: 'connection-terminated' }))
    const { clock } = this.#deps
    const timer = clock.after(this.#grant.timeoutMs, () =>
      stop.abort(new HttpFailure({ tag: 'HTTP-response-timeout' })),
    )
    ended.addEventListener('abort', end, { once: true })
    try {
      if (ended.aborted) end()
      const target = targetOf(call)
      this.#checkHost(call, target)
      const addresses = await this.#addresses(target, stop.signal)
      const limits = { clock, responseBytesMax: this.#grant.responseBytesMax, signal: stop.signal }
      return { response: await exchange(call, { ...target, addresses }, limits) }
    } catch (error) {
      return { error: HttpFailure.of(error).error }
    } finally {
      ended.removeEventListener('abort', end)
      timer.cancel()
    }
  }

  #checkHost({ scheme }: HttpCall, { host, port }: Target): void {
    if (this.#hosts.allows(host, port)) return
    const grant = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
    this.#explain(
      `asked for ${scheme}://${grant}, which it was not granted: ` +
        `if it should have it, name ${grant} in \`capabilities: http: hosts\` of its settings`,
    )
    throw new HttpFailure({ tag: 'HTTP-request-denied' })
  }

  async #addresses({ host, port }: Target, signal: AbortSignal): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host]
    const found = await unless(signal, this.#deps.resolve(host))
    const addresses = found.flatMap((text) => canonicalHost(text) ?? [])
    const allowed = addresses.filter((address) => this.#hosts.allowsAddress(address, port))
    if (addresses.length === 0) throw new HttpFailure({ tag: 'destination-not-found' })
    if (allowed.length === 0) {
      this.#explain(
        `asked for ${host}, which stands for ${addresses.join(', ')}, an address that is not public: ` +
          `if it should have it, name the address with port ${port} in \`capabilities: http: hosts\` of its settings`,
      )
      throw new HttpFailure({ tag: 'destination-IP-prohibited' })
    }
    return allowed
  }

  #explain(message: string): void {
    if (this.#explained.size >= explainedMax || this.#explained.has(message)) return
    this.#explained.add(message)
    this.#deps.warn(message)
  }
}

/** CONNECT makes a tunnel of a proxy, TRACE shows what a proxy adds. */
const methodPattern = /^(?!(CONNECT|TRACE)$)[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,31}$/
const pathPattern = /^\/[\x21\x22\x24-\x7e]*$/
const authorityPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i
const portMax = 65_535

/** Throws HttpFailure for what is no request that anyone may make. */
function targetOf({ method, scheme, authority, path, body }: HttpCall): Target {
  if (!methodPattern.test(method)) throw new HttpFailure({ tag: 'HTTP-request-method-invalid' })
  if (path.length > pathBytesMax) throw new HttpFailure({ tag: 'HTTP-request-URI-too-long' })
  if (body.length > requestBytesMax) {
    throw new HttpFailure({ tag: 'HTTP-request-body-size', val: BigInt(requestBytesMax) })
  }
  // No user before the host (`granted@other`), nothing that one reader takes for a part of it and the next does not.
  const [, hostText, portText] = authorityPattern.exec(authority) ?? []
  const host = hostText === undefined ? null : canonicalHost(hostText.replace(/^\[|\]$/g, ''))
  const port = portText === undefined ? (scheme === 'https' ? 443 : 80) : Number(portText)
  if (host === null || port < 1 || port > portMax || !pathPattern.test(path)) {
    throw new HttpFailure({ tag: 'HTTP-request-URI-invalid' })
  }
  return { host, port }
}

/** What comes of a promise, or the signal's reason if that is first. */
async function unless<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  let stop: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
