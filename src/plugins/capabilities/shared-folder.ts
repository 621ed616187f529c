/**
 * The folder that a plugin's instances share, each in a thread of its own: how they take turns in it. Node has no locks
 * on files, and a lock that is a file outlives a thread that was ended while it held it; so the lock is a word in
 * memory that the threads share, and whoever waits for it finds out whether its holder still lives.
 *
 * Two brokers must not use one folder, since the lock is known to one process: `loading/folder-claim.ts` sees to that.
 */
import { type BigIntStats, fstatSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../base/assert.ts'

/** What the host makes once for each plugin, all zero, and hands to each of its instances. */
export const sharedStateBytes = 64

/** Its words, of 64 bits. */
const word = { generation: 0, keyvalue: 1, sql: 2, files: 3, fileBytes: 4, filesCounted: 5, logEnd: 6 } as const
/** Both are in one word, so that they are always of one another: up to a tebibyte, and eight million versions. */
const endBits = 40n
export type Turned = 'keyvalue' | 'sql' | 'files'

/** Inherited from an instance that was ended in the middle of whatever it did. */
export type Turn = 'free' | 'inherited'
/** In place of the holder: nobody any more. */
const orphaned = -1n

/** How far the log of the key-value store goes: in which of its files, and up to where. */
export interface LogEnd {
  /** Counts the files; 0 before anybody has looked. */
  readonly version: number
  readonly end: number
}

/** How long to sleep before asking whether the holder lives. */
const doubtMs = 20

export class SharedFolder {
  readonly path: string
  readonly #words: BigInt64Array
  /** This thread's own: as long as it is open, the thread lives. Node closes it when the thread is ended. */
  readonly #descriptor: number
  readonly #file: BigIntStats
  /** Unlike any that was ever in a word. The lower half is the descriptor. */
  readonly #mark: bigint
  readonly #held = new Set<Turned>()

  constructor(path: string, state: SharedArrayBuffer) {
    this.path = path
    this.#words = new BigInt64Array(state)
    mkdirSync(path, { recursive: true })
    this.#descriptor = openSync(join(path, 'lock'), 'a')
    this.#file = fstatSync(this.#descriptor, { bigint: true })
    const generation = Atomics.add(this.#words, word.generation, 1n) + 1n
    this.#mark = (generation << 32n) | BigInt(this.#descriptor)
    this.#clearAfterPredecessor()
  }

  /** Runs it while no other instance is at the same; null when the turn did not come in time. */
  inTurn<Result>(what: Turned, timeoutMs: number, run: (turn: Turn) => Result): Result | null {
    const turn = this.take(what, timeoutMs)
    if (turn === null) return null
    try {
      return run(turn)
    } finally {
      this.giveBack(what)
    }
  }

  /** Null when it did not come in time. */
  take(what: Turned, timeoutMs: number): Turn | null {
    assert(!this.#held.has(what), `this instance has the turn for ${what} already`)
    const index = word[what]
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const holder = Atomics.compareExchange(this.#words, index, 0n, this.#mark)
      const isInherited = holder !== 0n && !this.#isAlive(holder) && this.#takeOver(index, holder)
      if (holder === 0n || isInherited) {
        this.#held.add(what)
        return isInherited ? 'inherited' : 'free'
      }
      const left = deadline - performance.now()
      if (left <= 0) return null
      Atomics.wait(this.#words, index, holder, Math.min(doubtMs, left))
    }
  }

  giveBack(what: Turned): void {
    assert(this.#held.delete(what), `this instance has no turn for ${what}`)
    Atomics.store(this.#words, word[what], 0n)
    Atomics.notify(this.#words, word[what], 1)
  }

  /** Of the plugin's files, by all instances; counted by the first that wants to know. To be called in turn. */
  fileBytes(turn: Turn, count: () => number): number {
    if (turn === 'inherited' || Atomics.load(this.#words, word.filesCounted) === 0n) {
      Atomics.store(this.#words, word.fileBytes, BigInt(count()))
      Atomics.store(this.#words, word.filesCounted, 1n)
    }
    return Number(Atomics.load(this.#words, word.fileBytes))
  }

  addFileBytes(count: number): void {
    Atomics.add(this.#words, word.fileBytes, BigInt(count))
  }

  /** By the host, which has the state alone and not the folder. */
  static setFileBytes(state: SharedArrayBuffer, count: number): void {
    const words = new BigInt64Array(state)
    Atomics.store(words, word.fileBytes, BigInt(count))
    Atomics.store(words, word.filesCounted, 1n)
  }
  static fileBytesIn(state: SharedArrayBuffer): number {
    return Number(Atomics.load(new BigInt64Array(state), word.fileBytes))
  }

  /** What another instance writes meanwhile may be seen, or not; what it had written before is. */
  get logEnd(): LogEnd {
    const both = Atomics.load(this.#words, word.logEnd)
    return { version: Number(both >> endBits), end: Number(both & ((1n << endBits) - 1n)) }
  }

  /** To be called in turn. */
  set logEnd({ version, end }: LogEnd) {
    Atomics.store(this.#words, word.logEnd, (BigInt(version) << endBits) | BigInt(end))
  }

  #takeOver(index: number, holder: bigint): boolean {
    return Atomics.compareExchange(this.#words, index, holder, this.#mark) === holder
  }

  /** Descriptors are numbered for the whole process, so that any thread can ask about any. */
  #isAlive(holder: bigint): boolean {
    if (holder === orphaned) return false
    try {
      const { dev, ino } = fstatSync(Number(holder & 0xffff_ffffn), { bigint: true })
      return dev === this.#file.dev && ino === this.#file.ino
    } catch {
      return false // EBADF: it is closed.
    }
  }

  /** Whoever had the descriptor of this number before is dead, though the number is in use again. */
  #clearAfterPredecessor(): void {
    for (const index of [word.keyvalue, word.sql, word.files]) {
      const holder = Atomics.load(this.#words, index)
      if (holder === 0n || (holder & 0xffff_ffffn) !== BigInt(this.#descriptor)) continue
      Atomics.compareExchange(this.#words, index, holder, orphaned)
    }
  }
}
