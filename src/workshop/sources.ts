/**
 * Watches what a plugin is made from, by looking: that works for every editor, in every container and on every drive,
 * where notifications do not.
 */
import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Project } from './project.ts'

/** Where toolchains put what they make or fetch. */
const made = new Set(['node_modules', 'target', 'build', 'dist', '__pycache__'])
/** Whoever keeps more in a project keeps something else there. */
const filesMax = 5000

/** Each file with what changes when it is written. */
export type Snapshot = ReadonlyMap<string, string>

/** Of a project: all but what building it writes. */
export function projectSnapshot({ folder, out, source, build }: Project): Snapshot {
  const found = new Map<string, string>()
  // Without commands, what the component is made of was written by hand.
  const written = new Set([out, `${out}.partial`, ...(build.length === 0 ? [] : [source]), join('wit', 'deps')])
  const look = (below: string) => {
    for (const entry of readdirSync(below, { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (entry.name.startsWith('.') || made.has(entry.name) || written.has(relative(folder, path))) continue
      if (found.size >= filesMax) return
      if (entry.isDirectory()) look(path)
      else note(found, path)
    }
  }
  look(folder)
  return found
}

export function fileSnapshot(file: string): Snapshot {
  const found = new Map<string, string>()
  note(found, file)
  return found
}

/** The first file that is new, gone or written; null when there is none. */
export function changed(before: Snapshot, after: Snapshot): string | null {
  for (const [path, state] of after) if (before.get(path) !== state) return path
  for (const path of before.keys()) if (!after.has(path)) return path
  return null
}

/** It may be gone by now. */
function note(found: Map<string, string>, path: string): void {
  const state = statSync(path, { throwIfNoEntry: false })
  if (state !== undefined) found.set(path, `${state.mtimeMs} ${state.size}`)
}
