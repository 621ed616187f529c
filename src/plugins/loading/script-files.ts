/**
 * The files of a script that is run from where it lies: itself, and what it imports by a relative path. Their hashes
 * are taken when it is loaded; a thread that is started again later runs these files or none, so that code comes into
 * a broker by a reload alone.
 *
 * Not done: packages in node_modules, which are taken as they are installed, and paths that are only known when the
 * script runs.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export interface ScriptFile {
  readonly path: string
  readonly sha256: string
}

/** Beyond these, what a script imports is a program, and no plugin. */
const scriptFilesMax = 1000
const relativePath = /\b(?:from|import|require)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g
/** As `require` finds them; an import has the name in full. */
const endings = ['', '.js', '.cjs', '.json', '/index.js']

export function scriptFiles(file: string, bytes: Buffer): readonly ScriptFile[] {
  const found = new Map([[file, bytes]])
  for (const [path, source] of found) {
    if (found.size > scriptFilesMax) break
    for (const [, relative] of source.toString().matchAll(relativePath)) {
      const asked = resolve(dirname(path), relative!)
      const read = endings.map((ending) => `${asked}${ending}`).find((one) => found.has(one) || contentOf(one) !== null)
      // What is not there fails when it is imported, and says so better.
      if (read !== undefined && !found.has(read)) found.set(read, contentOf(read)!)
    }
  }
  return [...found].map(([path, content]) => ({ path, sha256: hashOf(content) }))
}

/** The path of the first that is not what it was. */
export function changedFile(files: readonly ScriptFile[]): string | null {
  const changed = files.find(({ path, sha256 }) => {
    const content = contentOf(path)
    return content === null || hashOf(content) !== sha256
  })
  return changed?.path ?? null
}

function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
