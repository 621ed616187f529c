/**
 * Plugins that came over HTTP, as files: each by the hash of its bytes, so that a plugin that runs is never changed
 * under its feet. A file goes with the last plugin that was made of it, and with the broker, when that stops.
 *
 * What is left by a broker that was killed stays until its folder is cleared: the folder may be another broker's as
 * well, and settings.yaml may name a file in it.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { HttpError } from './errors.ts'

/** All uploads together. */
const uploadedBytesMax = 1024 * 1024 * 1024
const ownerOnly = { folder: 0o700, file: 0o600 } as const
const magic = Buffer.from('\0asm')

export class Uploads {
  readonly #folder: string
  readonly #bytesMax: number
  /** What this broker put there. */
  readonly #own = new Set<string>()
  /** One change after another, so that two cannot pass the limit together. */
  #changed: Promise<unknown> = Promise.resolve()

  constructor(folder: string, bytesMax = uploadedBytesMax) {
    this.#folder = resolve(folder)
    this.#bytesMax = bytesMax
  }

  /** Its path. The folder is made when it is first needed. */
  store(bytes: Buffer): Promise<string> {
    if (!bytes.subarray(0, magic.length).equals(magic)) {
      const message = 'the file is no WebAssembly; upload a component, as jco, componentize or wasm-tools write it'
      throw new HttpError(422, 'plugin_not_started', message)
    }
    return this.#inTurn(() => this.#store(bytes))
  }

  /** Harmless for a path that is no upload. */
  remove(path: string): Promise<void> {
    const isUpload = dirname(resolve(path)) === this.#folder
    return isUpload ? this.#inTurn(() => this.#remove(path)) : Promise.resolve()
  }

  /** The broker stops. */
  async close(): Promise<void> {
    await this.#inTurn(() => Promise.all([...this.#own].map((path) => this.#remove(path))))
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changed.then(change)
    this.#changed = changed.catch(() => {}) // Told to whoever asked for it.
    return changed
  }

  async #remove(path: string): Promise<void> {
    this.#own.delete(path)
    await rm(path, { force: true })
  }

  async #store(bytes: Buffer): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: ownerOnly.folder })
    const name = `${createHash('sha256').update(bytes).digest('hex')}.wasm`
    const path = join(this.#folder, name)
    const others = (await readdir(this.#folder)).filter((other) => other !== name)
    const sizes = await Promise.all(others.map(async (other) => (await stat(join(this.#folder, other))).size))
    if (sizes.reduce((sum, size) => sum + size, bytes.length) > this.#bytesMax) {
      const remedy = `unload plugins, or delete what is not needed in ${this.#folder}`
      throw new HttpError(507, 'uploads_full', `uploads would take more than ${this.#bytesMax} bytes; ${remedy}`)
    }
    const isNew = await stat(path).then(
      () => false,
      () => true,
    )
    if (isNew) this.#own.add(path)
    // Written aside first: whoever reads the file by its name reads it whole.
    await writeFile(`${path}.part`, bytes, { mode: ownerOnly.file })
    await rename(`${path}.part`, path)
    return path
  }
}
