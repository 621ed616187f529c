/**
 * A component of blink:plugin@0.2, called through jco's binding: whole batches at a time, and the other hooks where
 * it has them.
 */
import { bindingBatchCall, type OnBatch } from './batch-caller.ts'
import { BatchJudge } from './batch-judging.ts'
import { bigint, list, optional, text } from './bound-values.ts'
import { instantiateComponent } from './component-instance.ts'
import { CoreWiring } from './core-wiring.ts'
import { directBatchCall } from './direct-batch.ts'
import { callHook, complaint, type HookExports } from '../crossing/hook-calls.ts'
import { BadResult, type ComponentCode, type Guest, Refused, type Surroundings } from './instance.ts'
import { type Hook, hooks, hooksOf, type PluginInfo } from '../loading/plugin-info.ts'

interface Exports extends HookExports {
  readonly records?: { onRecords: OnBatch }
  readonly fetches?: { onFetch: OnBatch }
  readonly lifecycle?: { init(config: string): void }
  readonly description?: { describe(): BoundInfo }
}

interface BoundInfo {
  readonly name: string
  readonly version: string
  readonly author: string
  readonly description: string
  readonly hooks: readonly string[]
  readonly memoryBytesMin: bigint
  readonly configSchema: string | undefined
}

const exportName = /^blink:plugin\/([a-z-]+)@0\.2\.\d+$/
/** Of what a plugin says of itself. */
const infoCharactersMax = 1024
const schemaCharactersMax = 256 * 1024

export async function batchGuest(code: ComponentCode, surroundings: Surroundings): Promise<Guest> {
  const records = code.exports.find((name) => exportName.exec(name)?.[1] === 'records')
  const wiring = new CoreWiring(`${records}#on-records`, code, surroundings.log)
  const { exports: byName, flush, memoryBytes } = await instantiateComponent(code, wiring, surroundings)
  const exports = byInterface(byName)
  const { lifecycle, description } = exports
  if (typeof lifecycle?.init !== 'function') throw new BadResult('it does not export lifecycle, with its init')
  const onRecords: OnBatch = (batch) => exports.records!.onRecords(batch)
  const callers = {
    onRecords: bindingBatchCall('on-records', onRecords),
    onFetch: bindingBatchCall('on-fetch', (batch) => exports.fetches!.onFetch(batch)),
  }
  const judge = new BatchJudge(callers, surroundings)
  let isDirect = false
  return {
    get isDirect() {
      return isDirect
    },
    init() {
      const { config } = surroundings.environment
      const why = complaint(() => lifecycle.init(JSON.stringify(config ?? null)))
      if (why !== null) throw new Refused(why)
      const direct = code.isBindingOnly ? null : directBatchCall(onRecords, wiring)
      if (direct !== null) callers.onRecords = direct
      isDirect = direct !== null
      return undefined
    },
    describe: () => checkedInfo(description!.describe(), code),
    judge: (buffer, shape) => judge.judge(buffer, shape),
    call: (hook, argument) => callHook(exports, hook, argument),
    flush,
    memoryBytes,
  }
}

function byInterface(exports: Readonly<Record<string, unknown>>): Exports {
  const named = Object.entries(exports).map(([name, value]) => [exportName.exec(name)?.[1], value])
  return Object.fromEntries(named.filter(([name]) => name !== undefined))
}

function checkedInfo(info: BoundInfo, { exports, maxMemoryBytes }: ComponentCode): PluginInfo {
  const offered = hooksOf(exports)
  const named = [...new Set(list(text)(info.hooks, 'hooks'))]
  const missing = named.find((hook) => !offered.includes(hook as Hook))
  if (missing !== undefined) {
    const why = hooks.includes(missing as Hook) ? 'which it does not export' : 'which is none'
    throw new BadResult(`describe names the hook ${missing}, ${why}: export it, or leave it out`)
  }
  const memoryBytesMin = Number(bigint(info.memoryBytesMin, 'memory-bytes-min'))
  if (memoryBytesMin > maxMemoryBytes) {
    throw new BadResult(
      `it needs ${memoryBytesMin} bytes of memory, and is allowed ${maxMemoryBytes}: raise its max_memory`,
    )
  }
  const configSchema = optional(text)(info.configSchema, 'config-schema') ?? null
  if ((configSchema?.length ?? 0) > schemaCharactersMax) {
    throw new BadResult(`its config-schema has more than ${schemaCharactersMax} characters`)
  }
  const short = (what: 'name' | 'version' | 'author' | 'description') =>
    text(info[what], what).slice(0, infoCharactersMax)
  return {
    name: short('name'),
    version: short('version'),
    author: short('author'),
    description: short('description'),
    hooks: named as readonly Hook[],
    memoryBytesMin,
    configSchema,
  }
}
