/**
 * Transpiled components on disk, a folder each. Its JavaScript is run with the broker's rights, so a folder that
 * belongs to, or can be written by, anyone else is not read; an entry that is not what was written is written anew.
 *
 * Without a folder it can write to, the broker works all the same, and says so once.
 */
import { createHash, randomUUID } from 'node:crypto'
import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '../../base/logger.ts'

const manifestName = 'manifest.json'
const ownerOnly = 0o700
const writableByOthers = 0o022
/** Of the folder that holds the entries; a group of the user's own is often let in. */
const writableByAll = 0o002

/** The user's cache folder; without a home, a folder of the user's own among the temporary files. */
export function defaultCachePath(env: NodeJS.ProcessEnv = process.env): string {
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'blink')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'blink')
  if (process.platform === 'win32' && env['LOCALAPPDATA']) return join(env['LOCALAPPDATA'], 'blink', 'cache')
  return env['HOME'] ? join(env['HOME'], '.cache', 'blink') : join(tmpdir(), `blink-${process.getuid?.() ?? 'user'}`)
}

type Files = ReadonlyMap<string, Buffer>
interface Manifest {
  /** Binds the folder's name to its content. */
  readonly key: string
  /** Name of each file → its sha256. */
  readonly files: Readonly<Record<string, string>>
}

export class Cache {
  readonly #path: string
  readonly #log: Logger
  #hasWarned = false

  constructor(path: string, log: Logger) {
    this.#path = path
    this.#log = log
  }

  /** null when there is no such entry, or none to be trusted. At once, since a start waits for it. */
  read(key: string): Files | null {
    const folder = join(this.#path, key)
    try {
      // Whose the folder of all entries is could put a folder of ours in an entry's place, or a link to one.
      if (!isOwn(statSync(this.#path), writableByAll) || !isOwn(lstatSync(folder), writableByOthers)) return null
      const manifest: Manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'))
      const files = Object.keys(manifest.files).map((name) => [name, readFileSync(join(folder, name))] as const)
      const isAsWritten = files.every(([name, bytes]) => sha256(bytes) === manifest.files[name])
      return manifest.key === key && isAsWritten ? new Map(files) : null
    } catch {
      return null
    }
  }

  /** Appears as a whole or not at all, also to another broker that starts at the same time. */
  async write(key: string, files: Files): Promise<void> {
    const folder = join(this.#path, key)
    const temporary = `${folder}.${randomUUID()}`
    const corrupt = `${temporary}.old`
    const hashes = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)]))
    const manifest: Manifest = { key, files: hashes }
    try {
      await mkdir(temporary, { recursive: true, mode: ownerOnly })
      for (const [name, bytes] of files) await writeFile(join(temporary, name), bytes)
      await writeFile(join(temporary, manifestName), JSON.stringify(manifest))
      // Out of the way first: deleted where it is, it could be what another broker put there meanwhile.
      await rename(folder, corrupt).catch(() => {})
      await rename(temporary, folder)
    } catch (error) {
      if (!isThere(error)) this.#warn(error as Error)
    }
    await Promise.all([temporary, corrupt].map((path) => rm(path, { recursive: true, force: true }).catch(() => {})))
  }

  #warn({ message }: Error): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const what = 'Plugins are compiled anew at each start: the cache folder cannot be written'
    this.#log.warn(what, { path: this.#path, error: message })
  }
}

function isOwn(found: Stats, writable: number): boolean {
  if (!found.isDirectory()) return false
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & writable) === 0)
}

/** Another broker wrote the same entry while this one did. */
function isThere(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
