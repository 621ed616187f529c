/** A plugin host for a test, with the plugins it names and a log that can be read. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { type Level, type LogEvent, Logger } from '../../src/base/logger.ts'
import { PluginHost, type PluginHostDeps } from '../../src/plugins/host.ts'
import type { Sender } from '../../src/plugins/judgement.ts'
import { type PluginSettings, pluginDefaults } from '../../src/plugins/plugin-settings.ts'
import type { RecordCounts } from '../../src/plugins/crossing/verdicts.ts'
import { encodeBatch, readBatch, recordsSection } from '../../src/protocol/records.ts'
import type { Cleanup } from './suite.ts'

export type Asked = Partial<PluginSettings> & { readonly path: string }

/** Kept from run to run, so that only the first one compiles. */
export const testCachePath = join(tmpdir(), 'blink-test-cache')

export function settingsOf(asked: Asked): PluginSettings {
  return { ...pluginDefaults, name: basename(asked.path), ...asked }
}

export interface HostOptions extends Partial<PluginHostDeps> {
  readonly clock?: Clock
  readonly level?: Level
}

export async function startHost(cleanup: Cleanup, plugins: readonly Asked[], options: HostOptions = {}) {
  const events: LogEvent[] = []
  const clock = options.clock ?? systemClock
  const logger = testLogger(events, options.level)
  const deps = { cachePath: testCachePath, ...options, clock, logger }
  const host = await PluginHost.start(plugins.map(settingsOf), deps)
  cleanup.after(() => host.close())
  return { host, events, lines: () => events.map(lineOf) }
}

export function testLogger(events: LogEvent[], level: Level = 'trace'): Logger {
  return new Logger('test', { level, now: () => 0, write: (event) => events.push(event) })
}

export function lineOf({ level, message }: LogEvent): string {
  return `${level}: ${message}`
}

export type TestRecord = string | { readonly key?: string | Buffer | null; readonly value: string | Buffer | null }

/** A batch as a producer would send it. */
export function batchOf(records: readonly TestRecord[]) {
  const bytes = (text: string | Buffer | null | undefined) =>
    typeof text === 'string' ? Buffer.from(text) : (text ?? null)
  const batch = readBatch(
    encodeBatch(
      records.map((record) => {
        const { key = null, value } = typeof record === 'string' ? { value: record } : record
        return { timestamp: 1_700_000_000_000, key: bytes(key), value: bytes(value) }
      }),
    ),
  )
  return { batch, section: recordsSection(batch, 1 << 30) }
}

/** A client without a name. */
export const sender: Sender = { client: { id: null, principal: null }, by: [] }

/** The refusals of one batch, as `index: reason`. */
export async function judged(
  host: PluginHost,
  records: readonly TestRecord[],
  topic = 't',
): Promise<readonly string[]> {
  const { batch, section } = batchOf(records)
  const { refusals } = await host.judge(topic, 0, batch, section, sender)
  return refusals.map(({ index, reason }) => `${index}: ${reason}`)
}

/** Threads of this process, as Linux counts them; elsewhere nothing counts them, and it is always the same. */
export function threadCount(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0
}

/** What it was refused for; an error when it was not. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (thrown) => thrown,
  )
  return error
}

/** How often each verdict was given; those that are not named never. */
export function counted(counts: Partial<RecordCounts>): RecordCounts {
  return { accepted: 0, refused: 0, failed: 0, dropped: 0, replaced: 0, throttled: 0, shadowRefused: 0, ...counts }
}
