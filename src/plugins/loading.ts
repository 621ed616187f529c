/**
 * From the path of a component to code that a plugin's thread can instantiate. Every way in which the file can be
 * wrong ends in a PluginStartError that names the plugin, the file and the remedy; nothing of the file has run by
 * then.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Cache } from './cache.ts'
import { NotAComponent, readComponent } from './component.ts'
import { LimitError, limited } from './core-module.ts'
import type { CoreModule } from './core-wiring.ts'
import type { Code } from './instance.ts'
import type { PluginSettings } from './plugin-settings.ts'
import { glueName, type Transpiled, transpile } from './transpile.ts'
import { withWasmFeatures } from './wasm-features.ts'
import { checkWorld } from './world.ts'

/** Larger ones are refused unread. StarlingMonkey, the largest of known toolchains, writes 12 MiB. */
export const componentBytesMax = 32 * 1024 * 1024

/** Why the broker does not start: the message is for whoever wrote the settings. */
export class PluginStartError extends Error {
  override readonly name = 'PluginStartError'
  constructor({ name, path }: Pick<PluginSettings, 'name' | 'path'>, why: string) {
    super(`Plugin '${name}' (${path}) ${why}`)
  }
}

export interface Loaded {
  readonly code: Code
  /** sha256 of the component. */
  readonly hash: string
}

export interface LoadOptions {
  readonly cache: Cache
  /** What relative paths are relative to. */
  readonly folder: string
  readonly isBindingOnly?: boolean
}

export async function load(settings: PluginSettings, options: LoadOptions): Promise<Loaded> {
  try {
    const component = read(resolve(options.folder, settings.path))
    const hash = createHash('sha256').update(component).digest('hex')
    const names = readComponent(component)
    checkWorld(names)
    const files = await transpile(component, hash, options.cache)
    const { maxMemoryBytes } = settings
    const modules = await compile(files, maxMemoryBytes)
    const glue = files.get(glueName)!.toString()
    const isBindingOnly = options.isBindingOnly ?? false
    const code = { kind: 'component', edition: '0.1', glue, modules, ...names, maxMemoryBytes, isBindingOnly } as const
    return { code, hash }
  } catch (error) {
    if (error instanceof NotAComponent || error instanceof LimitError)
      throw new PluginStartError(settings, error.message)
    throw error
  }
}

/** At once, so that compiling, which is done elsewhere, begins before this thread is busy with something else. */
function read(file: string): Buffer {
  try {
    const { size } = statSync(file)
    if (size > componentBytesMax) {
      const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
      const limit = `${mebibytes(componentBytesMax)} MiB a plugin may have`
      throw new NotAComponent(
        `is too large: ${mebibytes(size)} MiB of the ${limit}. Build it without debug information`,
      )
    }
    return readFileSync(file)
  } catch (error) {
    throw error instanceof NotAComponent ? error : new NotAComponent(whyUnread(file, error as NodeJS.ErrnoException))
  }
}

function whyUnread(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `was not found: there is no file ${file}. Correct its path in the settings, or build it`
  if (code === 'EISDIR') return `is a folder: name the .wasm file in ${file}`
  if (code === 'EACCES') return `cannot be read: give the broker the right to read ${file}`
  return `cannot be read: ${message}`
}

function refuseUncompiled({ message }: Error): never {
  throw new NotAComponent(`uses WebAssembly that Node.js ${process.version} does not run: ${message}`)
}

async function compile(files: Transpiled, memoryBytesMax: number): Promise<ReadonlyMap<string, CoreModule>> {
  const modules = [...files].filter(([name]) => name !== glueName)
  const compiling = modules.map(([name, bytes]) => {
    const { bytes: rewritten, ...counts } = limited(bytes, memoryBytesMax)
    return { name, counts, module: withWasmFeatures(() => WebAssembly.compile(rewritten)).catch(refuseUncompiled) }
  })
  const compiled = compiling.map(
    async ({ name, counts, module }) => [name, { module: await module, ...counts }] as const,
  )
  return new Map(await Promise.all(compiled))
}
