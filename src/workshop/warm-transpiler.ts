/**
 * Transpiles components ahead of their reload, in a process that stays: its bindgen is then compiled already, and the
 * same work takes a quarter of the time. Most saves need not even that. What it makes goes where the plugin host looks
 * for it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { silent } from '../base/logger.ts'
import { Cache, defaultCachePath } from '../plugins/loading/cache.ts'
import { entryUrl } from '../plugins/entries/entry.ts'
import { KnownGlue } from './known-glue.ts'
import { isScript } from '../plugins/plugin-settings.ts'
import { readPluginFile } from '../plugins/loading/plugin-file.ts'
import { type TranspileAnswer, transpile } from '../plugins/loading/transpile.ts'

/** Its memory only grows. */
const answersMax = 30

export class WarmTranspiler {
  readonly #cache: Cache
  readonly #glue = new KnownGlue()
  #child: ChildProcess | null = null
  #answers = 0

  constructor(cachePath: string | null) {
    this.#cache = new Cache(cachePath ?? defaultCachePath(), silent)
  }

  /** Throws NotAComponent, as loading the file would. */
  async prepare(file: string): Promise<void> {
    if (isScript(file)) return
    const bytes = readPluginFile(file)
    const hash = createHash('sha256').update(bytes).digest('hex')
    const ask = (component: Buffer) => this.#ask(component)
    await transpile(bytes, hash, this.#cache, (component) => this.#glue.filesOf(component, ask))
  }

  close(): void {
    this.#child?.kill()
    this.#child = null
  }

  async #ask(component: Buffer): Promise<TranspileAnswer> {
    if (this.#answers >= answersMax) this.close()
    if (this.#child === null) {
      this.#answers = 0
      this.#child = fork(fileURLToPath(entryUrl('transpile-worker')), {
        execArgv: [],
        serialization: 'advanced', // Bytes travel as bytes.
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
    }
    const child = this.#child
    this.#answers++
    try {
      return await new Promise<TranspileAnswer>((resolve, reject) => {
        child.once('message', (answer) => resolve(answer as TranspileAnswer))
        child.once('error', reject)
        child.once('exit', (code) => reject(new Error(`the process transpile-worker ended with code ${code}`)))
        child.send(component)
      })
    } catch (error) {
      this.close()
      throw error
    } finally {
      child.removeAllListeners()
    }
  }
}
