/**
 * Asks the HTTP API that serves this page. Where it wants the admin token, the reader is asked for it, once, and what
 * was asked is asked again with it; the token is forgotten when the tab closes.
 */
import { signal } from '@preact/signals'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  /** Whatever else the answer holds. */
  readonly body: unknown

  constructor(status: number, code: string, message: string, body: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.body = body
  }
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** False from a request that did not come through until one that does. */
export const isReachable = signal(true)

interface TokenQuestion {
  readonly why: string
  /** Null: the reader does not know it. */
  readonly answer: (token: string | null) => void
}

/** What the shell shows a dialog for. */
export const tokenQuestion = signal<TokenQuestion | null>(null)

const tokenKey = 'blink.token'

/** `path` with its query, from the root. */
export async function ask<T>(path: string, asking: Asking = {}): Promise<T> {
  const response = await answerTo(path, asking)
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json') || response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** The response itself, for what streams; throws ApiError for one that is no success. */
export async function answerTo(path: string, asking: Asking = {}): Promise<Response> {
  const response = await send(path, asking)
  if (response.ok) return response
  const error = await errorOf(response)
  if (error.code !== 'token_missing' && error.code !== 'token_wrong') throw error
  const token = await askForToken(error)
  if (token === null) throw error
  sessionStorage.setItem(tokenKey, token)
  return answerTo(path, asking)
}

async function send(path: string, { method = 'GET', json, body, headers = {}, signal }: Asking): Promise<Response> {
  const token = sessionStorage.getItem(tokenKey)
  const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' }
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...type, ...authorization, ...headers },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      signal: signal ?? null,
    })
    isReachable.value = true
    return response
  } catch (error) {
    if (signal?.aborted === true) throw error
    isReachable.value = false
    throw new ApiError(0, 'unreachable', 'Blink does not answer; see whether it still runs', null)
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body = JSON.parse(text)
    const { code, message } = body.error
    return new ApiError(response.status, `${code}`, `${message}`, body)
  } catch {
    return new ApiError(response.status, 'no_json', `Blink answered ${response.status}: ${text.slice(0, 200)}`, text)
  }
}

/** Questions that come while one is open get the same answer. */
let asked: Promise<string | null> | null = null

function askForToken({ code, message }: ApiError): Promise<string | null> {
  const why = code === 'token_wrong' ? 'That token was not accepted.' : message
  asked ??= new Promise((resolve) => {
    tokenQuestion.value = {
      why,
      answer: (token) => {
        asked = null
        tokenQuestion.value = null
        resolve(token)
      },
    }
  })
  return asked
}

/** A path with its parts encoded, and a query without what is not given. */
export function url(
  parts: readonly (string | number)[],
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, `${value}`]))}`
  return `/${parts.map((part) => encodeURIComponent(part)).join('/')}${search}`
}
