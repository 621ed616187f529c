/** Where the benchmark finds the project, and where it keeps what is built or downloaded once. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiled files run from `<root>/build/test/bench`. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const source = join(root, 'test', 'bench')
export const cache = join(root, '.cache', 'bench')
mkdirSync(cache, { recursive: true })

/** What cannot be had here, and why; whatever needs it is skipped by name. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

export function required(path: string, remedy: string): string {
  if (!existsSync(path)) throw new Unavailable(`${path} is missing: ${remedy}`)
  return path
}

/** What something needs, or why it cannot be had. */
export async function had<T>(prepare: () => Promise<T>): Promise<{ it: T | null; missing: string | null }> {
  try {
    return { it: await prepare(), missing: null }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return { it: null, missing: error.message }
  }
}
