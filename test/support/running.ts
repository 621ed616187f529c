/**
 * A broker with sockets, on free ports, as real clients and real terminals see it; closed after its test.
 *
 * BROKER=host:port names another broker, an Apache Kafka perhaps, for the tests that need nothing of Blink's own.
 */
import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import type { Level, LogEvent } from '../../src/base/logger.ts'
import type { Broker } from '../../src/broker.ts'
import { startBroker } from '../../src/start.ts'
import { defaultSettings, type Settings } from '../../src/settings/settings.ts'
import { type PluginEntry, pluginTable } from '../../src/settings/plugins.ts'
import { defaultsOf } from '../../src/settings/table.ts'
import { reply, type Reply } from './http.ts'
import { lineOf, testCachePath, testLogger } from './plugins.ts'
import type { Cleanup } from './suite.ts'

export interface Running {
  readonly broker: Broker
  /** One `host:port` for each broker port. */
  readonly brokers: readonly string[]
  readonly events: readonly LogEvent[]
  /** What was logged so far, as `level: message`. */
  lines(): readonly string[]
  get(path: string): Promise<Reply>
  /** The body is sent as JSON. */
  post(path: string, body: unknown): Promise<Reply>
}

export interface Starting extends Partial<Settings> {
  readonly level?: Level
  /** One that stands still, for what happens after minutes. */
  readonly machine?: Clock
}

/** The guard of `demo-plugin/guard`: refuses empty values, and on `sensitive-*` records without a key. */
export const guardPath = 'demo-plugin/guard/guard.wasm'
export const demoPath = 'demo-plugin/demo-plugin.wasm'

export async function start(cleanup: Cleanup, options: Starting = {}): Promise<Running> {
  const { level = 'trace', machine = systemClock, ...settings } = options
  const events: LogEvent[] = []
  const broker = await startBroker(settingsFor(settings), { logger: testLogger(events, level), clock: machine })
  cleanup.after(() => broker.close())
  return {
    broker,
    brokers: broker.kafkaPorts.map((port) => `127.0.0.1:${port}`),
    events,
    lines: () => events.map(lineOf),
    get: (path) => ask(broker, path, {}),
    post: (path, body) => ask(broker, path, { method: 'POST', body: JSON.stringify(body), headers: jsonHeaders }),
  }
}

/** Free ports, and the cache of compiled plugins that all tests share. */
export function settingsFor(settings: Partial<Settings>): Settings {
  const defaults = { ...defaultSettings(process.cwd()), brokerPorts: [0], restPort: 0, pluginCachePath: testCachePath }
  return { ...defaults, ...settings }
}

/** An entry of `plugins` in settings.yaml. */
export function plugin(path: string, settings: Partial<PluginEntry> = {}): PluginEntry {
  return { ...defaultsOf(pluginTable), ...settings, path }
}

/** Where a test that needs nothing of Blink's own runs: at BROKER, or at a broker of its own. */
export async function anyBroker(cleanup: Cleanup): Promise<readonly string[]> {
  const { BROKER } = process.env
  return BROKER === undefined ? (await start(cleanup, { restPort: null })).brokers : [BROKER]
}

/** A name that no other test uses, whatever broker it runs against. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`
}

const jsonHeaders = { 'content-type': 'application/json' }

async function ask(broker: Broker, path: string, init: RequestInit): Promise<Reply> {
  // Without keep-alive: a connection that waits for a next request would be one more thing to close.
  const headers = { ...init.headers, connection: 'close' }
  return reply(await fetch(`http://127.0.0.1:${broker.httpPort}${path}`, { ...init, headers }))
}

const pollMs = 10
const untilMs = 12_000

/** Waits for what is asked, and says what never came. */
export async function until(what: string, isSo: () => unknown): Promise<void> {
  const deadlineMs = performance.now() + untilMs
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`it never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
