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

/**
 * All of a project's WIT as one text, for tools that are given no folder: wasm-tools, which runs as WebAssembly itself,
 * finds none. The packages in `wit/deps` follow the project's own, nested, with which comments on a package do not go.
 */
export function witSource(folder: string): string {
  const wit = join(folder, 'wit')
  const deps = join(wit, 'deps')
  const packages = existsSync(deps) ? readdirSync(deps).sort() : []
  return [textIn(wit), ...packages.map((name) => nested(textIn(join(deps, name))))].join('\n')
}

function textIn(folder: string): string {
  const names = readdirSync(folder).filter((file) => file.endsWith('.wit'))
  return names
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
}

const declaration = /(?:^[ \t]*\/\/\/.*\n)*^[ \t]*package ([^;{]+);/gm

function nested(text: string): string {
  const id = [...text.matchAll(declaration)][0]?.[1]
  return `package ${id} {\n${text.replace(declaration, '')}\n}`
}
