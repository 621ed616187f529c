/** The HTTP API over a broker without sockets: requests go straight into the app. */
import type { Logger } from '../../src/base/logger.ts'
import { silent } from '../../src/base/logger.ts'
import { createApp, type HttpSettings } from '../../src/http/app.ts'
import type { Health } from '../../src/http/state.ts'
import type { PluginStatus } from '../../src/plugins/host.ts'
import { defaultSettings, type Settings } from '../../src/settings.ts'
import { type TestBroker, type TestBrokerOptions, testBroker } from './broker.ts'

export interface TestHttp extends TestBroker {
  readonly http: ReturnType<typeof createApp>
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  /** A body that is no text is sent as JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** What the JSON says; empty when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test expects.
  readonly json: any
  readonly text: string
}

export interface TestHttpOptions extends TestBrokerOptions {
  readonly plugins?: readonly PluginStatus[]
  readonly health?: Health
  readonly logger?: Logger
}

const ready: Health = { ready: true, waitingFor: [] }

export function testHttp(options: TestHttpOptions = {}): TestHttp {
  const { plugins = [], health = ready, logger = silent } = options
  const settings: Settings & HttpSettings = { ...defaultSettings('.'), ...options.settings }
  const broker = testBroker(options)
  const http = createApp({
    cluster: broker.cluster,
    settings,
    logger,
    version: '1.2.3',
    plugins: () => plugins,
    health: () => health,
    requests: new Map([[0, { requests: 2, totalMs: 5 }]]),
    connectionCount: () => 3,
  })
  const get = async (path: string, headers = {}) => reply(await http.request(path, { headers }))
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const isText = typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams
    const type: Record<string, string> = isText ? {} : { 'content-type': 'application/json' }
    const init = { method: 'POST', body: isText ? body : JSON.stringify(body), headers: { ...type, ...headers } }
    return reply(await http.request(path, init))
  }
  return { ...broker, http, get, post }
}

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}
