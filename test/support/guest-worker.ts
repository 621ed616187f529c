/** The thread of a test's guest: as little of a plugin's thread as its capabilities need. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { systemClock } from '../../src/base/clock.ts'
import { callsThrough } from '../../src/plugins/crossing/calls-in-thread.ts'
import type { Grants } from '../../src/plugins/capabilities/capabilities.ts'
import type { CapabilityEnvironment } from '../../src/plugins/capabilities/capability-environment.ts'
import { ownFolder } from '../../src/plugins/capabilities/disk-usage.ts'
import { catchUp } from '../../src/plugins/crossing/host-calls.ts'
import { importable, importsFor } from '../../src/plugins/capabilities/imports.ts'
import { memoryImports } from '../../src/plugins/capabilities/memory-import.ts'
import { metricsImports } from '../../src/plugins/capabilities/metrics-import.ts'
import { produceImports } from '../../src/plugins/capabilities/produce-import.ts'
import { subscribeImports } from '../../src/plugins/capabilities/subscribe-import.ts'
import { http } from '../../src/plugins/capabilities/wasi/http.ts'

export interface GuestStart {
  readonly glue: string
  readonly modules: ReadonlyMap<string, WebAssembly.Module>
  readonly port: MessagePort
  readonly grants: Grants
  readonly pressure: SharedArrayBuffer
}

/** The plugins whose records led to the batch, and the code to run. */
export interface GuestTask {
  readonly by: readonly string[]
  readonly code: string
}

process.env = {}

parentPort!.once('message', async (start: GuestStart) => {
  const memories = new Set<WebAssembly.Memory>()
  let by: readonly string[] = []
  const environment: CapabilityEnvironment = {
    plugin: 'guest',
    grants: start.grants,
    config: null,
    ...ownFolder(null),
    clock: systemClock,
    log: () => {},
    calls: callsThrough(start.port, new Int32Array(new SharedArrayBuffer(4))),
    by: () => by,
    memoryBytes: () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    memoryBytesMax: 64 * 1024 * 1024,
    pressure: new Int32Array(start.pressure),
  }
  const metrics = metricsImports(environment)
  // The guest imports everything, whatever it was granted: each import must say no by itself, too.
  const imports = {
    ...(await importsFor(importable, environment, { stdout: () => {}, stderr: () => {} })).imports,
    ...http(environment),
    ...memoryImports(environment),
    ...produceImports(environment),
    ...subscribeImports(environment),
    ...metrics.imports,
  }
  const glue = await import(`data:text/javascript;base64,${Buffer.from(start.glue).toString('base64')}`)
  const { records } = await glue.instantiate(
    (name: string) => start.modules.get(name)!,
    imports,
    async (module: WebAssembly.Module, needs: WebAssembly.Imports) => {
      const instance = await WebAssembly.instantiate(module, needs)
      for (const one of Object.values(instance.exports)) if (one instanceof WebAssembly.Memory) memories.add(one)
      return instance
    },
  )
  parentPort!.on('message', (task: GuestTask) => {
    by = task.by
    const record = { key: undefined, value: Buffer.from(task.code), headers: [], timestamp: 0n, offset: undefined }
    try {
      const [verdict] = records.onRecords({
        topic: 't',
        partition: 0,
        clientId: undefined,
        principal: undefined,
        records: [record],
      })
      metrics.flush()
      // What a test then looks at is there.
      environment.calls.ask(catchUp, null)
      parentPort!.postMessage(verdict.val)
    } catch (error) {
      parentPort!.postMessage(JSON.stringify({ trap: String(error) }))
    }
  })
  parentPort!.postMessage('ready')
})
