/** One HTTP request and its answer, within limits, over a connection to an address that was chosen before. */
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import {
  connectionHeaders,
  type HttpCall,
  type HttpError,
  type HttpResponse,
  headerBytesMax,
  headersMax,
} from './http-call.ts'

export interface Destination {
  readonly host: string
  readonly port: number
  /** Of the host; one of them is connected to. */
  readonly addresses: readonly string[]
}

export interface ExchangeLimits {
  readonly clock: Clock
  readonly responseBytesMax: number
  /** Ends it, for its reason. */
  readonly signal: AbortSignal
}

/** Why there is no answer. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly error: HttpError

  constructor(error: HttpError) {
    super(error.tag)
    this.error = error
  }

  static of(error: unknown): HttpFailure {
    return error instanceof HttpFailure ? error : new HttpFailure(errorOf(error))
  }
}

/** Fails with an HttpFailure. */
export async function exchange(call: HttpCall, to: Destination, limits: ExchangeLimits): Promise<HttpResponse> {
  const request = requestOf(call, to)
  return new Promise((resolve, reject) => {
    const patience = new Patience(limits.clock, (tag) => fail(new HttpFailure({ tag })))
    const fail = (error: unknown) => {
      settle()
      reject(HttpFailure.of(error))
      request.destroy()
    }
    const stop = () => fail(limits.signal.reason)
    const settle = () => {
      patience.end()
      limits.signal.removeEventListener('abort', stop)
    }
    limits.signal.addEventListener('abort', stop, { once: true })
    patience.wait('connection-timeout', call.connectTimeoutMs)
    request.on('socket', (socket) => {
      const ready = call.scheme === 'https' ? 'secureConnect' : 'connect'
      socket.once(ready, () => patience.wait('connection-read-timeout', call.firstByteTimeoutMs))
    })
    // Nothing else ends a request whose server speaks another protocol from here on.
    request.on('upgrade', () => fail(new HttpFailure({ tag: 'HTTP-upgrade-failed' })))
    request.on('error', fail)
    request.on('response', (response) => {
      read(response, limits.responseBytesMax, () =>
        patience.wait('connection-read-timeout', call.betweenBytesTimeoutMs),
      ).then((answer) => {
        settle()
        resolve(answer)
      }, fail)
    })
    if (limits.signal.aborted) stop()
    else request.end(call.body)
  })
}

/** One thing is waited for at a time. */
class Patience {
  readonly #clock: Clock
  readonly #lose: (tag: string) => void
  #timer: Timer | null = null

  constructor(clock: Clock, lose: (tag: string) => void) {
    this.#clock = clock
    this.#lose = lose
  }

  wait(tag: string, ms: number | null): void {
    this.end()
    if (ms !== null) this.#timer = this.#clock.after(ms, () => this.#lose(tag))
  }

  end(): void {
    this.#timer?.cancel()
    this.#timer = null
  }
}

function requestOf(call: HttpCall, { host, port, addresses }: Destination): http.ClientRequest {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_name, { all }, callback) =>
    all === true ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)
  const { request } = call.scheme === 'https' ? https : http
  try {
    const made = request({
      host,
      port,
      lookup,
      method: call.method,
      path: call.path,
      headers: headersOf(call),
      // A connection of its own: one that is kept might lead to an address that is no longer the host's.
      agent: false,
      maxHeaderSize: headerBytesMax,
    })
    made.maxHeadersCount = 0 // Node would leave out the rest in silence; `read` counts.
    return made
  } catch (error) {
    throw HttpFailure.of(error) // Node found something in the headers that must not be there.
  }
}

/** Throws HttpFailure where they are not as they should be: whoever wrote one may have tried to write two. */
function headersOf({ headers, body, method }: HttpCall): http.OutgoingHttpHeaders {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (headers.length > headersMax || bytes > headerBytesMax) {
    throw new HttpFailure({ tag: 'HTTP-request-header-section-size', val: headerBytesMax })
  }
  const byName = new Map<string, string[]>()
  for (const [name, value] of headers) {
    const lines = byName.get(name.toLowerCase()) ?? []
    lines.push(Buffer.from(value).toString('latin1'))
    byName.set(name.toLowerCase(), lines)
  }
  for (const length of byName.get('content-length') ?? []) {
    if (length !== String(body.length))
      throw new HttpFailure({ tag: 'HTTP-request-body-size', val: BigInt(body.length) })
  }
  byName.delete('content-length')
  if ([...byName.keys()].some((name) => forbiddenHeaders.has(name))) {
    throw new HttpFailure({ tag: 'HTTP-protocol-error' })
  }
  // Said always when there is a body: Node sends that of a GET without a word about its end.
  const hasLength = body.length > 0 || /^(POST|PUT|PATCH)$/.test(method)
  return { ...Object.fromEntries(byName), ...(hasLength && { 'content-length': body.length }) }
}

/** Those that say how the connection is used, which is not the plugin's. */
export const forbiddenHeaders: ReadonlySet<string> = new Set([...connectionHeaders, 'expect', 'host', 'http2-settings'])

async function read(response: http.IncomingMessage, bytesMax: number, onBytes: () => void): Promise<HttpResponse> {
  const headers: [string, Uint8Array][] = []
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const name = response.rawHeaders[at]!.toLowerCase()
    const value = new Uint8Array(Buffer.from(response.rawHeaders[at + 1]!, 'latin1'))
    if (!forbiddenHeaders.has(name)) headers.push([name, value])
  }
  if (headers.length > headersMax) throw new HttpFailure({ tag: 'HTTP-response-header-section-size' })
  onBytes()
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > bytesMax) throw new HttpFailure({ tag: 'HTTP-response-body-size', val: BigInt(bytesMax) })
      chunks.push(chunk)
      onBytes()
    }
  } catch (error) {
    throw error instanceof HttpFailure ? error : new HttpFailure({ tag: 'HTTP-response-incomplete' })
  }
  const body = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return { status: response.statusCode!, headers, body }
}

/** Node's codes, and OpenSSL's, in the words of `wasi:http`. */
const errorPatterns: readonly (readonly [code: RegExp, tag: string])[] = [
  [/^ECONNREFUSED$/, 'connection-refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection-terminated'],
  [/^ETIMEDOUT$/, 'connection-timeout'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'destination-IP-unroutable'],
  [/^HPE_HEADER_OVERFLOW$/, 'HTTP-response-header-section-size'],
  [/^(HPE_|ERR_INVALID_(CHAR|HTTP_TOKEN)$)/, 'HTTP-protocol-error'],
  [/^(CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_CERT)/, 'TLS-certificate-error'],
  [/^(EPROTO|ERR_SSL_|ERR_TLS_)/, 'TLS-protocol-error'],
]

function errorOf(error: unknown): HttpError {
  const { code = '', message = String(error) } = (error ?? {}) as { readonly code?: string; readonly message?: string }
  if (/^(ENOTFOUND|EAI_)/.test(code)) return { tag: 'DNS-error', val: { rcode: code, infoCode: undefined } }
  const tag = errorPatterns.find(([pattern]) => pattern.test(code))?.[1]
  return tag === undefined ? { tag: 'internal-error', val: message } : { tag }
}
