/**
 * `blink-plugin.json`: how a plugin's project is built. The fields are described for people in templates/README.md.
 */
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, normalize, resolve } from 'node:path'
import { Mistake } from '../terminal/shell.ts'

const projectFile = 'blink-plugin.json'

export const languages = ['typescript', 'assemblyscript', 'rust', 'go', 'python', 'c'] as const

/** What the build commands leave, of which the component is made. */
export type Made = 'script' | 'core' | 'component'

export interface Project {
  readonly folder: string
  readonly name: string
  readonly language: string
  readonly edition: '0.1' | '0.2'
  readonly world: string
  readonly build: readonly (readonly string[])[]
  readonly env: Readonly<Record<string, string>>
  readonly made: Made
  /** Its path, from the folder. */
  readonly source: string
  readonly exports: Readonly<Record<string, string>>
  readonly imports: Readonly<Record<string, string>>
  readonly adapters: Readonly<Record<string, string>>
  /** Where the component goes, from the folder. */
  readonly out: string
}

const known = [
  ...['name', 'language', 'edition', 'world', 'build', 'env', 'script', 'core', 'component'],
  ...['exports', 'imports', 'adapters', 'out'],
]

/** Throws Mistake with the field and what it is to be. */
export function readProject(folder: string): Project {
  const file = join(folder, projectFile)
  if (!existsSync(file)) {
    throw new Mistake(
      `${folder} holds no ${projectFile}: name the folder of a project, or begin one with blink plugin new`,
      2,
    )
  }
  const raw = parsed(readFileSync(file, 'utf8'), file)
  const complain = (what: string): never => {
    throw new Mistake(`${file}: ${what}`)
  }
  const strange = Object.keys(raw).filter((key) => !known.includes(key))
  if (strange.length > 0) complain(`${strange.join(', ')} is not known; use ${known.join(', ')}`)
  const made = (['script', 'core', 'component'] as const).filter((one) => raw[one] !== undefined)
  if (made.length !== 1) complain('says of what the component is made exactly once: script, core or component')
  const edition = raw['edition']
  if (edition !== '0.1' && edition !== '0.2') return complain('edition is "0.1" or "0.2"')
  const path = (field: string) => within(raw[field], field, complain)
  return {
    folder: resolve(folder),
    name: text(raw['name'], 'name', complain),
    language: raw['language'] === undefined ? '' : text(raw['language'], 'language', complain),
    edition,
    world: raw['world'] === undefined ? 'plugin' : text(raw['world'], 'world', complain),
    build: commands(raw['build'] ?? [], complain),
    env: texts(raw['env'] ?? {}, 'env', complain),
    made: made[0]!,
    source: path(made[0]!),
    exports: texts(raw['exports'] ?? {}, 'exports', complain),
    imports: texts(raw['imports'] ?? {}, 'imports', complain),
    adapters: texts(raw['adapters'] ?? {}, 'adapters', complain),
    out: path('out'),
  }
}

type Complain = (what: string) => never

function parsed(content: string, file: string): Readonly<Record<string, unknown>> {
  let raw: unknown
  try {
    raw = JSON.parse(content)
  } catch (error) {
    throw new Mistake(`${file} is not JSON: ${(error as Error).message}`)
  }
  if (isMapping(raw)) return raw
  throw new Mistake(`${file} is not an object: write { "name": …, "out": … } as templates/README.md says`)
}

function isMapping(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

function text(raw: unknown, field: string, complain: Complain): string {
  return typeof raw === 'string' && raw !== '' ? raw : complain(`${field} is to be a text`)
}

function texts(raw: unknown, field: string, complain: Complain): Record<string, string> {
  const isRight = isMapping(raw) && Object.values(raw).every((value) => typeof value === 'string')
  return isRight ? (raw as Record<string, string>) : complain(`${field} is to be an object of texts`)
}

function commands(raw: unknown, complain: Complain): readonly string[][] {
  const isCommand = (one: unknown) => Array.isArray(one) && one.length > 0 && one.every((w) => typeof w === 'string')
  return Array.isArray(raw) && raw.every(isCommand)
    ? raw
    : complain('build is to be a list of commands, each a list of words: [["npm", "run", "build"]]')
}

function within(raw: unknown, field: string, complain: Complain): string {
  const path = normalize(text(raw, field, complain))
  const isWithin = !isAbsolute(path) && path !== '..' && !/^\.\.[/\\]/.test(path)
  return isWithin ? path : complain(`${field} is ${path}; name a file within the project`)
}
