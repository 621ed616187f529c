/** The HTTP API over a broker without sockets: requests go straight into the app. */
import type { Logger } from '../../src/base/logger.ts'
import { silent } from '../../src/base/logger.ts'
import { type AppParts, createApp, type HttpSettings } from '../../src/http/app.ts'
import type { Health } from '../../src/http/state.ts'
import type { Visit } from '../../src/handlers/handler.ts'
import { Durations } from '../../src/plugins/latencies.ts'
import type { PluginStatus } from '../../src/plugins/plugin-status.ts'
import { Throughput } from '../../src/server/throughput.ts'
import { defaultSettings, type Settings } from '../../src/settings/settings.ts'
import { startMs, type TestBroker, type TestBrokerOptions, testBroker } from './broker.ts'
import { brokersFor } from '../../src/testing-brokers.ts'
import { clockFor } from '../../src/testing-clock.ts'
import { faultAdmin } from '../../src/testing-faults.ts'
import { FakeAdmin, readPlugin } from './plugin-admin.ts'

export interface TestHttp extends TestBroker {
  readonly http: ReturnType<typeof createApp>
  readonly admin: FakeAdmin
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  /** A body that is no text is sent as JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>
  /** The same by another method. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
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
  readonly adminToken?: string
  readonly uploads?: AppParts['uploads']
  readonly updatePorts?: AppParts['updatePorts']
  readonly stopping?: AbortSignal
}

/** The one client that there is. */
const visit: Visit = {
  id: '1-1',
  nodeId: 1,
  listener: 'LOGIN',
  address: '127.0.0.1',
  sinceMs: startMs,
  principal: 'User:alice',
  clientId: 'shop',
  software: { name: 'librdkafka', version: '2.3.0' },
  requests: 7,
  lastApiKey: 0,
  lastRequestMs: startMs + 5,
}

const ready: Health = { ready: true, waitingFor: [] }

export function testHttp(options: TestHttpOptions = {}): TestHttp {
  const { plugins = [], health = ready, logger = silent, adminToken = null } = options
  const settings: Settings & HttpSettings = { ...defaultSettings('.'), adminToken, ...options.settings }
  const broker = testBroker(options)
  const admin = new FakeAdmin(plugins)
  const stopping = options.stopping ?? new AbortController().signal
  const requests = new Map([[0, { requests: 2, totalMs: 5, durations: Durations.of([1, 1]) }]])
  const connectionCount = () => 3
  const http = createApp({
    cluster: broker.cluster,
    settings,
    logger,
    version: '1.2.3',
    pluginAdmin: admin,
    brokers: brokersFor(broker.brokerNodes, broker.cluster),
    faults: faultAdmin(broker.faults),
    requestLog: broker.requests,
    machine: broker.clock,
    snapshots: broker.snapshots,
    reset: () => ({ topics: broker.cluster.topics.count, groups: 0, tookMs: 0.5 }),
    clock: clockFor(broker.time),
    readPlugin,
    uploads: options.uploads ?? null,
    updatePorts: options.updatePorts ?? (() => Promise.resolve()),
    stopping,
    health: () => health,
    requests,
    connectionCount,
    connections: () => [visit],
    throughput: new Throughput({ cluster: broker.cluster, requests, connectionCount, clock: broker.clock }, stopping),
  })
  const get = async (path: string, headers = {}) => reply(await http.request(path, { headers }))
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const isPlain = body === undefined || isBody(body)
    const type: Record<string, string> = isPlain ? {} : { 'content-type': 'application/json' }
    const init = { method, headers: { ...type, ...headers } }
    return reply(await http.request(path, { ...init, body: isPlain ? (body ?? null) : JSON.stringify(body) }))
  }
  const post = (path: string, body: unknown, headers?: Record<string, string>) => send('POST', path, body, headers)
  return { ...broker, http, admin, get, post, send }
}

function isBody(body: unknown): body is string | FormData | URLSearchParams | Uint8Array<ArrayBuffer> {
  const isText = typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams
  return isText || body instanceof Uint8Array
}

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : {},
  }
}
