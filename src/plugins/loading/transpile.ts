/**
 * Component → JavaScript and core modules, by jco's bindgen in a short-lived process, remembered on disk by content.
 *
 * From a warm cache nothing of jco is loaded. What comes back is in memory, and that very copy is run: nobody can
 * change it between the check of its hash and its use.
 */
import type { Cache } from './cache.ts'
import { NotAComponent } from './component.ts'
import { oneAnswer } from './one-answer.ts'

/** Part of the cache's key: raise it with the dependency and whenever the options in transpile-worker.ts change. */
export const bindgenVersion = '0.15.0'
export const optionsVersion = 1

/** The glue is the file of this name; the others are the core modules it asks for. */
export const glueName = 'plugin.js'
/**
 * The largest of known toolchains has half a megabyte. A type that is twice another, which is twice another, is a few
 * bytes more of a component, and twice the glue.
 */
export const glueBytesMax = 8 * 1024 * 1024
export type Transpiled = ReadonlyMap<string, Buffer>

/** `hash` is the sha256 of the component. */
export async function transpile(
  component: Buffer,
  hash: string,
  cache: Cache,
  ask: AskTranspiler = askOnce,
): Promise<Transpiled> {
  const key = `${hash}-${bindgenVersion}-${optionsVersion}`
  const known = cache.read(key)
  if (known?.has(glueName)) return known
  const files = await transpiled(component, ask)
  await cache.write(key, files)
  return files
}

export type TranspileAnswer = { readonly files: [string, Uint8Array][] } | { readonly error: string }

export type AskTranspiler = (component: Buffer) => Promise<TranspileAnswer>

/** About half a second of work, and some hundred megabytes that only the end of a process gives back. */
const askOnce: AskTranspiler = (component) => oneAnswer('transpile-worker', component)

async function transpiled(component: Buffer, ask: AskTranspiler): Promise<Transpiled> {
  const answer = await ask(component)
  // What follows the first line is a trace of the bindgen's own.
  if ('error' in answer) throw new NotAComponent(`is not a valid component: ${answer.error.split('\n')[0]}`)
  return new Map(answer.files.map(([name, bytes]) => [name, Buffer.from(bytes)]))
}
