/** The WIT of Blink in a project: `wit/deps`, which is no part of the project and is put there when it is needed. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from './installed.ts'
import type { Project } from './project.ts'

const name = 'blink-plugin.wit'

/** Brings what of Blink's WIT the project lacks, or has from another version of Blink. What else is there stays. */
export function bringWit({ folder, edition }: Pick<Project, 'folder' | 'edition'>): void {
  const wit = join(packageFolder(), 'wit')
  const source = edition === '0.1' ? wit : join(wit, 'v2')
  const deps = join(folder, 'wit', 'deps')
  bring(join(source, name), join(deps, 'blink-plugin', name))
  if (edition === '0.1') return
  for (const dependency of readdirSync(join(source, 'deps'))) {
    for (const file of readdirSync(join(source, 'deps', dependency))) {
      bring(join(source, 'deps', dependency, file), join(deps, dependency, file))
    }
  }
}

/** Only when it differs: whoever watches the project is not to see a change where there is none. */
function bring(from: string, to: string): void {
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return
  rmSync(to, { force: true })
  mkdirSync(join(to, '..'), { recursive: true })
  cpSync(from, to)
}
