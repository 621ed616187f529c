/**
 * SQLite, compiled to WebAssembly, with nothing of the machine in it: every system call it might make fails, and its
 * memory has an end. Files it gets through `own-file.ts` alone.
 *
 * Of the package that the SQLite project publishes only the WebAssembly is used, through SQLite's C interface: the
 * JavaScript beside it can be loaded only asynchronously, and a plugin's thread does not return to its event loop.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { addToTable, type Parameters } from './function-table.ts'

/** What of SQLite's C interface is used. Pointers are numbers; 64-bit numbers are bigints. */
type Functions = Readonly<Record<(typeof functionNames)[number], (...values: (number | bigint)[]) => number>>
const functionNames = [
  ...(['malloc', 'free', 'sqlite3_initialize', 'sqlite3_vfs_register', 'sqlite3_open_v2'] as const),
  ...(['sqlite3_close_v2', 'sqlite3_errmsg', 'sqlite3_extended_errcode', 'sqlite3_exec', 'sqlite3_limit'] as const),
  ...(['sqlite3_prepare_v2', 'sqlite3_step', 'sqlite3_reset', 'sqlite3_clear_bindings', 'sqlite3_finalize'] as const),
  ...(['sqlite3_bind_parameter_count', 'sqlite3_bind_null', 'sqlite3_bind_int64', 'sqlite3_bind_double'] as const),
  ...(['sqlite3_bind_text', 'sqlite3_bind_blob', 'sqlite3_column_count', 'sqlite3_column_name'] as const),
  ...(['sqlite3_column_type', 'sqlite3_column_double', 'sqlite3_column_text', 'sqlite3_column_blob'] as const),
  ...(['sqlite3_column_bytes', 'sqlite3_stmt_readonly', 'sqlite3_set_authorizer'] as const),
  ...(['sqlite3_progress_handler', 'sqlite3__wasm_db_config_ip', 'sqlite3_get_autocommit'] as const),
] as const
interface BigFunctions {
  sqlite3_column_int64(statement: number, column: number): bigint
  sqlite3_changes64(database: number): bigint
  sqlite3_total_changes64(database: number): bigint
}

const pageBytes = 65_536
/** 128 is what it wants at least; 1024 is 64 MiB, for SQLite's cache and for what a query sorts. */
const memoryPages = { initial: 128, maximum: 1024 }

const utf8 = new TextEncoder()

export class Library {
  readonly call: Functions & BigFunctions
  readonly #memory = new WebAssembly.Memory(memoryPages)
  readonly #table: WebAssembly.Table
  #bytes = new Uint8Array(this.#memory.buffer)

  constructor() {
    const module = compiled()
    const { exports } = new WebAssembly.Instance(module, imports(module, this.#memory))
    this.call = exports as unknown as Functions & BigFunctions
    this.#table = exports['__indirect_function_table'] as WebAssembly.Table
    ;(exports['__wasm_call_ctors'] as () => void)()
    this.call.sqlite3_initialize()
  }

  /** Where a function of ours can be called from C. */
  pointerTo(parameters: Parameters, run: (...values: never[]) => number): number {
    return addToTable(this.#table, parameters, run)
  }

  /** The memory, to be asked for anew after every call: it grows. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer)
    return this.#bytes
  }

  /** Null when memory is full. To be freed. */
  copy(bytes: Uint8Array): number | null {
    const at = this.call.malloc(Math.max(1, bytes.length))
    if (at === 0) return null
    this.bytes.set(bytes, at)
    return at
  }

  /** As C wants it: with a zero at its end. To be freed. */
  copyText(text: string): number | null {
    return this.copy(utf8.encode(`${text}\0`))
  }

  /** The text up to its zero. */
  textAt(at: number): string {
    return at === 0 ? '' : Buffer.from(this.bytes.subarray(at, this.bytes.indexOf(0, at))).toString()
  }

  readInt(at: number): number {
    return this.#view.getInt32(at, true)
  }
  writeInt(at: number, value: number): void {
    this.#view.setInt32(at, value, true)
  }
  writeBig(at: number, value: bigint): void {
    this.#view.setBigInt64(at, value, true)
  }

  get #view(): DataView {
    return new DataView(this.#memory.buffer)
  }
}

let module: WebAssembly.Module | undefined

/** Once in a thread; V8 keeps what one thread compiled for the next. */
function compiled(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(wasmFile()))
  return module
}

/** In `dist` it lies beside the bundle; from the sources the package is there. */
function wasmFile(): string {
  const beside = fileURLToPath(new URL('./sqlite3.wasm', import.meta.url))
  return existsSync(beside) ? beside : fileURLToPath(import.meta.resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm'))
}

/** "Function not implemented", as the system says it, and as WASI does. */
const notImplemented = { env: -38, wasi_snapshot_preview1: 52 }

function imports(module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Imports {
  const env: Record<string, unknown> = {}
  const wasi: Record<string, unknown> = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (from === 'env') env[name] = () => notImplemented.env
    else wasi[name] = () => notImplemented.wasi_snapshot_preview1
  }
  return {
    wasi_snapshot_preview1: wasi,
    env: {
      ...env,
      memory,
      emscripten_get_heap_max: () => memoryPages.maximum * pageBytes,
      emscripten_resize_heap: (bytes: number) => (grow(memory, bytes >>> 0) ? 1 : 0),
      emscripten_date_now: () => 0,
      emscripten_get_now: () => 0,
      _tzset_js: () => {},
      _localtime_js: (seconds: bigint, at: number) => writeUtc(new DataView(memory.buffer), seconds, at),
    },
  }
}

type Growing = WebAssembly.Memory & { grow(pages: number): number }

function grow(memory: WebAssembly.Memory, bytes: number): boolean {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes)
  try {
    ;(memory as Growing).grow(Math.max(0, missing))
    return true
  } catch {
    return false // C is told, and SQLite says that memory is full.
  }
}

/** C's `struct tm`. Where the machine stands is no business of a plugin's: local time is UTC. */
function writeUtc(view: DataView, seconds: bigint, at: number): void {
  const date = new Date(Number(seconds) * 1000)
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear())) / 86_400_000)
  const fields = [
    ...[date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth()],
    ...[date.getUTCFullYear() - 1900, date.getUTCDay(), dayOfYear, 0, 0],
  ]
  for (const [index, value] of fields.entries()) view.setInt32(at + 4 * index, value, true)
}
