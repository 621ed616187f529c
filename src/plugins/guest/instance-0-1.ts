/**
 * A component of blink:plugin@0.1 and the ways to call it: jco's binding, which always works, and the direct call,
 * which is ten times as fast and used where it is proven.
 */
import { optional, uint32 } from './bound-values.ts'
import type { Binding, Caller } from './caller.ts'
import { instantiateComponent } from './component-instance.ts'
import { CoreWiring } from './core-wiring.ts'
import { directCall } from './direct-call.ts'
import { BadResult, type ComponentCode, type Guest, type Surroundings } from './instance.ts'
import { Judge } from './judging.ts'
import { textOf } from './text.ts'

const onRecordParameters = 8
const pluginInterface = /^blink:plugin\/plugin@0\.1\.\d+$/

export interface RecordInstance {
  readonly caller: Caller
  readonly isDirect: boolean
  init(): number | undefined
  flush(): void
  memoryBytes(): number
}

export async function recordGuest(code: ComponentCode, surroundings: Surroundings): Promise<Guest> {
  const instance = await instantiate(code, surroundings)
  return guestOf(instance, surroundings)
}

/** Whatever can be called record by record, as a guest. */
export function guestOf(instance: RecordInstance, { policies, crossing }: Surroundings): Guest {
  const judge = new Judge(instance, policies, crossing)
  const absent = (name: string) => (): never => {
    throw new BadResult(`it has no ${name}: that came with blink:plugin@0.2`)
  }
  return {
    get isDirect() {
      return instance.isDirect
    },
    init: () => instance.init(),
    describe: absent('describe'),
    judge: (buffer, shape) => judge.judge(buffer, shape),
    call: absent('hook but on-record'),
    flush: () => instance.flush(),
    memoryBytes: () => instance.memoryBytes(),
  }
}

export async function instantiate(code: ComponentCode, surroundings: Surroundings): Promise<RecordInstance> {
  const name = code.exports.find((one) => pluginInterface.test(one)) ?? ''
  const wiring = new CoreWiring(`${name}#on-record`, code, surroundings.log)
  const { exports, flush, memoryBytes } = await instantiateComponent(code, wiring, surroundings)
  const binding = exports[name] as Binding
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
      const port = portOf(binding.init())
      const direct = code.isBindingOnly ? null : directCall(binding, wiring)
      if (direct !== null) caller = direct
      isDirect = direct !== null
      return port
    },
    flush,
    memoryBytes,
  }
}

const portMax = 65_535

function portOf(answer: unknown): number | undefined {
  const port = optional(uint32)(answer, 'port')
  if (port === undefined || port <= portMax) return port
  throw new BadResult(`init answered the port ${port}; use at most ${portMax}`)
}

function checkSignatures(binding: Binding, { onRecord }: CoreWiring): void {
  const missing = (['init', 'onRecord'] as const).filter((name) => typeof binding[name] !== 'function')
  if (missing.length > 0) throw new TypeError(`it does not export ${missing.join(' and ')}`)
  if (onRecord !== null && onRecord.length !== onRecordParameters) {
    throw new TypeError('its on-record takes other parameters than that of blink:plugin@0.1.0')
  }
}

export function bindingCall(binding: Pick<Binding, 'onRecord'>): Caller {
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
