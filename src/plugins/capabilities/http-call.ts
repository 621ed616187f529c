/** An HTTP request as it crosses from a plugin's thread to the broker's, and what comes back. */

/** Bytes of header values, which need not be text. */
export type HttpHeaders = readonly (readonly [name: string, value: Uint8Array])[]

export interface HttpCall {
  /** In capitals. */
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** As the plugin wrote it: `name` or `name:port`. */
  readonly authority: string
  readonly path: string
  readonly headers: HttpHeaders
  readonly body: Uint8Array
  /** The plugin's own wishes; null where it has none. They only ever shorten what settings say. */
  readonly connectTimeoutMs: number | null
  readonly firstByteTimeoutMs: number | null
  readonly betweenBytesTimeoutMs: number | null
}

export interface HttpResponse {
  readonly status: number
  readonly headers: HttpHeaders
  readonly body: Uint8Array
}

/** `error-code` of `wasi:http/types`, as jco's binding takes it. */
export interface HttpError {
  readonly tag: string
  readonly val?: unknown
}

export type HttpAnswer = { readonly response: HttpResponse } | { readonly error: HttpError }

/** Of the connection, not of what is said over it (RFC 9110, 7.6.1). */
export const connectionHeaders = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const

/** What a request may carry. Larger things belong into a topic. */
export const requestBytesMax = 4 * 1024 * 1024
/** Of a request, or of a response: all names and values together. */
export const headerBytesMax = 32 * 1024
export const headersMax = 128
export const pathBytesMax = 8 * 1024
