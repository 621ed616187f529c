/**
 * The folder that a plugin sees as `/`: which files its paths mean, and how much they may hold. There is no way out: a
 * path is walked name by name, never through a link, and never above where it began. What is neither file nor folder
 * is not opened: a pipe would hold up the thread.
 */
import {
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { SharedFolder, Turn } from './shared-folder.ts'
import { type ErrorCode, FileError } from './wasi/filesystem-errors.ts'

/** The names from the root on. */
export type Place = readonly string[]

/** Within the plugin's folder, where also what it keeps by other capabilities is. */
export const rootName = 'files'
const firstFolders = ['data', 'config', 'tmp']

/** What a file or folder counts beside what is in it, so that there is an end to their number. */
export const entryBytes = 1024
const pathBytesMax = 4096
const nameBytesMax = 255
/** A write in turn takes microseconds, and what an instance does outside is not waited for. */
const turnTimeoutMs = 5000

/** What Windows takes for other than a name: streams, drives and devices. */
const notOnWindows = /[\\:]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[. ]$/i

export interface OpenOptions {
  readonly isRead: boolean
  readonly isWritten: boolean
  readonly isCreated: boolean
  readonly isExclusive: boolean
  readonly isTruncated: boolean
}

export class PluginFiles {
  readonly #root: string
  readonly #folder: SharedFolder
  readonly #bytesMax: number
  /** How often this instance has a file open, by inode: what is removed takes space until it is closed. */
  readonly #open = new Map<string, number>()

  constructor(folder: SharedFolder, bytesMax: number) {
    this.#root = join(folder.path, rootName)
    this.#folder = folder
    this.#bytesMax = bytesMax
    this.#inTurn((turn) => {
      this.#used(turn) // Counts, if nobody has, before there is more.
      for (const name of firstFolders) {
        const isNew = mkdirSync(join(this.#root, name), { recursive: true }) !== undefined
        if (isNew) folder.addFileBytes(entryBytes)
      }
    })
  }

  /** What a path means, seen from a folder. Every folder on the way must be there; the last name need not. */
  place(from: Place, path: string): Place {
    this.mustBeFolder(from)
    const names = namesIn(path)
    const place = [...from]
    for (const [index, name] of names.entries()) {
      if (name === '..') {
        // From where it began, not from the root: a descriptor is for what is below it.
        if (place.length === from.length) throw new FileError('not-permitted')
        place.pop()
      } else if (name !== '.') place.push(name)
      if (index < names.length - 1) this.#mustBeFolder(place)
    }
    if (path.endsWith('/') && this.find(place) !== null) this.#mustBeFolder(place)
    return place
  }

  /** Looks at all names from the root on: what was a folder may have become a link. */
  mustBeFolder(place: Place): void {
    for (let length = 1; length <= place.length; length++) this.#mustBeFolder(place.slice(0, length))
  }

  /** Where it is on this machine. */
  path(place: Place): string {
    return join(this.#root, ...place)
  }

  /** Of a link itself, not of what it leads to. */
  stat(place: Place): Stats {
    return lstatSync(this.path(place))
  }

  /** A descriptor of the file; of a folder none. */
  openFile(place: Place, options: OpenOptions): number {
    return this.#inTurn((turn) => {
      const before = this.find(place)
      if (before === null) this.#mustFit(turn, options.isCreated ? entryBytes : 0)
      else if (!before.isFile()) throw new FileError(before.isDirectory() ? 'is-directory' : 'not-permitted')
      const descriptor = openSync(this.path(place), flagsOf(options), 0o600)
      const file = fstatSync(descriptor)
      this.#open.set(keyOf(file), (this.#open.get(keyOf(file)) ?? 0) + 1)
      this.#folder.addFileBytes(before === null ? entryBytes : file.size - before.size)
      return descriptor
    })
  }

  /** To be called before the descriptor is closed. */
  closing(descriptor: number): void {
    const file = fstatSync(descriptor)
    const others = this.#open.get(keyOf(file))! - 1
    if (others > 0) this.#open.set(keyOf(file), others)
    else this.#open.delete(keyOf(file))
    if (others === 0 && file.nlink === 0) this.#folder.addFileBytes(-file.size - entryBytes)
  }

  /** At the position, or at the end. Answers how many bytes were written. */
  write(descriptor: number, bytes: Uint8Array, position: number | 'end'): number {
    return this.#inTurn((turn) => {
      const { size } = fstatSync(descriptor)
      const at = position === 'end' ? size : position
      const growth = Math.max(0, at + bytes.length - size)
      this.#mustFit(turn, growth)
      const count = writeSync(descriptor, bytes, 0, bytes.length, at)
      this.#folder.addFileBytes(Math.max(0, at + count - size))
      return count
    })
  }

  setSize(descriptor: number, size: number): void {
    this.#inTurn((turn) => {
      const growth = size - fstatSync(descriptor).size
      this.#mustFit(turn, growth)
      ftruncateSync(descriptor, size)
      this.#folder.addFileBytes(growth)
    })
  }

  makeFolder(place: Place): void {
    this.#inTurn((turn) => {
      this.#mustFit(turn, entryBytes)
      mkdirSync(this.path(place), 0o700)
      this.#folder.addFileBytes(entryBytes)
    })
  }

  removeFolder(place: Place): void {
    if (place.length === 0) throw new FileError('busy')
    this.#inTurn(() => {
      rmdirSync(this.path(place))
      this.#folder.addFileBytes(-entryBytes)
    })
  }

  /** A link is removed, too, and never what it leads to. */
  removeFile(place: Place): void {
    this.#inTurn(() => {
      const file = this.stat(place)
      if (file.isDirectory()) throw new FileError('is-directory')
      unlinkSync(this.path(place))
      this.#forget(file)
    })
  }

  rename(from: Place, to: Place): void {
    if (from.length === 0 || to.length === 0) throw new FileError('busy')
    this.#inTurn(() => {
      const replaced = this.find(to)
      const isSame = replaced !== null && keyOf(replaced) === keyOf(this.stat(from))
      renameSync(this.path(from), this.path(to))
      if (replaced !== null && !isSame) this.#forget(replaced)
    })
  }

  /** In seconds, of access and modification. */
  setTimes(place: Place, times: (stat: Stats) => readonly [number, number]): void {
    lutimesSync(this.path(place), ...times(this.stat(place)))
  }

  /** Of all files and folders, as the quota counts them. */
  get usedBytes(): number {
    return this.#inTurn((turn) => this.#used(turn))
  }

  /** Removed from its place; where it is open it is counted until it is closed. */
  #forget(file: Stats): void {
    const isGone = file.isDirectory() || (file.nlink === 1 && !this.#open.has(keyOf(file)))
    if (isGone) this.#folder.addFileBytes(-entryBytes - (file.isFile() ? file.size : 0))
  }

  /** Null when nothing is there. */
  find(place: Place): Stats | null {
    return lstatSync(this.path(place), { throwIfNoEntry: false }) ?? null
  }

  #mustBeFolder(place: Place): void {
    const found = this.stat(place)
    if (found.isSymbolicLink()) throw new FileError('not-permitted')
    if (!found.isDirectory()) throw new FileError('not-directory')
  }

  #mustFit(turn: Turn, bytes: number): void {
    const used = this.#used(turn)
    if (bytes > 0 && used + bytes > this.#bytesMax) throw new FileError('quota')
  }

  #used(turn: Turn): number {
    return this.#folder.fileBytes(turn, () => bytesIn(this.#root))
  }

  #inTurn<Result>(run: (turn: Turn) => Result): Result {
    const done = this.#folder.inTurn('files', turnTimeoutMs, (turn) => [run(turn)] as const)
    if (done === null) throw new FileError('busy')
    return done[0]
  }
}

/** What the files of a folder hold, as the quota counts it; 0 where there is no such folder. */
export function bytesIn(folder: string): number {
  let sum = 0
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    sum += entryBytes
    if (entry.isDirectory()) sum += bytesIn(path)
    else if (entry.isFile()) sum += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
  }
  return sum
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function namesIn(path: string): readonly string[] {
  const fail = (code: ErrorCode): never => {
    throw new FileError(code)
  }
  if (path === '') fail('no-entry')
  if (path.startsWith('/')) fail('not-permitted')
  if (path.includes('\0')) fail('illegal-byte-sequence')
  if (Buffer.byteLength(path) > pathBytesMax) fail('name-too-long')
  const names = path.split('/').filter((name) => name !== '')
  if (names.some((name) => Buffer.byteLength(name) > nameBytesMax)) fail('name-too-long')
  const isForbidden = (name: string) => name !== '.' && name !== '..' && notOnWindows.test(name)
  if (process.platform === 'win32' && names.some(isForbidden)) fail('not-permitted')
  return names
}

/** Should a link have come to that place since it was looked at, it is not followed; nor is a pipe waited for. */
function flagsOf({ isRead, isWritten, isCreated, isExclusive, isTruncated }: OpenOptions): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  const access = isWritten ? (isRead ? O_RDWR : O_WRONLY) : O_RDONLY
  const making = (isCreated ? O_CREAT : 0) | (isExclusive ? O_EXCL : 0) | (isTruncated ? O_TRUNC : 0)
  return access | making | O_NOFOLLOW | O_NONBLOCK
}

function keyOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}
