/** A plugin's thread on its own, without the settings and the life of a plugin: for tests of what runs in it. */
import { ownFolder } from '../../src/plugins/capabilities/disk-usage.ts'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { type Batch, BatchMemory, type PlacedBatch } from '../../src/plugins/crossing/batch-memory.ts'
import { Cache } from '../../src/plugins/loading/cache.ts'
import { nothingGranted } from '../../src/plugins/capabilities/capabilities.ts'
import { readComponent } from '../../src/plugins/loading/component.ts'
import { limitedModules } from '../../src/plugins/loading/memory-shares.ts'
import { Crossing, verdict } from '../../src/plugins/crossing/crossing.ts'
import { HostLog } from '../../src/plugins/guest/host-log.ts'
import type { Code, ComponentCode, Surroundings } from '../../src/plugins/guest/instance.ts'
import { noReply } from '../../src/plugins/crossing/replies.ts'
import { type LoadRequest, Thread } from '../../src/plugins/crossing/thread.ts'
import { glueName, transpile } from '../../src/plugins/loading/transpile.ts'
import { withWasmFeatures } from '../../src/plugins/loading/wasm-features.ts'
import { type TestRecord, batchOf as recordBatchOf, testCachePath, testLogger } from './plugins.ts'
import type { Cleanup } from './suite.ts'

const mebibyte = 1024 * 1024

const compiled = new Map<string, Promise<ComponentCode>>()

/** The code of a component, as the broker would hand it to a thread. Compiled once for all tests of a file. */
export async function codeOf(path: string, changes: Partial<ComponentCode> = {}): Promise<ComponentCode> {
  const { maxMemoryBytes = 128 * mebibyte } = changes
  const key = `${path} ${maxMemoryBytes}`
  const found = compiled.get(key) ?? compile(path, maxMemoryBytes)
  compiled.set(key, found)
  return { ...(await found), ...changes }
}

async function compile(path: string, maxMemoryBytes: number): Promise<ComponentCode> {
  const bytes = readFileSync(path)
  const names = readComponent(bytes)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const files = await transpile(bytes, hash, new Cache(testCachePath, testLogger([])))
  const limited = limitedModules(
    [...files].filter(([name]) => name !== glueName),
    maxMemoryBytes,
  )
  const parts = limited.map(async ([name, { bytes: rewritten, ...counts }]) => {
    return [name, { module: await withWasmFeatures(() => WebAssembly.compile(rewritten)), ...counts }] as const
  })
  const edition = names.exports.some((name) => name.startsWith('blink:plugin/plugin@0.1')) ? '0.1' : '0.2'
  const glue = files.get(glueName)!.toString()
  const modules = new Map(await Promise.all(parts))
  return { kind: 'component', edition, glue, modules, ...names, maxMemoryBytes, isBindingOnly: false }
}

/** A JavaScript module of ours in place of the one that jco writes. */
export function handwrittenCode(glue: string, changes: Partial<ComponentCode> = {}): ComponentCode {
  return {
    kind: 'component',
    edition: '0.1',
    glue,
    modules: new Map(),
    imports: [],
    exports: ['blink:plugin/plugin@0.1.0'],
    maxMemoryBytes: 1,
    isBindingOnly: true,
    ...changes,
  }
}

export function scriptOf(source: string): Code {
  return { kind: 'script', url: `data:text/javascript,${encodeURIComponent(source)}`, files: [] }
}

export function requestOf(code: Code, changes: Partial<LoadRequest> = {}): LoadRequest {
  return {
    code,
    policies: { nonUtf8: 'lossy', tombstones: 'pass' },
    logLevel: 'trace',
    plugin: 'test',
    grants: nothingGranted,
    config: null,
    ownFolder: ownFolder(null),
    pressure: new SharedArrayBuffer(4),
    ...changes,
  }
}

export function newThread(cleanup: Cleanup): Thread {
  const thread = new Thread(systemClock, {})
  cleanup.after(() => thread.end())
  return thread
}

/** What is around a guest that lives in the test's own thread. */
export function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  const crossing = changes.crossing ?? new Crossing()
  const { policies, config, ownFolder: own, plugin, grants, pressure } = requestOf(scriptOf(''))
  const refuse = (): never => {
    throw new Error('nothing was granted to this plugin')
  }
  const environment = {
    plugin,
    grants,
    config,
    ...own,
    clock: systemClock,
    calls: { ask: refuse, tell: refuse, taken: 0 },
    by: () => [],
    pressure: new Int32Array(pressure),
  }
  return {
    log: new HostLog(crossing, 'trace'),
    crossing,
    policies,
    details: null,
    replies: null,
    environment,
    ...changes,
  }
}

/** A batch on its way to a plugin: of topic `t`, sent by nobody in particular. */
export function shownBatch(records: readonly TestRecord[], changes: Partial<Batch> = {}): Batch {
  const { batch, section } = recordBatchOf(records)
  const { recordCount, baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime } = batch
  return {
    topic: 't',
    partition: 0,
    recordCount,
    section,
    way: 'produced',
    client: { id: null, principal: null },
    by: [],
    baseOffset,
    baseTimestamp,
    maxTimestamp,
    isLogAppendTime,
    ...changes,
  }
}

/** As a plugin's thread is shown it, when no other batch waits. */
export function placedAlone(batch: Batch, passedOver: readonly number[] = []): PlacedBatch {
  return new BatchMemory().place([{ batch, passedOver }])[0]!
}

const verdictNames = Object.keys(verdict)

/** What a plugin says of a batch: the names of its verdicts, how it failed, and what the verdicts carry. */
export async function judgedBy(thread: Thread, batch: Batch, passedOver: readonly number[] = []) {
  const placed = placedAlone(batch, passedOver)
  const { failure } = await thread.judge([placed], 0, 5000)
  const verdicts = [...placed.verdicts].map((code) => verdictNames[code])
  return { verdicts, failure, ...(thread.takeReplies().get(0) ?? noReply) }
}

/** A plugin whose `init` runs this JavaScript. */
export function handwrittenPlugin(init: string): LoadRequest {
  const plugin = `{ onRecord() {}, init() { ${init} } }`
  const glue = `export const instantiate = (_, imports) => ({ 'blink:plugin/plugin@0.1.0': ${plugin} })`
  return requestOf(handwrittenCode(glue))
}
