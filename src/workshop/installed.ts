/**
 * Where things lie that the workshop needs and Blink's bundle does not hold: files of Blink's own package, tools in
 * the node_modules of a project or, failing that, in Blink's.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Mistake } from '../terminal/shell.ts'

/** The folder of Blink's package, which holds `wit` and `templates`; from `dist` as from a build of the sources. */
export function packageFolder(from = dirname(fileURLToPath(import.meta.url))): string {
  const found = upwards(from).find((folder) => existsSync(join(folder, 'wit', 'blink-plugin.wit')))
  if (found === undefined) throw new Mistake(`the files of Blink are not beside ${from}: install Blink anew`)
  return found
}

/** This folder and all above it. */
export function upwards(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upwards(parent)]
}

/** For PATH: where npm puts the programs of packages, the project's first, then Blink's own. */
export function programFolders(project: string): string[] {
  return [...upwards(project), ...upwards(packageFolder())].map((folder) => join(folder, 'node_modules', '.bin'))
}

/**
 * Imports a package that is installed in the project, or above it, or with Blink. `part` is what follows its name, as
 * `./wasm-tools`.
 */
export async function importInstalled<T>(name: string, part: string, project: string, what: string): Promise<T> {
  const file = fileOf(name, part, project) ?? fileOf(name, part, packageFolder())
  if (file === null) {
    throw new Mistake(`${what} needs the package ${name}, which is not installed: npm install --save-dev ${name}`)
  }
  return import(pathToFileURL(file).href)
}

function fileOf(name: string, part: string, from: string): string | null {
  const folder = upwards(from)
    .map((one) => join(one, 'node_modules', name))
    .find((one) => existsSync(join(one, 'package.json')))
  if (folder === undefined) return null
  const { exports, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const exported = exports?.[part] ?? (part === '.' ? (main ?? 'index.js') : null)
  const path = typeof exported === 'object' ? (exported?.import ?? exported?.default) : exported
  return typeof path === 'string' ? join(folder, path) : null
}
