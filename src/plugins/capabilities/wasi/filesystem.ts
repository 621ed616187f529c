/**
 * `wasi:filesystem`: a folder of the plugin's own as `/`, where it was granted, and no files at all where it was not.
 *
 * - A folder's descriptor stands for its path: when the folder is renamed, it does not go along.
 * - Links cannot be made, and those that somebody put there are not followed, nor read.
 */
import { type Dir, opendirSync, type Stats } from 'node:fs'
import type { CapabilityEnvironment, Imports } from '../capability-environment.ts'
import { OpenFile } from '../open-file.ts'
import { type Place, PluginFiles } from '../plugin-files.ts'
import { SharedFolder } from '../shared-folder.ts'
import { asWasi, errorCodeOf, FileError } from './filesystem-errors.ts'
import {
  type DescriptorStat,
  type DescriptorType,
  type MetadataHash,
  metadataHashOf,
  type NewTimestamp,
  statOf,
  timeOf,
  typeOf,
} from './filesystem-stat.ts'
import { InputStream, IoError, OutputStream } from './io.ts'

type Flags<Name extends string> = Readonly<Partial<Record<Name, boolean>>>
type DescriptorFlags = Flags<
  'read' | 'write' | 'fileIntegritySync' | 'dataIntegritySync' | 'requestedWriteSync' | 'mutateDirectory'
>
type OpenFlags = Flags<'create' | 'directory' | 'exclusive' | 'truncate'>

/** Of one instance, listings included. */
export const descriptorsMax = 256
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('dispose')

/** What the descriptors of an instance have in common. */
interface Shared {
  readonly files: PluginFiles
  readonly now: () => number
  count: number
}

/** Counts what it opens, until that is disposed of. */
function counted<Opened>(shared: Shared, open: () => Opened): Opened {
  if (shared.count === descriptorsMax) throw new FileError('insufficient-memory')
  const opened = open()
  shared.count++
  return opened
}

class Descriptor {
  readonly #shared: Shared
  readonly #place: Place
  /** Null for a folder. */
  readonly #file: OpenFile | null
  readonly #flags: DescriptorFlags

  /** Bindings never call it. */
  constructor(shared: Shared, place: Place, file: OpenFile | null, flags: DescriptorFlags) {
    this.#shared = shared
    this.#place = place
    this.#file = file
    this.#flags = flags
  }

  [dispose](): void {
    this.#shared.count--
    this.#file?.close()
  }

  readViaStream(offset: bigint): InputStream {
    const file = asWasi(() => this.#readable())
    let at = offset
    const read = (bytesMax: number) => {
      const bytes = file.read(BigInt(bytesMax), at)
      at += BigInt(bytes.length)
      return bytes.length === 0 ? null : bytes
    }
    return new InputStream({ read: (bytesMax) => asIo(() => read(bytesMax)) })
  }

  writeViaStream(offset: bigint): OutputStream {
    const file = asWasi(() => this.#writable())
    let at = offset
    const write = (bytes: Uint8Array) => {
      file.writeAll(bytes, at)
      at += BigInt(bytes.length)
    }
    return new OutputStream({ write: (bytes) => asIo(() => write(bytes)) })
  }

  appendViaStream(): OutputStream {
    const file = asWasi(() => this.#writable())
    return new OutputStream({ write: (bytes) => asIo(() => file.writeAll(bytes, 'end')) })
  }

  /** Nothing is read ahead here. */
  advise(): void {}

  syncData(): void {
    asWasi(() => this.#file?.sync())
  }

  sync(): void {
    asWasi(() => this.#file?.sync())
  }

  getFlags(): DescriptorFlags {
    return this.#flags
  }

  getType(): DescriptorType {
    return this.#file === null ? 'directory' : 'regular-file'
  }

  setSize(size: bigint): void {
    asWasi(() => this.#writable().setSize(size))
  }

  setTimes(access: NewTimestamp, modification: NewTimestamp): void {
    asWasi(() => {
      if (this.#file === null) this.#setTimes(this.#place, access, modification)
      else this.#file.setTimes((stat) => this.#times(stat, access, modification))
    })
  }

  setTimesAt(_: unknown, path: string, access: NewTimestamp, modification: NewTimestamp): void {
    asWasi(() => this.#setTimes(this.#changeable(path), access, modification))
  }

  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    const bytes = asWasi(() => this.#readable().read(length, offset))
    return [bytes, bytes.length === 0 && length > 0n]
  }

  write(bytes: Uint8Array, offset: bigint): bigint {
    return BigInt(asWasi(() => this.#writable().write(bytes, offset)))
  }

  readDirectory(): DirectoryEntryStream {
    return asWasi(() => {
      this.#mustBeFolder()
      return counted(this.#shared, () => new DirectoryEntryStream(this.#shared, this.#place))
    })
  }

  createDirectoryAt(path: string): void {
    asWasi(() => this.#shared.files.makeFolder(this.#changeable(path)))
  }

  stat(): DescriptorStat {
    return asWasi(() => statOf(this.#file?.stat() ?? this.#shared.files.stat(this.#place)))
  }

  /** Of a link itself also where it should be followed: what it leads to is not to be known. */
  statAt(_: unknown, path: string): DescriptorStat {
    return asWasi(() => statOf(this.#shared.files.stat(this.#at(path))))
  }

  openAt(_: unknown, path: string, open: OpenFlags, flags: DescriptorFlags): Descriptor {
    return asWasi(() => {
      const place = this.#at(path)
      const isChanging = open.create || open.truncate || flags.write || flags.mutateDirectory
      if (isChanging && !this.#flags.mutateDirectory) throw new FileError('read-only')
      const opened = () => new Descriptor(this.#shared, place, this.#opened(place, path, open, flags), flags)
      return counted(this.#shared, opened)
    })
  }

  linkAt(): never {
    throw 'not-permitted'
  }

  symlinkAt(): never {
    throw 'not-permitted'
  }

  readlinkAt(path: string): never {
    const isLink = asWasi(() => this.#shared.files.stat(this.#at(path)).isSymbolicLink())
    throw isLink ? 'not-permitted' : 'invalid'
  }

  removeDirectoryAt(path: string): void {
    asWasi(() => this.#shared.files.removeFolder(this.#changeable(path)))
  }

  unlinkFileAt(path: string): void {
    asWasi(() => this.#shared.files.removeFile(this.#changeable(path)))
  }

  renameAt(path: string, to: Descriptor, newPath: string): void {
    asWasi(() => this.#shared.files.rename(this.#changeable(path), to.#changeable(newPath)))
  }

  isSameObject(other: Descriptor): boolean {
    return JSON.stringify(this.metadataHash(), asText) === JSON.stringify(other.metadataHash(), asText)
  }

  metadataHash(): MetadataHash {
    return asWasi(() => metadataHashOf(this.#file?.stat() ?? this.#shared.files.stat(this.#place)))
  }

  metadataHashAt(_: unknown, path: string): MetadataHash {
    return asWasi(() => metadataHashOf(this.#shared.files.stat(this.#at(path))))
  }

  /** Null when it is a folder, which needs nothing opened. */
  #opened(place: Place, path: string, open: OpenFlags, flags: DescriptorFlags): OpenFile | null {
    const { files } = this.#shared
    const mustBeFolder = open.directory || path.endsWith('/')
    const found = files.find(place)
    if (found?.isDirectory() || mustBeFolder) {
      if (found === null) throw new FileError('no-entry')
      if (!found.isDirectory()) throw new FileError(found.isSymbolicLink() ? 'not-permitted' : 'not-directory')
      if (open.create && open.exclusive) throw new FileError('exist')
      if (flags.write || open.truncate) throw new FileError('is-directory')
      return null
    }
    return new OpenFile(files, place, {
      isRead: flags.read ?? false,
      isWritten: (flags.write || open.truncate) ?? false,
      isCreated: open.create ?? false,
      isExclusive: open.exclusive ?? false,
      isTruncated: open.truncate ?? false,
    })
  }

  #at(path: string): Place {
    this.#mustBeFolder()
    return this.#shared.files.place(this.#place, path)
  }

  #changeable(path: string): Place {
    const place = this.#at(path)
    if (!this.#flags.mutateDirectory) throw new FileError('read-only')
    return place
  }

  #mustBeFolder(): void {
    if (this.#file !== null) throw new FileError('not-directory')
  }

  #readable(): OpenFile {
    if (this.#file === null) throw new FileError('is-directory')
    if (!this.#flags.read) throw new FileError('bad-descriptor')
    return this.#file
  }

  #writable(): OpenFile {
    if (this.#file === null) throw new FileError('is-directory')
    if (!this.#flags.write) throw new FileError('bad-descriptor')
    return this.#file
  }

  #setTimes(place: Place, access: NewTimestamp, modification: NewTimestamp): void {
    this.#shared.files.setTimes(place, (stat) => this.#times(stat, access, modification))
  }

  #times(stat: Stats, access: NewTimestamp, modification: NewTimestamp): readonly [number, number] {
    const now = this.#shared.now()
    return [timeOf(access, stat.atimeMs, now), timeOf(modification, stat.mtimeMs, now)]
  }
}

class DirectoryEntryStream {
  readonly #shared: Shared
  readonly #folder: Dir

  constructor(shared: Shared, place: Place) {
    this.#shared = shared
    shared.files.mustBeFolder(place)
    this.#folder = opendirSync(shared.files.path(place))
  }

  [dispose](): void {
    this.#shared.count--
    this.#folder.closeSync()
  }

  readDirectoryEntry(): { type: DescriptorType; name: string } | undefined {
    const entry = asWasi(() => this.#folder.readSync())
    return entry === null ? undefined : { type: typeOf(entry), name: entry.name }
  }
}

export function filesystem({ grants, folder, shared, clock }: CapabilityEnvironment): Imports {
  const types = { Descriptor, DirectoryEntryStream, filesystemErrorCode }
  if (grants.filesystem === null || folder === null) {
    return { 'wasi:filesystem/preopens': { getDirectories: () => [] }, 'wasi:filesystem/types': types }
  }
  const { bytesMax } = grants.filesystem
  let descriptors: Shared | undefined
  const getDirectories = () => {
    // A plugin that never asks, though it may, has no folders made for it.
    descriptors ??= {
      files: new PluginFiles(new SharedFolder(folder, shared), bytesMax),
      now: () => clock.now(),
      count: 0,
    }
    const root = new Descriptor(descriptors, [], null, { read: true, mutateDirectory: true })
    descriptors.count++
    return [[root, '/']]
  }
  return { 'wasi:filesystem/preopens': { getDirectories }, 'wasi:filesystem/types': types }
}

/** Also asked of errors that have nothing to do with files. */
function filesystemErrorCode(error: IoError): string | undefined {
  return typeof error.detail === 'string' ? error.detail : undefined
}

function asIo<Value>(run: () => Value): Value {
  try {
    return run()
  } catch (error) {
    const code = errorCodeOf(error)
    throw code === null ? error : new IoError(code, code)
  }
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
