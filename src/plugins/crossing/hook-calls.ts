/**
 * The hooks beside those for records: each is called with one value and answers one. What the plugin answers is
 * checked in its thread, so that what arrives at the broker's is as these types say.
 */
import { bytes, list, optional, pair, text, uint32 } from '../guest/bound-values.ts'
import { BadResult } from '../guest/instance.ts'

export type CallHook = 'on-timer' | 'on-config-changed' | 'handle-http' | 'finalize' | 'cleanup'

export type Headers = readonly (readonly [string, string])[]

export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** Without the question mark; null when there is none. */
  readonly query: string | null
  /** Names in small letters. */
  readonly headers: Headers
  readonly body: Uint8Array
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/** The hooks as jco's binding of 0.2 has them. */
export interface HookExports {
  readonly timer?: { onTimer(): number | undefined }
  readonly configuration?: { onConfigChanged(config: string): void }
  readonly http?: { handleHttp(request: BoundRequest): BoundResponse }
  readonly ending?: { finalize(): void; cleanup(): void }
}

interface BoundRequest extends Omit<HttpRequest, 'query'> {
  readonly query: string | undefined
}
type BoundResponse = HttpResponse

const statuses = { min: 200, max: 599 } as const
/** What a plugin may answer over HTTP, all header lines together. */
export const responseBytesMax = 16 * 1024 * 1024
export const responseHeadersMax = 256

type Call = (exports: HookExports, argument: never) => unknown

const calls: Readonly<Record<CallHook, Call>> = {
  'on-timer': ({ timer }) => delay(timer!.onTimer(), 'delay') ?? null,
  'on-config-changed': ({ configuration }, config: unknown) =>
    complaint(() => {
      configuration!.onConfigChanged(JSON.stringify(config ?? null))
    }),
  'handle-http': ({ http }, request: HttpRequest) =>
    checked(http!.handleHttp({ ...request, query: request.query ?? undefined })),
  finalize: ({ ending }) => ending!.finalize(),
  cleanup: ({ ending }) => ending!.cleanup(),
}

/** The plugin exports the hook, or this is a bug. */
export function callHook(exports: HookExports, hook: CallHook, argument: unknown): unknown {
  return calls[hook](exports, argument as never)
}

const delay = optional(uint32)
const readHeaders = list(pair(text, text))
/** It is for people. */
const complaintCharactersMax = 1024

/** The error that a `result<_, string>` holds, which jco's binding throws as it is; null when it holds none. */
export function complaint(run: () => void): string | null {
  try {
    run()
    return null
  } catch (thrown) {
    if (typeof thrown === 'string') return thrown.slice(0, complaintCharactersMax)
    throw thrown
  }
}

function checked(answer: BoundResponse): HttpResponse {
  const [status, body] = [uint32(answer.status, 'status'), bytes(answer.body, 'body')]
  const headers = readHeaders(answer.headers, 'headers')
  if (status < statuses.min || status > statuses.max) {
    throw new BadResult(`handle-http answered status ${status}; use ${statuses.min} to ${statuses.max}`)
  }
  if (headers.length > responseHeadersMax) {
    throw new BadResult(`handle-http answered ${headers.length} headers; use at most ${responseHeadersMax}`)
  }
  const sum = headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.length)
  if (sum > responseBytesMax) {
    throw new BadResult(`handle-http answered ${sum} bytes; use at most ${responseBytesMax}`)
  }
  return { status, headers, body }
}
