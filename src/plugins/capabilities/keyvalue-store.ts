/**
 * Values by key in a log of one file: a change is one write to its end, and an instance knows where the last value of
 * each key lies. All instances of a plugin read the same file; who changes it takes turns.
 *
 * A log of our own, and not SQLite, which `sql.ts` uses: a value costs a tenth to read and to write (measured: 2
 * against 30 µs, 10 against 90), and 10 MB of memory and 30 ms at the start are saved. The process may be killed at any
 * time: what `set` returned from is there, and what it had not is there whole or not at all. After a power cut the last
 * changes may be missing.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Change, encodeEntry, readEntries } from './keyvalue-entries.ts'
import type { SharedFolder, Turn } from './shared-folder.ts'

/** What is wrong with a call, for whoever wrote the plugin. */
export class KeyvalueError extends Error {
  override readonly name = 'KeyvalueError'
}

export const keyBytesMax = 1024
export const valueBytesMax = 1024 * 1024
/** Each takes about 100 bytes of the thread's heap, which is 64 MiB. */
const keysMax = 250_000
/** Together, in one call. */
const changesMax = 10_000
/** Whatever settings say: positions in the file are numbers of 32 bits. */
const storeBytesMax = 1024 ** 3
/** How long to wait for another instance, which does not call out meanwhile. */
const turnTimeoutMs = 5000
/** Below, what is no longer of use in the file is let be. */
const garbageBytesMin = 1024 * 1024
/** The file is read in such pieces; one with an entry that is longer, whole. */
const pieceBytes = 1024 * 1024

/** Position and length of a value in one number, of which a map holds more: 21 bits suffice for a length. */
const lengthFactor = 2 ** 21

export class KeyvalueStore {
  readonly #folder: SharedFolder
  readonly #bytesMax: number
  readonly #warn: (message: string) => void
  #file: LogFile | null = null

  /** `warn` is told what does not concern the call in hand. */
  constructor(folder: SharedFolder, bytesMax: number, warn: (message: string) => void) {
    this.#folder = folder
    this.#bytesMax = Math.min(bytesMax, storeBytesMax)
    this.#warn = warn
  }

  get(key: string): Uint8Array | null {
    return this.#current().read(key)
  }

  has(key: string): boolean {
    return this.#current().places.has(key)
  }

  /** In order, those after the given one. */
  keysAfter(key: string | null, count: number): readonly string[] {
    return this.#current().keysAfter(key, count)
  }

  /** All of them, or none. */
  change(changes: readonly Change[]): void {
    this.#inTurn((file) => this.#append(file, changes))
  }

  /** Decides, with what is there, on one change that no other instance comes between. Null: nothing. */
  decide<Result>(key: string, decide: (value: Uint8Array | null) => readonly [Uint8Array | null, Result]): Result {
    return this.#inTurn((file) => {
      const [value, result] = decide(file.read(key))
      if (value !== null) this.#append(file, [[key, value]])
      return result
    })
  }

  #append(file: LogFile, changes: readonly Change[]): void {
    if (changes.length === 0) return
    check(changes, file, this.#bytesMax)
    file.append(encodeEntry(changes))
    this.#folder.logEnd = file
    if (file.garbageBytes > Math.max(garbageBytesMin, file.liveBytes)) this.#compact(file)
  }

  /** Where it fails the old file goes on, and the next change tries again. */
  #compact(file: LogFile): void {
    try {
      const next = file.compacted()
      this.#file = next
      this.#folder.logEnd = next
      file.remove()
    } catch (error) {
      this.#warn(`the key-value store could not be made smaller: ${(error as Error).message}`)
    }
  }

  /** What it knows is up to date when it returns. */
  #current(): LogFile {
    const { version, end } = this.#folder.logEnd
    if (this.#file?.version === version) {
      this.#file.readUpTo(end)
      return this.#file
    }
    // Nobody has looked yet, or the file was replaced; in turn, so that it is not replaced again meanwhile.
    return this.#inTurn((file) => file)
  }

  #inTurn<Result>(run: (file: LogFile) => Result): Result {
    const done = this.#folder.inTurn('keyvalue', turnTimeoutMs, (turn) => [run(this.#opened(turn))] as const)
    if (done === null) throw new KeyvalueError(`other instances were at the store for ${turnTimeoutMs} ms`)
    return done[0]
  }

  /** Whoever was ended in its turn may have changed the file and told nobody. */
  #opened(turn: Turn): LogFile {
    const { version, end } = this.#folder.logEnd
    const isKnown = turn === 'free' && version !== 0
    if (isKnown && this.#file?.version === version) {
      this.#file.readUpTo(end)
      return this.#file
    }
    this.#file?.close()
    this.#file = null
    const file = isKnown
      ? LogFile.open(this.#folder.path, version, end)
      : LogFile.recover(this.#folder.path, this.#warn)
    this.#folder.logEnd = file
    this.#file = file
    return file
  }
}

/** What a key takes beside its bytes and its value's, in the file and in memory. */
const keyOverheadBytes = 32

function check(changes: readonly Change[], file: LogFile, bytesMax: number): void {
  if (changes.length > changesMax) throw new KeyvalueError(`${changes.length} keys at once; at most ${changesMax}`)
  let bytes = file.liveBytes
  let keys = file.places.size
  for (const [key, value] of changes) {
    const keyBytes = Buffer.byteLength(key)
    if (keyBytes > keyBytesMax) throw new KeyvalueError(`a key of ${keyBytes} bytes; at most ${keyBytesMax}`)
    if (value === null) continue
    if (value.length > valueBytesMax) {
      throw new KeyvalueError(`the value of ${JSON.stringify(key)} has ${value.length} bytes; at most ${valueBytesMax}`)
    }
    const former = file.lengthOf(key)
    keys += former === null ? 1 : 0
    bytes += value.length - (former ?? -keyBytes - keyOverheadBytes)
  }
  const isGrowing = bytes > file.liveBytes
  if (isGrowing && bytes > bytesMax) throw new KeyvalueError(`the store is full: it may hold ${bytesMax} bytes`)
  if (keys > file.places.size && keys > keysMax) {
    throw new KeyvalueError(`the store is full: it may hold ${keysMax} keys`)
  }
}

const fileName = /^keyvalue\.(\d+)\.log(\.new)?$/
const nameOf = (version: number) => `keyvalue.${version}.log`

/** One version of the log, and where in it the values lie. */
class LogFile {
  readonly version: number
  readonly #folder: string
  readonly #descriptor: number
  readonly places = new Map<string, number>()
  /** Up to where it was read, or written. */
  end = 0
  liveBytes = 0
  #sorted: readonly string[] | null = null

  private constructor(folder: string, version: number) {
    this.#folder = folder
    this.version = version
    const { O_RDWR, O_CREAT, O_NOFOLLOW = 0 } = constants
    this.#descriptor = openSync(this.#path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
  }

  static open(folder: string, version: number, end: number): LogFile {
    const file = new LogFile(folder, version)
    file.readUpTo(end)
    return file
  }

  /** What the last process left: the newest log counts, up to its last whole entry. */
  static recover(folder: string, warn: (message: string) => void): LogFile {
    const found = readdirSync(folder).flatMap((name) => {
      const [, version, isUnfinished] = fileName.exec(name) ?? []
      return version === undefined ? [] : [{ name, version: Number(version), isUnfinished: isUnfinished !== undefined }]
    })
    const newest = Math.max(1, ...found.filter(({ isUnfinished }) => !isUnfinished).map(({ version }) => version))
    const file = new LogFile(folder, newest)
    const { size } = fstatSync(file.#descriptor)
    file.readUpTo(size)
    if (file.end < size)
      warn(`${file.#path}: a change was not written to its end; its ${size - file.end} bytes are cut off`)
    ftruncateSync(file.#descriptor, file.end)
    for (const { name, version, isUnfinished } of found) {
      if (isUnfinished || version < newest) rmSync(join(folder, name))
    }
    return file
  }

  get #path(): string {
    return join(this.#folder, nameOf(this.version))
  }

  read(key: string): Uint8Array | null {
    const place = this.places.get(key)
    if (place === undefined) return null
    const value = new Uint8Array(place % lengthFactor)
    readSync(this.#descriptor, value, 0, value.length, Math.floor(place / lengthFactor))
    return value
  }

  lengthOf(key: string): number | null {
    const place = this.places.get(key)
    return place === undefined ? null : place % lengthFactor
  }

  keysAfter(key: string | null, count: number): readonly string[] {
    this.#sorted ??= [...this.places.keys()].sort()
    return this.#sorted.slice(key === null ? 0 : after(this.#sorted, key)).slice(0, count)
  }

  get garbageBytes(): number {
    return this.end - this.liveBytes
  }

  readUpTo(end: number): void {
    let bytes = pieceBytes
    while (this.end < end) {
      const piece = Buffer.allocUnsafe(Math.min(bytes, end - this.end))
      const count = readSync(this.#descriptor, piece, 0, piece.length, this.end)
      const whole = readEntries(piece.subarray(0, count), this.end, (...change) => this.#learn(...change))
      this.end += whole
      if (whole > 0) continue
      if (count < piece.length || count === end - this.end) return // The last entry is not whole.
      bytes *= 2
    }
  }

  append(entry: Buffer): void {
    const at = this.end
    const count = writeSync(this.#descriptor, entry, 0, entry.length, at)
    if (count < entry.length)
      throw new KeyvalueError(`the disk is full: ${count} of ${entry.length} bytes were written`)
    readEntries(entry, at, (...change) => this.#learn(...change))
    this.end = at + entry.length
  }

  /** A new version without what is no longer of use. */
  compacted(): LogFile {
    const next = join(this.#folder, nameOf(this.version + 1))
    const descriptor = openSync(`${next}.new`, 'w', 0o600)
    try {
      for (const key of this.places.keys()) writeSync(descriptor, encodeEntry([[key, this.read(key)]]))
      fsyncSync(descriptor) // Before the name says that it is whole, it has to be.
    } finally {
      closeSync(descriptor)
    }
    renameSync(`${next}.new`, next)
    return LogFile.open(this.#folder, this.version + 1, Number.MAX_SAFE_INTEGER)
  }

  /** Other instances that still have it open can go on reading it. */
  remove(): void {
    this.close()
    rmSync(this.#path)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #learn(key: string, at: number, length: number): void {
    const former = this.lengthOf(key)
    const keyBytes = Buffer.byteLength(key) + keyOverheadBytes
    if (former !== null) this.liveBytes -= former + keyBytes
    if (former === null || length < 0) this.#sorted = null
    if (length < 0) this.places.delete(key)
    else {
      this.places.set(key, at * lengthFactor + length)
      this.liveBytes += length + keyBytes
    }
  }
}

/** The index of the first that is greater. */
function after(sorted: readonly string[], key: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= key) low = middle + 1
    else high = middle
  }
  return low
}
