/**
 * Stands between jco's glue and the core modules as they are instantiated. It counts what they bring, and lends the
 * glue exports of its own in place of those it wants to hear of or to take over.
 */
import { type Level, levels } from '../../base/logger.ts'
import { LimitError, memoriesMax, tablesMax } from '../loading/core-module.ts'
import type { HostLog } from './host-log.ts'
import type { ComponentCode } from './instance.ts'

/** A core module as the broker hands it to the plugin's thread. */
export interface CoreModule {
  readonly module: WebAssembly.Module
  readonly memoryCount: number
  readonly memoryBytesMax: number
  readonly tableCount: number
}

export type CoreFunction = (...values: number[]) => number

interface Heard {
  readonly level: Level
  readonly message: string
}

const hostImport = /^blink:plugin\/host@/

export class CoreWiring {
  /** The core functions behind `on-record`, once instantiated; null when the component hides them. */
  onRecord: CoreFunction | null = null
  postReturn: CoreFunction | null = null
  readonly memories = new Set<WebAssembly.Memory>()
  /** While set, it is called in place of `on-record`, with its arguments. */
  hook: CoreFunction | null = null
  /** What is called then in place of what frees the answer. */
  afterHook: CoreFunction | null = null
  /** Of the plugin's allocators, the one called last. */
  allocator: CoreFunction | null = null

  readonly #exportName: string
  readonly #log: HostLog
  readonly #code: Pick<ComponentCode, 'modules' | 'maxMemoryBytes'>
  #memoryCount = 0
  #memoryBytesMax = 0
  #tableCount = 0
  /** The line that came through jco's binding last. */
  #heard: Heard | null = null

  /** `exportName` is that of the hook in the core module, as `blink:plugin/plugin@0.1.0#on-record`. */
  constructor(exportName: string, code: Pick<ComponentCode, 'modules' | 'maxMemoryBytes'>, log: HostLog) {
    this.#exportName = exportName
    this.#code = code
    this.#log = log
  }

  /** What jco's glue is given as the interface `host`. */
  readonly host = {
    log: (level: Level, message: string): void => {
      this.#heard = { level, message }
      this.#log.write(level, message)
    },
  }

  readonly getCoreModule = (name: string): WebAssembly.Module => this.#code.modules.get(name)!.module

  readonly instantiateCore = async (
    module: WebAssembly.Module,
    imports?: WebAssembly.Imports,
  ): Promise<WebAssembly.Instance> => {
    this.#count(module)
    const { exports } = await WebAssembly.instantiate(module, imports && this.#withOwnLog(imports))
    for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) this.memories.add(value)
    return { exports: { ...exports, ...this.#listeners(exports) } }
  }

  /** Those in which this text lies at each of these addresses. */
  memoriesWith(text: Buffer, addresses: readonly number[]): readonly WebAssembly.Memory[] {
    const holds = (buffer: ArrayBuffer, at: number) =>
      at + text.length <= buffer.byteLength && Buffer.from(buffer, at, text.length).equals(text)
    return [...this.memories].filter(({ buffer }) => addresses.every((at) => holds(buffer, at)))
  }

  #count(module: WebAssembly.Module): void {
    const { modules, maxMemoryBytes } = this.#code
    const counts = [...modules.values()].find((known) => known.module === module)
    this.#memoryCount += counts?.memoryCount ?? 0
    this.#memoryBytesMax += counts?.memoryBytesMax ?? 0
    this.#tableCount += counts?.tableCount ?? 0
    if (this.#memoryCount > memoriesMax) throw new LimitError(`it has more than ${memoriesMax} memories`)
    // They were shared out as if each module came to life once.
    if (this.#memoryBytesMax > maxMemoryBytes) throw new LimitError('it instantiates a module with memory twice')
    if (this.#tableCount > tablesMax) throw new LimitError(`it has more than ${tablesMax} tables`)
  }

  /** Core modules are wired to each other through the glue, too: a function of ours is as good an import as theirs. */
  #listeners(exports: WebAssembly.Exports): WebAssembly.Exports {
    const listeners: Record<string, CoreFunction> = {}
    for (const [name, value] of Object.entries(exports)) {
      if (!isFunction(value)) continue
      if (name.includes('realloc')) {
        listeners[name] = (...values) => {
          this.allocator = value
          const [, , align, bytes] = values
          // Empty lists are nowhere; not every allocator knows that, and nobody frees them.
          return this.hook !== null && bytes === 0 ? align! : value(...values)
        }
      }
      if (name === this.#exportName) {
        this.onRecord = value
        listeners[name] = (...values) => (this.hook ?? value)(...values)
      }
      if (name === `cabi_post_${this.#exportName}`) {
        this.postReturn = value
        listeners[name] = (...values) => (this.hook === null ? value(...values) : (this.afterHook?.(...values) ?? 0))
      }
    }
    return listeners
  }

  /**
   * jco's import of `log` costs 2 µs a line, also of lines that nobody sees. The first line goes its way; when what
   * arrives is what lies at the address given, in one memory and no other, later lines are read from there.
   */
  #withOwnLog(imports: WebAssembly.Imports): WebAssembly.Imports {
    const name = Object.keys(imports).find((key) => hostImport.test(key))
    const binding = name && imports[name]?.['log']
    if (!name || !isFunction(binding)) return imports
    let proven: WebAssembly.Memory | null = null
    const log = (rank: number, at: number, length: number): void => {
      if (proven !== null) {
        if (rank >>> 0 >= levels.length) throw new TypeError('invalid log level')
        this.#log.writeBytes(rank, proven, at >>> 0, length >>> 0)
        return
      }
      this.#heard = null
      binding(rank, at, length)
      const heard = this.#heard as Heard | null
      if (heard === null || length === 0 || levels[rank] !== heard.level) return
      const text = Buffer.from(heard.message)
      const found = text.length === length ? this.memoriesWith(text, [at >>> 0]) : []
      if (found.length === 1) proven = found[0]!
    }
    return { ...imports, [name]: { ...imports[name], log } }
  }
}

function isFunction(value: unknown): value is CoreFunction {
  return typeof value === 'function'
}
