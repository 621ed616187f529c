/**
 * What a component is, by its names alone, before anything of it runs: by the very checks that loading it makes.
 */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import {
  alwaysGranted,
  type CapabilityName,
  type Grants,
  granting,
  grantedWith,
  nothingGranted,
  notGranted,
} from '../plugins/capabilities/capabilities.ts'
import { readComponent } from '../plugins/loading/component.ts'
import { readPluginFile } from '../plugins/loading/plugin-file.ts'
import { describesItself, type Edition, type Hook, hooksOf } from '../plugins/loading/plugin-info.ts'
import { isScript } from '../plugins/plugin-settings.ts'
import { Unfit } from '../plugins/loading/plugin-start-error.ts'
import { checkWorld } from '../plugins/loading/world.ts'
import { Mistake } from '../terminal/shell.ts'

export interface Import {
  readonly name: string
  /** Null: nothing need be granted. `never`: nobody can grant it. */
  readonly needs: CapabilityName | 'never' | null
}

/** What it is if it is a plugin. */
export interface Fit {
  readonly edition: Edition
  readonly hooks: readonly Hook[]
  readonly describesItself: boolean
}

export interface Inspection {
  readonly file: string
  readonly bytes: Buffer
  /** In hexadecimal digits. */
  readonly sha256: string
  readonly imports: readonly Import[]
  readonly exports: readonly string[]
  /** What its imports need, in the order of the settings. */
  readonly capabilities: readonly CapabilityName[]
  readonly fit: Fit
}

/** Throws Mistake: it is no plugin, whatever it is granted. */
export function inspect(file: string): Inspection {
  try {
    return inspected(file)
  } catch (error) {
    if (error instanceof Unfit) throw new Mistake(`${basename(file)} ${error.message}`)
    throw error
  }
}

function inspected(file: string): Inspection {
  const bytes = readPluginFile(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const base = { file, bytes, sha256 }
  if (isScript(file)) {
    const fit: Fit = { edition: 'script', hooks: ['on-record'], describesItself: false }
    return { ...base, imports: [], exports: [], capabilities: [], fit }
  }
  const names = readComponent(bytes)
  const imports = names.imports.map(importOf)
  const capabilities = (Object.keys(grantedWith) as CapabilityName[]).filter((name) =>
    imports.some(({ needs }) => needs === name),
  )
  const edition = checkWorld(names, withAll(capabilities))
  const hooks: readonly Hook[] = edition === '0.1' ? ['on-record'] : hooksOf(names.exports)
  const fit = { edition, hooks, describesItself: edition === '0.2' && describesItself(names.exports) }
  return { ...base, imports, exports: names.exports, capabilities, fit }
}

function importOf(name: string): Import {
  if (alwaysGranted.some((pattern) => pattern.test(name))) return { name, needs: null }
  return { name, needs: notGranted([name], nothingGranted)[0]?.capability ?? 'never' }
}

/** For trying alone: as little as each can be granted with. */
const least: { readonly [Name in CapabilityName]: NonNullable<Grants[Name]> } = {
  keyvalue: { bytesMax: 16 * 1024 * 1024 },
  filesystem: { bytesMax: 64 * 1024 * 1024 },
  http: { hosts: [], timeoutMs: 5000, responseBytesMax: 4 * 1024 * 1024 },
  metrics: { seriesMax: 100 },
  memory: {},
  produce: { topics: [], queuedRecordsMax: 10_000, recordBytesMax: 1024 * 1024 },
  subscribe: { topics: [] },
  sql: { bytesMax: 64 * 1024 * 1024, rowsMax: 10_000, timeoutMs: 1000 },
}

/** These and no others, reaching nobody. */
export function withAll(capabilities: readonly CapabilityName[]): Grants {
  return { ...nothingGranted, ...Object.fromEntries(capabilities.map((name) => [name, least[name]])) }
}

/** What to write in settings.yaml so that it gets what it imports: lines of YAML. */
export function entryFor(path: string, capabilities: readonly CapabilityName[], sha256: string): string[] {
  const grants = capabilities.map((name) => `      ${/^capabilities: \{ (.*) \}$/.exec(granting[name])?.[1]}`)
  return [
    'plugins:',
    `  - path: ${path}`,
    `    checksum: sha256:${sha256}`,
    ...(grants.length === 0 ? [] : ['    capabilities:', ...grants]),
  ]
}
