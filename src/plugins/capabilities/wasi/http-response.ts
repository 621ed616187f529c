/** What a plugin gets when it asks over HTTP: `future-incoming-response`, `incoming-response` and its body. */
import { HeldBytes, heldBytesMax } from '../../guest/held-bytes.ts'
import type { HttpAnswer, HttpError, HttpResponse } from '../http-call.ts'
import { Fields, frozen } from './http-fields.ts'
import { InputStream, Pollable } from './io.ts'

type Result<Value> = { readonly tag: 'ok'; readonly val: Value } | { readonly tag: 'err'; readonly val: HttpError }
/** What can be taken once; the second time it is an error without words. */
type Once<Value> =
  | { readonly tag: 'ok'; readonly val: Result<Value> }
  | { readonly tag: 'err'; readonly val: undefined }

/** By which jco's bindings tell a resource that the plugin has dropped it. */
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('dispose')

/** Gives back what a body holds; it does no harm to call it again. */
type Release = () => void
const nothingHeld: Release = () => {}

export class FutureTrailers {
  #isTaken = false

  subscribe(): Pollable {
    return new Pollable()
  }

  /** None: they are not told. */
  get(): Once<Fields | undefined> {
    if (this.#isTaken) return { tag: 'err', val: undefined }
    this.#isTaken = true
    return { tag: 'ok', val: { tag: 'ok', val: undefined } }
  }
}

export class IncomingBody {
  readonly #release: Release
  #bytes: Uint8Array
  #stream: InputStream | null

  constructor(bytes: Uint8Array = new Uint8Array(), release = nothingHeld) {
    this.#bytes = bytes
    this.#release = release
    this.#stream = new InputStream({ read: (bytesMax) => this.#read(bytesMax) })
  }

  stream(): InputStream {
    const stream = this.#stream
    if (stream === null) throw undefined
    this.#stream = null
    return stream
  }

  static finish(body: IncomingBody): FutureTrailers {
    body[dispose]()
    return new FutureTrailers()
  }

  [dispose](): void {
    this.#bytes = new Uint8Array()
    this.#release()
  }

  #read(bytesMax: number): Uint8Array | null {
    if (this.#bytes.length === 0) return null
    const read = this.#bytes.subarray(0, bytesMax)
    this.#bytes = this.#bytes.subarray(read.length)
    return read
  }
}

const noResponse: HttpResponse = { status: 0, headers: [], body: new Uint8Array() }

export class IncomingResponse {
  readonly #status: number
  readonly #headers: Fields
  #body: IncomingBody | null

  constructor({ status, headers, body }: HttpResponse = noResponse, release = nothingHeld) {
    this.#status = status
    this.#headers = Fields[frozen](headers)
    this.#body = new IncomingBody(body, release)
  }

  [dispose](): void {
    this.#body?.[dispose]()
  }

  status(): number {
    return this.#status
  }

  headers(): Fields {
    return this.#headers
  }

  consume(): IncomingBody {
    const body = this.#body
    if (body === null) throw undefined
    this.#body = null
    return body
  }
}

/** How the host does it: components can name what is in a class, but no symbols. */
export const resolve = Symbol('resolve')

/** Waited for where its request is sent, so that it is there whenever the plugin looks, unless nothing was sent yet. */
export class FutureIncomingResponse {
  readonly #held: HeldBytes
  #release = nothingHeld
  #answer: HttpAnswer | null = null
  #isTaken = false

  constructor(held = new HeldBytes()) {
    this.#held = held
  }

  [dispose](): void {
    if (!this.#isTaken) this.#release()
  }

  [resolve](answer: HttpAnswer): void {
    this.#answer = 'error' in answer || this.#hold(answer.response.body.length) ? answer : { error: heldTooMuch }
  }

  #hold(bytes: number): boolean {
    if (!this.#held.take(bytes)) return false
    let isHeld = true
    this.#release = () => {
      if (isHeld) this.#held.give(bytes)
      isHeld = false
    }
    return true
  }

  subscribe(): Pollable {
    return new Pollable(
      () => this.#answer !== null,
      () => this[resolve]({ error: neverFinished }),
    )
  }

  get(): Once<IncomingResponse> | undefined {
    if (this.#answer === null) return undefined
    if (this.#isTaken) return { tag: 'err', val: undefined }
    this.#isTaken = true
    const answer = this.#answer
    this.#answer = taken
    if ('error' in answer) return { tag: 'ok', val: { tag: 'err', val: answer.error } }
    return { tag: 'ok', val: { tag: 'ok', val: new IncomingResponse(answer.response, this.#release) } }
  }
}

const heldTooMuch: HttpError = {
  tag: 'internal-error',
  val: `responses that were not dropped hold more than ${heldBytesMax} bytes`,
}

/** In place of an answer that is the plugin's now, lest it be kept. */
const taken: HttpAnswer = { error: { tag: 'internal-error', val: 'it was taken' } }

/** For a plugin that waits for the answer alone while the request waits for the plugin. */
const neverFinished: HttpError = {
  tag: 'internal-error',
  val: 'the request was not sent: its body was taken and not finished (outgoing-body.finish)',
}
