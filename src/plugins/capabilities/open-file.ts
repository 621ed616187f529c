/** A file that a plugin has open. Once it is closed every call fails: its descriptor may be another file's by then. */
import { closeSync, fdatasyncSync, fstatSync, futimesSync, readSync, type Stats } from 'node:fs'
import type { OpenOptions, Place, PluginFiles } from './plugin-files.ts'
import { FileError } from './wasi/filesystem-errors.ts'

/** Of one read or write; the plugin asks again. */
const bytesAtOnceMax = 1024 * 1024

export class OpenFile {
  readonly #files: PluginFiles
  #descriptor: number | null

  constructor(files: PluginFiles, place: Place, options: OpenOptions) {
    this.#files = files
    this.#descriptor = files.openFile(place, options)
  }

  close(): void {
    if (this.#descriptor === null) return
    this.#files.closing(this.#descriptor)
    closeSync(this.#descriptor)
    this.#descriptor = null
  }

  /** Nothing at its end. */
  read(length: bigint, offset: bigint): Uint8Array {
    const bytes = new Uint8Array(length > bytesAtOnceMax ? bytesAtOnceMax : Number(length))
    const count = readSync(this.#open, bytes, 0, bytes.length, positionIn(offset))
    return bytes.subarray(0, count)
  }

  /** How many bytes were written, which may be fewer. */
  write(bytes: Uint8Array, offset: bigint | 'end'): number {
    const position = offset === 'end' ? offset : positionIn(offset)
    return this.#files.write(this.#open, bytes.subarray(0, bytesAtOnceMax), position)
  }

  writeAll(bytes: Uint8Array, offset: bigint | 'end'): void {
    for (let done = 0; done < bytes.length; ) {
      done += this.write(bytes.subarray(done), offset === 'end' ? offset : offset + BigInt(done))
    }
  }

  setSize(size: bigint): void {
    this.#files.setSize(this.#open, positionIn(size))
  }

  /** In seconds, of access and modification. */
  setTimes(times: (stat: Stats) => readonly [number, number]): void {
    futimesSync(this.#open, ...times(this.stat()))
  }

  sync(): void {
    fdatasyncSync(this.#open)
  }

  stat(): Stats {
    return fstatSync(this.#open)
  }

  get #open(): number {
    if (this.#descriptor === null) throw new FileError('bad-descriptor')
    return this.#descriptor
  }
}

/** Beyond, they cannot be told apart in a number. */
function positionIn(offset: bigint): number {
  if (offset > Number.MAX_SAFE_INTEGER) throw new FileError('file-too-large')
  return Number(offset)
}
