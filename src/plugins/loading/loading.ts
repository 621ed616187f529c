/**
 * From the path of a plugin to code that its thread can instantiate. Every way in which the file can be wrong ends in a
 * PluginStartError that names the plugin, the file and the remedy; nothing of the file has run by then.
 */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Logger } from '../../base/logger.ts'
import type { Cache } from './cache.ts'
import { NotAComponent, readComponent } from './component.ts'
import { LimitError } from './core-module.ts'
import { checkCoreNames } from './core-names.ts'
import type { CoreModule } from '../guest/core-wiring.ts'
import type { Code } from '../guest/instance.ts'
import { limitedModules } from './memory-shares.ts'
import { readPluginFile } from './plugin-file.ts'
import { isScript, type PluginSettings } from '../plugin-settings.ts'
import { PluginStartError, Unfit } from './plugin-start-error.ts'
import { scriptCode } from './script.ts'
import { glueName, type Transpiled, transpile } from './transpile.ts'
import { checkFile, isDemanding } from './verification.ts'
import { withWasmFeatures } from './wasm-features.ts'
import { checkWorld } from './world.ts'

export { PluginStartError } from './plugin-start-error.ts'

export interface Loaded {
  readonly code: Code
  /** sha256 of the file. */
  readonly hash: string
  /** Of a component, with their versions; a script has none. */
  readonly imports: readonly string[]
  readonly exports: readonly string[]
}

export interface LoadOptions {
  readonly cache: Cache
  /** What relative paths are relative to. */
  readonly folder: string
  /** Ed25519 public keys by which signatures are checked: 32 bytes in base64. By default there are none. */
  readonly trustedKeys?: readonly string[]
  readonly isBindingOnly?: boolean
  readonly log: Logger
}

export async function load(settings: PluginSettings, options: LoadOptions): Promise<Loaded> {
  try {
    const file = resolve(options.folder, settings.path)
    // At once, so that compiling, which is done elsewhere, begins before this thread is busy with something else.
    const bytes = readPluginFile(file)
    const hash = createHash('sha256').update(bytes).digest('hex')
    const locate = (path: string) => resolve(options.folder, path)
    checkFile(bytes, hash, settings, { trustedKeys: options.trustedKeys ?? [], locate })
    if (!isScript(file)) return await loadComponent(bytes, hash, settings, options)
    const code = await scriptCode({ file, bytes, isAlone: isDemanding(settings) })
    const { name: plugin, path } = settings
    options.log.warn(`Plugin '${plugin}' is JavaScript and runs without a sandbox`, { plugin, path })
    return { code, hash, imports: [], exports: [] }
  } catch (error) {
    if (error instanceof Unfit || error instanceof LimitError) throw new PluginStartError(settings, error.message)
    throw error
  }
}

async function loadComponent(
  component: Buffer,
  hash: string,
  { capabilities, maxMemoryBytes }: PluginSettings,
  { cache, isBindingOnly = false }: LoadOptions,
): Promise<Loaded> {
  const names = readComponent(component)
  const edition = checkWorld(names, capabilities)
  const files = await transpile(component, hash, cache)
  const modules = await compile(files, maxMemoryBytes)
  const glue = files.get(glueName)!.toString()
  return {
    code: { kind: 'component', edition, glue, modules, ...names, maxMemoryBytes, isBindingOnly },
    hash,
    ...names,
  }
}

function refuseUncompiled({ message }: Error): never {
  throw new NotAComponent(`uses WebAssembly that Node.js ${process.version} does not run: ${message}`)
}

async function compile(files: Transpiled, memoryBytesMax: number): Promise<ReadonlyMap<string, CoreModule>> {
  const modules = limitedModules(
    [...files].filter(([name]) => name !== glueName),
    memoryBytesMax,
  )
  const compiled = modules.map(async ([name, { bytes, ...counts }]) => {
    const module = await withWasmFeatures(() => WebAssembly.compile(bytes)).catch(refuseUncompiled)
    checkCoreNames(module)
    return [name, { module, ...counts }] as const
  })
  return new Map(await Promise.all(compiled))
}
