/** What a plugin gets when it asks over HTTP: `future-incoming-response`, `incoming-response` and its body. */
import type { HttpAnswer, HttpError, HttpResponse } from '../http-call.ts'
import { Fields } from './http-fields.ts'
import { InputStream, Pollable } from './io.ts'

type Result<Value> = { readonly tag: 'ok'; readonly val: Value } | { readonly tag: 'err'; readonly val: HttpError }
/** What can be taken once; the second time it is an error without words. */
type Once<Value> =
  | { readonly tag: 'ok'; readonly val: Result<Value> }
  | { readonly tag: 'err'; readonly val: undefined }

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
  #bytes: Uint8Array
  #stream: InputStream | null

  constructor(bytes: Uint8Array = new Uint8Array()) {
    this.#bytes = bytes
    this.#stream = new InputStream({ read: (bytesMax) => this.#read(bytesMax) })
  }

  stream(): InputStream {
    const stream = this.#stream
    if (stream === null) throw undefined
    this.#stream = null
    return stream
  }

  static finish(_body: IncomingBody): FutureTrailers {
    return new FutureTrailers()
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
  readonly #response: HttpResponse
  #body: IncomingBody | null

  constructor(response: HttpResponse = noResponse) {
    this.#response = response
    this.#body = new IncomingBody(response.body)
  }

  status(): number {
    return this.#response.status
  }

  headers(): Fields {
    return Fields.frozen(this.#response.headers)
  }

  consume(): IncomingBody {
    const body = this.#body
    if (body === null) throw undefined
    this.#body = null
    return body
  }
}

/** Waited for where its request is sent, so that it is there whenever the plugin looks, unless nothing was sent yet. */
export class FutureIncomingResponse {
  #answer: HttpAnswer | null = null
  #isTaken = false

  resolve(answer: HttpAnswer): void {
    this.#answer = answer
  }

  subscribe(): Pollable {
    return new Pollable(
      () => this.#answer !== null,
      () => this.resolve({ error: neverFinished }),
    )
  }

  get(): Once<IncomingResponse> | undefined {
    if (this.#answer === null) return undefined
    if (this.#isTaken) return { tag: 'err', val: undefined }
    this.#isTaken = true
    const answer = this.#answer
    if ('error' in answer) return { tag: 'ok', val: { tag: 'err', val: answer.error } }
    return { tag: 'ok', val: { tag: 'ok', val: new IncomingResponse(answer.response) } }
  }
}

/** For a plugin that waits for the answer alone while the request waits for the plugin. */
const neverFinished: HttpError = {
  tag: 'internal-error',
  val: 'the request was not sent: its body was taken and not finished (outgoing-body.finish)',
}
