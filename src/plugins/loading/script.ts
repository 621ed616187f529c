/**
 * Plugins in JavaScript and TypeScript: from a file to the URL of an ES module that the plugin's thread imports. They
 * run with every right of the broker, which is why the log says so.
 *
 * A script that imports nothing is run from memory, as its hash says, and so is TypeScript, bundled with what it
 * imports. One that imports, or is CommonJS, is run from its file, as long as that is what it was when it was loaded.
 */
import { pathToFileURL } from 'node:url'
import { oneAnswer } from './one-answer.ts'
import type { ScriptCode } from '../guest/instance.ts'
import { Unfit } from './plugin-start-error.ts'
import { scriptFiles } from './script-files.ts'

export interface ScriptSource {
  readonly file: string
  readonly bytes: Buffer
  /** Settings say which bytes are meant: no other file may run beside it, so it cannot import any. */
  readonly isAlone: boolean
}

/** Any of these words, even in a comment: then the file is left where what it may import is found. */
const notAlone = /\b(import|require|module|exports)\b/

export async function scriptCode({ file, bytes, isAlone }: ScriptSource): Promise<ScriptCode> {
  const source = bytes.toString()
  const inMemory = (code: string): ScriptCode => ({ kind: 'script', url: dataUrl(code, file), files: [] })
  if (file.endsWith('.ts')) return inMemory(await bundled({ file, source, isAlone }))
  if (isAlone || !notAlone.test(source)) return inMemory(source)
  return { kind: 'script', url: pathToFileURL(file).href, files: scriptFiles(file, bytes) }
}

/** With the name of the file, for stack traces. */
function dataUrl(source: string, file: string): string {
  const named = `${source}\n//# sourceURL=${pathToFileURL(file).href}\n`
  return `data:text/javascript;base64,${Buffer.from(named).toString('base64')}`
}

export interface BundleQuestion {
  readonly file: string
  readonly source: string
  readonly isAlone: boolean
}
/** `null`: there is nothing here that reads TypeScript. */
export type BundleAnswer = { readonly code: string | null } | { readonly error: string }

async function bundled(question: BundleQuestion): Promise<string> {
  const answer = await oneAnswer<BundleAnswer>('bundle-worker', question)
  if ('error' in answer) throw new Unfit(`cannot be built: ${answer.error}`)
  if (answer.code !== null) return answer.code
  throw new Unfit(
    'is TypeScript, and nothing here reads it: install esbuild beside Blink (npm install esbuild), ' +
      'run Node.js 22.18 or later, or name a .js file',
  )
}
