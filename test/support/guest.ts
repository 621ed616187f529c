/** A guest (guest-component.ts) in a thread, with what it was granted, and the broker's side of what it calls. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { MessageChannel, Worker } from 'node:worker_threads'
import { silent } from '../../src/base/logger.ts'
import { Cache } from '../../src/plugins/loading/cache.ts'
import { type Grants, nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { serveCalls } from '../../src/plugins/crossing/host-calls.ts'
import { PluginMetrics } from '../../src/plugins/capabilities/plugin-metrics.ts'
import { type HostServices, type OwnServices, servicesFor } from '../../src/plugins/capabilities/services.ts'
import { glueName, transpile } from '../../src/plugins/loading/transpile.ts'
import { systemClock } from '../../src/base/clock.ts'
import { withWasmFeatures } from '../../src/plugins/loading/wasm-features.ts'
import { guestComponent } from './guest-component.ts'
import type { GuestStart, GuestTask } from './guest-worker.ts'
import { settingsOf, testCachePath } from './plugins.ts'
import type { Cleanup } from './suite.ts'

export interface Guest {
  /** Runs JavaScript in the component; answers what it returned, or its error. */
  run(code: string, by?: readonly string[]): Promise<{ value?: unknown; error?: unknown; trap?: string }>
  /** What the plugin's log would say. */
  readonly log: readonly string[]
  readonly metrics: PluginMetrics
  end(): Promise<void>
}

export interface GuestOptions {
  readonly host?: Partial<HostServices>
  readonly own?: Partial<OwnServices>
}

type Compiled = Pick<GuestStart, 'glue' | 'modules'>

/** Once for all guests of a test file. */
let compiled: Promise<Compiled> | undefined

async function compile(): Promise<Compiled> {
  const file = readFileSync(await guestComponent())
  const hash = createHash('sha256').update(file).digest('hex')
  const files = await transpile(file, hash, new Cache(testCachePath, silent))
  const modules = new Map<string, WebAssembly.Module>()
  for (const [name, bytes] of files) {
    if (name !== glueName) modules.set(name, await withWasmFeatures(() => WebAssembly.compile(bytes)))
  }
  return { glue: files.get(glueName)!.toString(), modules }
}

export async function startGuest(
  cleanup: Cleanup,
  grants: Partial<Grants>,
  { host = {}, own = {} }: GuestOptions = {},
): Promise<Guest> {
  compiled ??= compile()
  const { glue, modules } = await compiled
  const capabilities = { ...nothingGranted, ...grants }
  const log: string[] = []
  const metrics = new PluginMetrics(grants.metrics?.seriesMax ?? 0, (message) => log.push(message))
  const pressure = new SharedArrayBuffer(4)
  const services = servicesFor(
    settingsOf({ path: 'guest.wasm', name: 'guest', capabilities }),
    { clock: systemClock, produce: async () => null, pressure, ...host },
    {
      subscribe: () => {},
      unsubscribe: () => {},
      notProduced: () => {},
      metrics,
      log: (_level, message) => log.push(message),
      ...own,
    },
  )
  const { port1, port2 } = new MessageChannel()
  serveCalls(port1, services)
  const worker = new Worker(new URL('guest-worker.js', import.meta.url))
  cleanup.after(() => worker.terminate())
  const start: GuestStart = {
    glue,
    modules,
    port: port2,
    grants: capabilities,
    pressure: host.pressure ?? pressure,
  }
  worker.postMessage(start, [port2])
  await once(worker, 'message')
  return {
    async run(code, by = []) {
      worker.postMessage({ code, by } satisfies GuestTask)
      const [answer] = await once(worker, 'message')
      return JSON.parse(answer)
    },
    log,
    metrics,
    end: async () => {
      await worker.terminate()
    },
  }
}
