/** A broker with plugins that do what a test says, each with all the capabilities that concern records and values. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Grants, nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import type { Mode } from '../../src/plugins/plugin-settings.ts'
import type { PluginEntry } from '../../src/settings/plugins.ts'
import { type Doing, doingComponent } from './doing-component.ts'
import { type Reply, reply } from './http.ts'
import { plugin, type Running, type Starting, start } from './running.ts'
import type { Cleanup } from './suite.ts'

export interface DoingSettings extends Doing {
  readonly grants?: Partial<Grants>
  /** Topics whose records it judges; by default none. */
  readonly topics?: readonly string[]
  readonly port?: number
  readonly mode?: Mode
}

export interface DoingBroker extends Running {
  /** Has a plugin run JavaScript; answers what it returned. */
  run(plugin: string, code: string): Promise<unknown>
  ask(path: string, init?: RequestInit): Promise<Reply>
  /** Each is a batch of its own. */
  produce(topic: string, ...values: readonly string[]): Promise<void>
  /** All that is stored in a topic, if it exists, in the order of its only partition. */
  stored(topic: string): Promise<readonly string[]>
}

const everything: Partial<Grants> = {
  keyvalue: { bytesMax: 1 << 20 },
  produce: { topics: ['*'], queuedRecordsMax: 100, recordBytesMax: 10_000 },
  subscribe: { topics: ['*'] },
}

/** An entry of `plugins` in settings.yaml. */
export async function doingPlugin(
  name: string,
  { grants, topics = [], port, mode = 'enforce', ...config }: DoingSettings,
): Promise<PluginEntry> {
  return plugin(await doingComponent(), {
    name,
    topics,
    mode,
    config,
    timeoutMs: 5000,
    capabilities: { ...nothingGranted, ...everything, ...grants },
    ...(port === undefined ? {} : { port }),
  })
}

export async function doing(
  cleanup: Cleanup,
  plugins: Readonly<Record<string, DoingSettings>>,
  settings: Starting = {},
): Promise<DoingBroker> {
  const entries = await Promise.all(Object.entries(plugins).map(([name, what]) => doingPlugin(name, what)))
  const pluginDataPath = settings.pluginDataPath ?? dataPath(cleanup)
  return doers(await start(cleanup, { plugins: entries, partitionCount: 1, ...settings, pluginDataPath }))
}

/** With a broker that has such plugins, perhaps among others. */
export function doers(running: Running): DoingBroker {
  const ask = (path: string, init?: RequestInit) => asked(`http://127.0.0.1:${running.broker.httpPort}${path}`, init)
  return {
    ...running,
    ask,
    async run(plugin, code) {
      const { status, json, text } = await ask(`/plugins/${plugin}/http/`, { method: 'POST', body: code })
      if (status !== 200 || 'error' in json) throw new Error(`${plugin} answered ${status}: ${text}`)
      return json.value
    },
    async produce(topic, ...values) {
      for (const value of values) {
        const { status, text } = await running.post('/produce', { topic, value })
        if (status !== 200) throw new Error(`${value} was not stored: ${text}`)
      }
    },
    async stored(topic) {
      const { records = [] } = (await running.get(`/fetch?topic=${topic}`)).json
      return records.map(({ value }: { value: string }) => value)
    },
  }
}

export function dataPath({ after }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'blink-test-data-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Over a connection of its own, so that none is left to be closed. */
export async function asked(url: string, init: RequestInit = {}): Promise<Reply> {
  return reply(await fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } }))
}
