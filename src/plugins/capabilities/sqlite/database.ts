/**
 * A database in one file, for statements that nobody trusts: each is one statement, within a time, a number of rows and
 * a size, and reaches nothing but that file. What a statement may do is decided when it is prepared, by SQLite's
 * authorizer; where it may reach, by there being no other file.
 */
import { mayDo } from './authorizer.ts'
import type { Library } from './library.ts'
import { databaseName, giveFile, type OwnFile, vfsName } from './own-file.ts'

/** By SQLite's storage classes; as `value` of blink:plugin/sql. */
export type Value =
  | { readonly tag: 'null' }
  | { readonly tag: 'integer'; readonly val: bigint }
  | { readonly tag: 'real'; readonly val: number }
  | { readonly tag: 'text'; readonly val: string }
  | { readonly tag: 'blob'; readonly val: Uint8Array }

export interface Rows {
  readonly columns: readonly string[]
  readonly values: readonly (readonly Value[])[]
}

export interface Limits {
  readonly bytesMax: number
  readonly rowsMax: number
  readonly timeoutMs: number
}

/** As `sql-error` of blink:plugin/sql. */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  readonly tag: 'statement' | 'too-many-rows' | 'timeout' | 'full'
  constructor(tag: SqlError['tag'], message: string) {
    super(message)
    this.tag = tag
  }
}

const [ok, row, done] = [0, 100, 101]
const [busy, interrupted, full] = [5, 9, 13]
const transient = -1
const openReadWriteCreate = 0x2 | 0x4
const defensive = 1010
const pageBytes = 4096
/** Between looks at the clock; SQLite does about a hundred in a microsecond. */
const instructionsBetweenLooks = 1000
/** Statements that stay prepared. */
const preparedMax = 32
/** What one query may answer, with all its rows: it is in the thread's memory twice, and in the plugin's. */
export const answerBytesMax = 16 * 1024 * 1024

/** `sqlite3_limit`: what is far beyond honest use, and would take long without a look at the clock. */
const limits = {
  length: [0, answerBytesMax],
  statement: [1, 1024 * 1024],
  likePattern: [8, 100],
  triggerDepth: [10, 10],
} as const

interface Prepared {
  readonly pointer: number
  readonly isReadOnly: boolean
  /** To shrink the file, SQLite attaches one of its own, in memory, for as long as that takes. */
  readonly isVacuum: boolean
}

export class Database {
  readonly #library: Library
  readonly #limits: Limits
  readonly #pointer: number
  /** In the order of their last use. */
  readonly #prepared = new Map<string, Prepared>()
  #deadline = 0
  #isVacuum = false

  constructor(library: Library, file: OwnFile, limits: Limits) {
    this.#library = library
    this.#limits = limits
    giveFile(library, file)
    this.#pointer = this.#open()
    this.#restrict()
  }

  /** Reads. */
  query(statement: string, parameters: readonly Value[]): Rows {
    const prepared = this.#prepare(statement)
    if (!prepared.isReadOnly) throw new SqlError('statement', 'query only reads: for what changes there is execute')
    return this.#run(prepared, parameters, () => this.#rows(prepared.pointer))
  }

  /** How many rows it changed. */
  execute(statement: string, parameters: readonly Value[]): bigint {
    const { call } = this.#library
    const prepared = this.#prepare(statement)
    const before = call.sqlite3_total_changes64(this.#pointer)
    return this.#run(prepared, parameters, () => {
      while (this.#step(prepared.pointer)) {} // Rows of RETURNING are for queries, which cannot change.
      const isChanged = call.sqlite3_total_changes64(this.#pointer) !== before
      return isChanged ? call.sqlite3_changes64(this.#pointer) : 0n
    })
  }

  close(): void {
    for (const { pointer } of this.#prepared.values()) this.#library.call.sqlite3_finalize(pointer)
    this.#prepared.clear()
    this.#library.call.sqlite3_close_v2(this.#pointer)
  }

  #open(): number {
    const library = this.#library
    const out = library.copy(new Uint8Array(4))!
    const [name, vfs] = [library.copyText(databaseName)!, library.copyText(vfsName)!]
    const code = library.call.sqlite3_open_v2(name, out, openReadWriteCreate, vfs)
    const pointer = library.readInt(out)
    for (const at of [out, name, vfs]) library.call.free(at)
    if (code !== ok) throw this.#error(pointer)
    return pointer
  }

  /** What is not restricted here is restricted by there being no other file. */
  #restrict(): void {
    const { call } = this.#library
    const pagesMax = Math.max(1, Math.floor(this.#limits.bytesMax / pageBytes))
    this.#configure(`
      PRAGMA page_size = ${pageBytes}; PRAGMA max_page_count = ${pagesMax}; PRAGMA cache_size = -4096;
      PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF`)
    call.sqlite3__wasm_db_config_ip(this.#pointer, defensive, 1, 0)
    for (const [which, most] of Object.values(limits)) call.sqlite3_limit(this.#pointer, which, most)
    const text = (at: number) => this.#library.textAt(at)
    const authorize = (_: number, action: number, first: number, second: number) =>
      mayDo(action, text(first), text(second), this.#isVacuum) ? 0 : 1
    call.sqlite3_set_authorizer(this.#pointer, this.#library.pointerTo('iiiiii', authorize), 0)
    const look = () => (performance.now() > this.#deadline ? 1 : 0)
    call.sqlite3_progress_handler(this.#pointer, instructionsBetweenLooks, this.#library.pointerTo('i', look), 0)
  }

  /** Of our own, and before anything else: it is not looked at, and takes the time it takes. */
  #configure(statements: string): void {
    const text = this.#library.copyText(statements)!
    const code = this.#library.call.sqlite3_exec(this.#pointer, text, 0, 0, 0)
    this.#library.call.free(text)
    if (code !== ok) throw this.#error(this.#pointer)
  }

  #prepare(statement: string): Prepared {
    const known = this.#prepared.get(statement)
    if (known !== undefined) this.#prepared.delete(statement)
    const prepared = known ?? this.#compile(statement)
    this.#prepared.set(statement, prepared)
    if (this.#prepared.size > preparedMax) {
      const [oldest, { pointer }] = this.#prepared.entries().next().value!
      this.#prepared.delete(oldest)
      this.#library.call.sqlite3_finalize(pointer)
    }
    return prepared
  }

  #compile(statement: string): Prepared {
    const { call } = this.#library
    if (statement.includes('\0')) throw new SqlError('statement', 'it has a zero in it')
    const text = this.#library.copyText(statement) ?? outOfMemory()
    const out = this.#library.copy(new Uint8Array(8)) ?? outOfMemory()
    this.#isVacuum = /^\s*vacuum[\s;]*$/i.test(statement)
    this.#deadline = performance.now() + this.#limits.timeoutMs
    try {
      const pointer = this.#compilePart(text, out)
      if (pointer === 0) throw new SqlError('statement', 'there is no statement in it')
      if (this.#isNothing(this.#library.readInt(out + 4), out)) {
        return { pointer, isReadOnly: call.sqlite3_stmt_readonly(pointer) !== 0, isVacuum: this.#isVacuum }
      }
      call.sqlite3_finalize(pointer)
      throw new SqlError('statement', 'there are several statements in it: give them one by one')
    } finally {
      call.free(text)
      call.free(out)
    }
  }

  /** Whether a text is space, comments and semicolons. */
  #isNothing(text: number, out: number): boolean {
    const { call } = this.#library
    const code = call.sqlite3_prepare_v2(this.#pointer, text, -1, out, out + 4)
    const pointer = this.#library.readInt(out)
    call.sqlite3_finalize(pointer)
    return code === ok && pointer === 0
  }

  /** The first statement in a text, 0 when it has none. `out` becomes it, and where the text goes on. */
  #compilePart(text: number, out: number): number {
    const code = this.#library.call.sqlite3_prepare_v2(this.#pointer, text, -1, out, out + 4)
    if (code !== ok) throw this.#error(this.#pointer)
    return this.#library.readInt(out)
  }

  #run<Result>({ pointer, isVacuum }: Prepared, parameters: readonly Value[], run: () => Result): Result {
    const { call } = this.#library
    this.#isVacuum = isVacuum
    this.#deadline = performance.now() + this.#limits.timeoutMs
    try {
      const expected = call.sqlite3_bind_parameter_count(pointer)
      if (expected !== parameters.length) {
        throw new SqlError('statement', `it has ${expected} parameters, and ${parameters.length} were given`)
      }
      for (const [index, value] of parameters.entries()) this.#bind(pointer, index + 1, value)
      return run()
    } finally {
      // Ends what it reads, and with it the turn of this instance.
      call.sqlite3_reset(pointer)
      call.sqlite3_clear_bindings(pointer)
    }
  }

  #bind(pointer: number, position: number, value: Value): void {
    const { call } = this.#library
    const code = this.#bound(pointer, position, value, call)
    if (code !== ok) throw this.#error(this.#pointer)
  }

  #bound(pointer: number, position: number, value: Value, call: Library['call']): number {
    switch (value.tag) {
      case 'null':
        return call.sqlite3_bind_null(pointer, position)
      case 'integer':
        return call.sqlite3_bind_int64(pointer, position, value.val)
      case 'real':
        return call.sqlite3_bind_double(pointer, position, value.val)
      case 'text':
        return this.#boundBytes(call.sqlite3_bind_text, pointer, position, Buffer.from(value.val))
      case 'blob':
        return this.#boundBytes(call.sqlite3_bind_blob, pointer, position, value.val)
      default:
        return value satisfies never
    }
  }

  #boundBytes(bind: (...values: number[]) => number, pointer: number, position: number, bytes: Uint8Array): number {
    const at = this.#library.copy(bytes) ?? outOfMemory()
    const code = bind(pointer, position, at, bytes.length, transient)
    this.#library.call.free(at)
    return code
  }

  #rows(pointer: number): Rows {
    const { call } = this.#library
    const count = call.sqlite3_column_count(pointer)
    const values: Value[][] = []
    let bytes = 0
    while (this.#step(pointer)) {
      if (values.length === this.#limits.rowsMax) throw new SqlError('too-many-rows', String(this.#limits.rowsMax))
      const found = Array.from({ length: count }, (_, column) => this.#value(pointer, column))
      bytes += found.reduce((sum, value) => sum + bytesOf(value), 0)
      if (bytes > answerBytesMax) throw new SqlError('statement', `it found more than ${answerBytesMax} bytes`)
      values.push(found)
    }
    const name = (_: unknown, column: number) => this.#library.textAt(call.sqlite3_column_name(pointer, column))
    return { columns: Array.from({ length: count }, name), values }
  }

  #step(pointer: number): boolean {
    const code = this.#library.call.sqlite3_step(pointer)
    if (code === row) return true
    if (code === done) return false
    throw this.#error(this.#pointer)
  }

  #value(pointer: number, column: number): Value {
    const { call, bytes } = this.#library
    switch (call.sqlite3_column_type(pointer, column)) {
      case 1:
        return { tag: 'integer', val: call.sqlite3_column_int64(pointer, column) }
      case 2:
        return { tag: 'real', val: call.sqlite3_column_double(pointer, column) }
      case 3: {
        const at = call.sqlite3_column_text(pointer, column)
        const length = call.sqlite3_column_bytes(pointer, column)
        return { tag: 'text', val: Buffer.from(this.#library.bytes.buffer, at, length).toString() }
      }
      case 4: {
        const at = call.sqlite3_column_blob(pointer, column)
        return { tag: 'blob', val: bytes.slice(at, at + call.sqlite3_column_bytes(pointer, column)) }
      }
      default:
        return { tag: 'null' }
    }
  }

  #error(pointer: number): SqlError {
    const { call } = this.#library
    const code = call.sqlite3_extended_errcode(pointer) & 0xff
    const message = this.#library.textAt(call.sqlite3_errmsg(pointer))
    if (code === interrupted) return new SqlError('timeout', `it took longer than ${this.#limits.timeoutMs} ms`)
    if (code === busy) return new SqlError('timeout', 'other instances of the plugin were at the database too long')
    if (code === full) return new SqlError('full', `the database has grown to ${this.#limits.bytesMax} bytes`)
    return new SqlError('statement', message)
  }
}

function bytesOf(value: Value): number {
  if (value.tag === 'text' || value.tag === 'blob') return value.val.length + 16
  return 16
}

function outOfMemory(): never {
  throw new SqlError('statement', 'out of memory')
}
