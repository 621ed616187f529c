/** The REST Proxy over a broker in memory, and how its answers are compared with the published ones. */
import { type TestHttp, type TestHttpOptions, testHttp } from './http.ts'

export interface RestProxy extends TestHttp {
  /** Of the answer, `json` is parsed whatever JSON's media type is called. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>
}

export interface Answered {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test expects.
  readonly json: any
  readonly text: string
}

export const v2 = 'application/vnd.kafka.v2+json'
export const v2Json = 'application/vnd.kafka.json.v2+json'
export const v2Binary = 'application/vnd.kafka.binary.v2+json'

/** The cluster of the published examples. */
export const clusterId = 'cluster-1'

export function restProxy(options: TestHttpOptions = {}): RestProxy {
  const http = testHttp({ ...options, settings: { clusterId, groupInitialRebalanceDelayMs: 0, ...options.settings } })
  return { ...http, ask: (...asked) => ask(http, ...asked) }
}

async function ask(
  { http }: TestHttp,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const type: Record<string, string> = path.startsWith('/v3') ? { 'content-type': 'application/json' } : {}
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const response = await http.request(path, {
    method,
    headers: { ...(sent === undefined ? {} : type), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  })
  const text = await response.text()
  const answered = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type: answered,
    headers: response.headers,
    text,
    json: /json/.test(answered) && text !== '' && !text.endsWith('\r\n') ? JSON.parse(text) : {},
  }
}

/** One result per line of a stream. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a test expects.
export function resultsOf({ text }: Answered): any[] {
  return text
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
