/**
 * A component, instantiated in the plugin's thread, and the ways to call it: jco's binding, which always works, and
 * the direct call, which is ten times as fast and used where it is proven.
 */
import type { Clock } from '../base/clock.ts'
import type { Binding, Caller } from './caller.ts'
import type { CoreModule } from './core-wiring.ts'
import { CoreWiring } from './core-wiring.ts'
import { nothingGranted } from './capabilities.ts'
import type { CapabilityEnvironment } from './capability-environment.ts'
import { directCall } from './direct-call.ts'
import type { HostLog } from './host-log.ts'
import { importsFor } from './imports.ts'
import { sharedStateBytes } from './shared-folder.ts'
import { textOf } from './text.ts'

/** What the broker sends a plugin's thread to instantiate. */
export interface Code {
  /** The glue that jco wrote, as a JavaScript module. */
  readonly glue: string
  readonly modules: ReadonlyMap<string, CoreModule>
  /** The exported interface with its version, as `blink:plugin/plugin@0.1.0`. */
  readonly pluginInterface: string
  /** Of each memory; the modules were rewritten so that it holds. */
  readonly maxMemoryBytes: number
  /** Never to call directly: for tests and measurements. */
  readonly isBindingOnly: boolean
}

export interface Instance {
  readonly caller: Caller
  readonly isDirect: boolean
  init(): number | undefined
  memoryBytes(): number
}

interface Glue {
  instantiate(
    getCoreModule: CoreWiring['getCoreModule'],
    imports: object,
    instantiateCore: CoreWiring['instantiateCore'],
  ): Promise<Record<string, Binding>>
}

const onRecordParameters = 8

export async function instantiate(code: Code, log: HostLog, clock: Clock): Promise<Instance> {
  const wiring = new CoreWiring(code.pluginInterface, code.modules, log)
  const stdout = (line: string) => log.write('info', line)
  const stderr = (line: string) => log.write('warn', line)
  const imports = {
    'blink:plugin/host': wiring.host,
    ...importsFor(environmentOf(code, log, clock), { stdout, stderr }).imports,
  }
  const glue: Glue = await import(`data:text/javascript;base64,${Buffer.from(code.glue).toString('base64')}`)
  const exports = await glue.instantiate(wiring.getCoreModule, imports, wiring.instantiateCore)
  const binding = exports[code.pluginInterface]!
  checkSignatures(binding, wiring)
  // Before `init`, an allocator need not be ready: the direct call is proven after it.
  let caller: Caller = bindingCall(binding)
  let isDirect = false
  return {
    get caller() {
      return caller
    },
    get isDirect() {
      return isDirect
    },
    init() {
      const port = binding.init()
      const direct = code.isBindingOnly ? null : directCall(binding, wiring)
      if (direct !== null) caller = direct
      isDirect = direct !== null
      return port
    },
    memoryBytes: () => [...wiring.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  }
}

/** Of a plugin that was granted nothing. */
function environmentOf({ maxMemoryBytes }: Code, log: HostLog, clock: Clock): CapabilityEnvironment {
  const refuse = (): never => {
    throw new Error('nothing was granted')
  }
  return {
    plugin: '',
    grants: nothingGranted,
    config: null,
    folder: null,
    shared: new SharedArrayBuffer(sharedStateBytes),
    clock,
    log: (level, message) => log.write(level, message),
    calls: { ask: refuse, tell: refuse },
    memoryBytes: () => 0,
    memoryBytesMax: maxMemoryBytes,
    pressure: new Int32Array(1),
  }
}

function checkSignatures(binding: Binding, { onRecord }: CoreWiring): void {
  const missing = (['init', 'onRecord'] as const).filter((name) => typeof binding[name] !== 'function')
  if (missing.length > 0) throw new TypeError(`it does not export ${missing.join(' and ')}`)
  if (onRecord !== null && onRecord.length !== onRecordParameters) {
    throw new TypeError('its on-record takes other parameters than that of blink:plugin@0.1.0')
  }
}

function bindingCall(binding: Binding): Caller {
  let bytes: Uint8Array = new Uint8Array()
  let topic = ''
  let partition = 0
  return {
    prepare(batchBytes, topicBytes, batchPartition) {
      bytes = batchBytes
      topic = topicBytes.toString()
      partition = batchPartition
    },
    within: (run) => run(),
    call(keyAt, keyLength, valueAt, valueLength) {
      const key = keyLength < 0 ? undefined : textOf(bytes, keyAt, keyLength)
      const value = valueLength < 0 ? '' : textOf(bytes, valueAt, valueLength)
      return binding.onRecord(topic, partition, key, value)
    },
  }
}
