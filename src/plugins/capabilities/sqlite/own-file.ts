/**
 * The files that SQLite gets to see: one database and its journal, and no other, whatever a statement names. In
 * SQLite's words a VFS. Its lock is a turn in the folder that the plugin's instances share, for reading as for writing:
 * while one instance reads, the others wait.
 */
import { randomFillSync } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import type { Clock } from '../../../base/clock.ts'
import type { SharedFolder } from '../shared-folder.ts'
import type { Library } from './library.ts'

/** SQLite's codes. */
const ok = 0
const busy = 5
const cannotOpen = 14
const notFound = 12
const readError = 266
const shortRead = 522
const writeError = 778
const fsyncError = 1034
const truncateError = 1546
const statError = 1802

/** What it is called in there. */
export const databaseName = 'main'
const journalName = `${databaseName}-journal`
export const vfsName = 'own-file'

/** The structure of an open file: a pointer to the methods, and our descriptor. */
const fileBytes = 8
const lockLevelNone = 0
const nameBytesMax = 64
/** 1970, in days of the Julian calendar, which is how SQLite wants the time. */
const epochJulianDay = 2_440_587.5
const dayMs = 86_400_000

export interface OwnFile {
  readonly path: string
  readonly folder: SharedFolder
  readonly clock: Clock
  /** How long a statement waits for another instance's. */
  readonly busyTimeoutMs: number
}

/** Makes the file known to this library, as its only way to the outside. */
export function giveFile(library: Library, file: OwnFile): void {
  const files = new OpenFiles(library, file)
  const methods = writeStruct(library, [1, ...files.methods()])
  const name = library.copyText(vfsName)!
  const vfs = writeStruct(library, [1, fileBytes, nameBytesMax, 0, name, 0, ...files.vfs(methods)])
  library.call.sqlite3_vfs_register(vfs, 1)
}

/** Numbers and pointers, which are four bytes each. Lives as long as the library. */
function writeStruct(library: Library, fields: readonly number[]): number {
  return library.copy(new Uint8Array(Int32Array.from(fields).buffer))!
}

class OpenFiles {
  readonly #library: Library
  readonly #file: OwnFile
  readonly #paths: ReadonlyMap<string, string>
  #hasLock = false

  constructor(library: Library, file: OwnFile) {
    this.#library = library
    this.#file = file
    this.#paths = new Map([
      [databaseName, file.path],
      [journalName, `${file.path}-journal`],
    ])
  }

  /** In the order of `sqlite3_vfs`, from `xOpen` on. */
  vfs(methods: number): readonly number[] {
    const { clock } = this.#file
    const library = this.#library
    const nothing = 0
    return [
      library.pointerTo('iiiii', (_: number, name: number, at: number, flags: number, flagsAt: number) => {
        return this.#open(methods, name, at, flags, flagsAt)
      }),
      library.pointerTo('iii', (_: number, name: number) => this.#delete(name)),
      library.pointerTo('iiii', (_: number, name: number, _flags: number, at: number) => {
        const path = this.#paths.get(library.textAt(name))
        library.writeInt(at, path !== undefined && existsSync(path) ? 1 : 0)
        return ok
      }),
      library.pointerTo('iiii', (_: number, name: number, bytesMax: number, at: number) => {
        return this.#writeName(library.textAt(name), bytesMax, at)
      }),
      ...[nothing, nothing, nothing, nothing], // Extensions cannot be loaded.
      library.pointerTo('iii', (_: number, count: number, at: number) => {
        randomFillSync(library.bytes.subarray(at, at + count))
        return count
      }),
      library.pointerTo('ii', (_: number, microseconds: number) => microseconds),
      library.pointerTo('ii', (_: number, at: number) => {
        new DataView(library.bytes.buffer).setFloat64(at, clock.now() / dayMs + epochJulianDay, true)
        return ok
      }),
      library.pointerTo('iii', () => ok),
    ]
  }

  /** In the order of `sqlite3_io_methods`, from `xClose` on. */
  methods(): readonly number[] {
    const library = this.#library
    const descriptor = (file: number) => library.readInt(file + 4)
    const part = (at: number, count: number) => library.bytes.subarray(at, at + count)
    return [
      library.pointerTo('i', (file: number) => guarded(cannotOpen, () => closeSync(descriptor(file)))),
      library.pointerTo('iiij', (file: number, at: number, count: number, from: bigint) => {
        return read(descriptor(file), part(at, count), Number(from))
      }),
      library.pointerTo('iiij', (file: number, at: number, count: number, to: bigint) => {
        return write(descriptor(file), part(at, count), Number(to))
      }),
      library.pointerTo('ij', (file: number, size: bigint) => {
        return guarded(truncateError, () => ftruncateSync(descriptor(file), Number(size)))
      }),
      library.pointerTo('ii', (file: number) => guarded(fsyncError, () => fsyncSync(descriptor(file)))),
      library.pointerTo('ii', (file: number, at: number) => {
        return guarded(statError, () => library.writeBig(at, BigInt(fstatSync(descriptor(file)).size)))
      }),
      library.pointerTo('ii', () => this.#lock()),
      library.pointerTo('ii', (_: number, level: number) => this.#unlock(level)),
      library.pointerTo('ii', (_: number, at: number) => {
        library.writeInt(at, 0) // Whoever asks has the turn, so nobody else is about to write.
        return ok
      }),
      library.pointerTo('iii', () => notFound),
      library.pointerTo('i', () => 4096),
      library.pointerTo('i', () => 0),
    ]
  }

  #open(methods: number, nameAt: number, at: number, flags: number, flagsAt: number): number {
    const library = this.#library
    library.writeInt(at, 0) // No methods: SQLite does not close what was not opened.
    const path = nameAt === 0 ? undefined : this.#paths.get(library.textAt(nameAt))
    if (path === undefined) return cannotOpen
    return guarded(cannotOpen, () => {
      const { O_RDWR, O_CREAT, O_NOFOLLOW = 0 } = constants
      library.writeInt(at + 4, openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600))
      library.writeInt(at, methods)
      if (flagsAt !== 0) library.writeInt(flagsAt, flags)
    })
  }

  #delete(nameAt: number): number {
    const path = this.#paths.get(this.#library.textAt(nameAt))
    if (path === undefined) return cannotOpen
    return guarded(writeError, () => rmSync(path, { force: true }))
  }

  #writeName(name: string, bytesMax: number, at: number): number {
    const bytes = Buffer.from(`${name}\0`)
    if (bytes.length > bytesMax) return cannotOpen
    this.#library.bytes.set(bytes, at)
    return ok
  }

  /** The first level, of those who read, is already that of one alone. */
  #lock(): number {
    const { folder, busyTimeoutMs } = this.#file
    if (this.#hasLock) return ok
    this.#hasLock = folder.take('sql', busyTimeoutMs) !== null
    return this.#hasLock ? ok : busy
  }

  #unlock(level: number): number {
    if (level !== lockLevelNone || !this.#hasLock) return ok
    this.#hasLock = false
    this.#file.folder.giveBack('sql')
    return ok
  }
}

/** SQLite tells its own user what went wrong; the system's reason has no place there. */
function guarded(code: number, run: () => void): number {
  try {
    run()
    return ok
  } catch {
    return code
  }
}

function read(descriptor: number, into: Uint8Array, from: number): number {
  let count = 0
  const code = guarded(readError, () => {
    count = readSync(descriptor, into, 0, into.length, from)
  })
  if (code !== ok || count === into.length) return code
  into.fill(0, count)
  return shortRead
}

function write(descriptor: number, bytes: Uint8Array, to: number): number {
  let count = 0
  const code = guarded(writeError, () => {
    count = writeSync(descriptor, bytes, 0, bytes.length, to)
  })
  return code === ok && count < bytes.length ? writeError : code
}
