/** What a plugin makes to ask for something over HTTP: `outgoing-request`, its body, and its options. */
import { bigint, optional, text } from '../../guest/bound-values.ts'
import { BadResult } from '../../guest/instance.ts'
import { HeldBytes, heldBytesMax } from '../../guest/held-bytes.ts'
import { type HttpCall, type HttpError, requestBytesMax } from '../http-call.ts'
import { Fields, frozen } from './http-fields.ts'
import { IoError, OutputStream } from './io.ts'

export type Method = { readonly tag: string; readonly val?: string }
export type Scheme = { readonly tag: 'HTTP' | 'HTTPS' } | { readonly tag: 'other'; readonly val: string }

const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** A setter that is not content throws what a bare `result` holds: nothing. */
function ensure(isGood: boolean): void {
  if (!isGood) throw undefined
}

/** By which jco's bindings tell a resource that the plugin has dropped it. */
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('dispose')

const droppedUnfinished: HttpError = {
  tag: 'internal-error',
  val: 'the request was not sent: its body was dropped and not finished',
}

/** What is the host's to do: components can name what is in a class, but no symbols. */
export const call = Symbol('call')
export const bytesOnce = Symbol('bytesOnce')
export const release = Symbol('release')

/** Written whole before it is sent. */
export class OutgoingBody {
  readonly #held: HeldBytes
  #chunks: Uint8Array[] = []
  #bytes = 0
  #stream: OutputStream | null
  #outcome: 'finished' | HttpError | null = null
  /** Called once, when it is known what becomes of it. */
  onEnd: () => void = () => {}

  constructor(held = new HeldBytes()) {
    this.#held = held
    this.#stream = new OutputStream({ write: (bytes) => this.#write(bytes) })
  }

  write(): OutputStream {
    const stream = this.#stream
    ensure(stream !== null)
    this.#stream = null
    return stream!
  }

  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    const isPlain = trailers === undefined || trailers.entries().length === 0
    body.#end(isPlain ? 'finished' : { tag: 'internal-error', val: 'trailers are not sent' })
    if (body.outcome !== 'finished') throw body.outcome
  }

  [dispose](): void {
    this.#end(droppedUnfinished)
  }

  /** Null while it may still be written; otherwise whether it is to be sent, or why not. */
  get outcome(): 'finished' | HttpError | null {
    return this.#outcome
  }

  /** What was written, once: it is not kept. */
  [bytesOnce](): Uint8Array {
    const bytes = new Uint8Array(Buffer.concat(this.#chunks))
    this[release]()
    return bytes
  }

  /** It will not be sent, or was. */
  [release](): void {
    for (const { length } of this.#chunks) this.#held.give(length)
    this.#chunks = []
  }

  #write(bytes: Uint8Array): void {
    if (this.#outcome !== null) throw new IoError('the body has ended')
    if (this.#bytes + bytes.length > requestBytesMax) {
      const error: HttpError = { tag: 'HTTP-request-body-size', val: BigInt(requestBytesMax) }
      this.#end(error)
      throw new IoError(`the body has more than ${requestBytesMax} bytes`, error)
    }
    if (!this.#held.take(bytes.length)) {
      const val = `bodies that were not sent hold more than ${heldBytesMax} bytes: drop their requests`
      this.#end({ tag: 'internal-error', val })
      throw new IoError(val)
    }
    this.#bytes += bytes.length
    this.#chunks.push(bytes)
  }

  #end(outcome: 'finished' | HttpError): void {
    if (this.#outcome !== null) return
    this.#outcome = outcome
    if (outcome !== 'finished') this[release]()
    this.onEnd()
  }
}

export class OutgoingRequest {
  readonly #headers: Fields
  readonly #held: HeldBytes
  #method: Method = { tag: 'get' }
  #path: string | undefined
  #scheme: Scheme | undefined
  #authority: string | undefined
  #body: OutgoingBody | null = null

  constructor(headers: Fields, held = new HeldBytes()) {
    if (!(headers instanceof Fields)) throw new BadResult('a request was made of something else than fields')
    this.#headers = Fields[frozen](headers.entries())
    this.#held = held
  }

  [dispose](): void {
    this.#body?.[release]()
  }

  body(): OutgoingBody {
    ensure(this.#body === null)
    this.#body = new OutgoingBody(this.#held)
    return this.#body
  }

  /** Null when the plugin asked for none: then there is nothing to wait for. */
  get takenBody(): OutgoingBody | null {
    return this.#body
  }

  method(): Method {
    return this.#method
  }
  setMethod(method: Method): void {
    const [tag, val] = [text(method.tag, 'method'), optional(text)(method.val, 'method')]
    ensure(tag !== 'other' || tokenPattern.test(val ?? ''))
    this.#method = val === undefined ? { tag } : { tag, val }
  }

  pathWithQuery(): string | undefined {
    return this.#path
  }
  setPathWithQuery(path: string | undefined): void {
    const given = optional(text)(path, 'path')
    ensure(given === undefined || /^[\x21\x22\x24-\x7e]*$/.test(given))
    this.#path = given
  }

  scheme(): Scheme | undefined {
    return this.#scheme
  }
  setScheme(scheme: Scheme | undefined): void {
    const other = scheme?.tag === 'other' ? text(scheme.val, 'scheme') : undefined
    ensure(other === undefined || /^[a-z][a-z0-9+.-]*$/i.test(other))
    if (other !== undefined) this.#scheme = { tag: 'other', val: other }
    else this.#scheme = scheme && { tag: scheme.tag === 'HTTP' ? 'HTTP' : 'HTTPS' }
  }

  authority(): string | undefined {
    return this.#authority
  }
  setAuthority(authority: string | undefined): void {
    const given = optional(text)(authority, 'authority')
    ensure(given === undefined || /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(given))
    this.#authority = given
  }

  headers(): Fields {
    return this.#headers
  }

  /** Throws an HttpError for what is not asked over HTTP. The broker's side checks the rest. */
  [call](options: RequestOptions | undefined): Omit<HttpCall, 'body'> {
    const scheme = this.#scheme?.tag ?? 'HTTPS'
    if (scheme === 'other') throw { tag: 'HTTP-protocol-error' } satisfies HttpError
    return {
      method: (this.#method.val ?? this.#method.tag).toUpperCase(),
      scheme: scheme === 'HTTP' ? 'http' : 'https',
      authority: this.#authority ?? '',
      path: this.#path || '/',
      headers: this.#headers.entries(),
      connectTimeoutMs: milliseconds(options?.connectTimeout()),
      firstByteTimeoutMs: milliseconds(options?.firstByteTimeout()),
      betweenBytesTimeoutMs: milliseconds(options?.betweenBytesTimeout()),
    }
  }
}

const nanosecondsPerMs = 1e6

function milliseconds(duration: bigint | undefined): number | null {
  return duration === undefined ? null : Math.ceil(Number(duration) / nanosecondsPerMs)
}

/** Durations in nanoseconds. */
export class RequestOptions {
  #connect: bigint | undefined
  #firstByte: bigint | undefined
  #betweenBytes: bigint | undefined

  connectTimeout(): bigint | undefined {
    return this.#connect
  }
  setConnectTimeout(duration: bigint | undefined): void {
    this.#connect = optional(bigint)(duration, 'timeout')
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByte
  }
  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByte = optional(bigint)(duration, 'timeout')
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytes
  }
  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytes = optional(bigint)(duration, 'timeout')
  }
}
