/**
 * Settings from where people put them, the strongest first: flags, environment variables, settings.yaml, defaults.
 *
 * All mistakes are told at once, each with its place and a remedy.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { loadAll, YAMLException } from 'js-yaml'
import { type Settings, settingsTable } from './settings.ts'
import { pluginContradictions, pluginWarnings } from './plugins.ts'
import { brokerCount, securityContradictions } from './security.ts'
import { mapping, readTable, repeated, type Setting, type Source } from './table.ts'
import { Place } from './values.ts'

/** What the user wrote cannot be used. The message has a line for each mistake. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

export interface Origins {
  /** The settings file; null: none. */
  readonly file: string | null
  readonly env: Environment
  /** By key, as `rest_port`. */
  readonly flags: Readonly<Record<string, string>>
  /** Where relative paths in flags and variables start from. */
  readonly folder: string
}

export interface Loaded {
  readonly settings: Settings
  /** What was accepted although it has no effect. */
  readonly warnings: readonly string[]
}

/** Names of the original Blink that mean nothing here: accepted, so that its files still start, but not in silence. */
const formerSettings: Readonly<Record<string, string>> = {
  purge_delay_seconds: 'records stay for retention, within max_memory, unless purge_on_fetch is true',
  heap_memory_factor: 'max_memory is the bound on stored bytes as it stands',
  obliteration_warning_interval_minutes: 'whenever max_memory makes records go, the log says so',
  use_last_accessed_offset: 'committed offsets are kept as in Kafka',
  check_for_skipped_batches: 'batches are stored without gaps',
  trace: 'log_level: trace shows more, /metrics counts the requests of each API',
}

export function loadSettings(origins: Origins): Loaded {
  const { home, filePlace, sources, warnings } = opened(origins)
  const { mistakes } = filePlace
  const values = readTable(settingsTable, sources, filePlace)
  if (values !== undefined) mistakes.push(...contradictions({ ...values, folder: home }, origins.file ?? 'settings'))
  if (values === undefined || mistakes.length > 0) throw new SettingsError(mistakes)
  const settings = { ...values, folder: home }
  return { settings, warnings: [...warnings, ...ineffective(settings)] }
}

/** A setting that somebody set: as it was written, and where. */
export interface Given {
  readonly value: unknown
  /** `settings.yaml`, `environment REST_PORT`. */
  readonly origin: string
}

/** By key; what is missing is as it is by default. */
export function givenSettings(origins: Origins): ReadonlyMap<string, Given> {
  const { sources } = opened(origins)
  const given = Object.values(settingsTable).flatMap((one): [string, Given][] => {
    const found = sources.map((source) => source.given(one)).find((strongest) => strongest !== undefined)
    if (found === undefined) return []
    const { source, path } = found.place
    return [[one.key, { value: found.raw, origin: path === one.key ? source : `${source} ${path}` }]]
  })
  return new Map(given)
}

/** The sources, strongest first; what is wrong with the file is noted at its place. */
function opened({ file, env, flags, folder }: Origins) {
  const home = file === null ? folder : dirname(resolve(folder, file))
  const mistakes: string[] = []
  const filePlace = new Place(file ?? 'settings', '', { home, from: home }, mistakes)
  const document = file === null ? {} : parseYaml(readText(resolve(folder, file), file), filePlace)
  const { current, warnings } = withoutFormer(document, filePlace)
  const expanded = expand(current, filePlace, env)

  const elsewhere = (source: string) => new Place(source, '', { home, from: folder }, mistakes)
  const sources = [
    flagsSource(flags, elsewhere('command line')),
    environmentSource(env, elsewhere('environment')),
    mapping(settingsTable, expanded, filePlace),
  ]
  return { home, filePlace, sources, warnings }
}

function ineffective(settings: Settings): string[] {
  const storage = 'record_storage_path has no effect yet: records are kept in memory and are gone when Blink stops'
  return [...(settings.recordStoragePath === null ? [] : [storage]), ...pluginWarnings(settings)]
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `${code}`
    throw new SettingsError([`${file}: ${why}; name an existing settings file with -s, or leave -s out`])
  }
}

function parseYaml(text: string, place: Place): unknown {
  try {
    const documents = loadAll(text)
    if (documents.length > 1) place.complain(`holds ${documents.length} YAML documents; keep one`)
    return documents[0] ?? {}
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const { mark, reason } = error
    const where = mark === undefined ? '' : ` in line ${mark.line + 1}, column ${mark.column + 1}`
    throw new SettingsError([`${place.source}: is not YAML${where}: ${reason}`])
  }
}

function withoutFormer(document: unknown, { source }: Place): { current: unknown; warnings: string[] } {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return { current: document, warnings: [] }
  }
  const former = Object.keys(document).filter((key) => Object.hasOwn(formerSettings, key))
  return {
    current: Object.fromEntries(Object.entries(document).filter(([key]) => !former.includes(key))),
    warnings: former.map((key) => `${source}: ${key} has no effect any more: ${formerSettings[key]}; remove it`),
  }
}

const reference = /\$(\$?)\{(\w+)(?::-([^}]*))?\}/g

/** YAML's anchors can make a value that holds itself. */
const nestingMax = 64

/** `${NAME}` and `${NAME:-default}` in texts, from the environment; `$${` stands for `${` itself. */
function expand(value: unknown, place: Place, env: Environment, depth = 0): unknown {
  if (typeof value === 'string') return expandText(value, place, env)
  if (typeof value !== 'object' || value === null) return value
  if (depth > nestingMax) {
    const where = `${place.source}: ${place.path.slice(0, 40)}…`
    throw new SettingsError([`${where} is more than ${nestingMax} levels deep, or holds itself; flatten it`])
  }
  if (Array.isArray(value)) return value.map((item, at) => expand(item, place.at(at), env, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expand(item, place.at(key), env, depth + 1)]),
  )
}

/** Null when a variable is missing: then the key says nothing. */
function expandText(text: string, place: Place, env: Environment): string | null {
  let isWhole = true
  const expanded = text.replace(reference, (whole, dollar: string, name: string, fallback?: string) => {
    if (dollar !== '') return whole.slice(1)
    const value = env[name] || fallback
    if (value !== undefined) return value
    isWhole = false
    place.complain(`needs the environment variable ${name}, which is not set; set it, or write \${${name}:-default}`)
    return ''
  })
  return isWhole ? expanded : null
}

/** An empty variable is one that is not set, as Compose files leave them. */
function environmentSource(env: Environment, place: Place): Source {
  return {
    given({ key, aliases }: Setting) {
      const name = [key.toUpperCase(), ...aliases].find((one) => env[one])
      return name === undefined ? undefined : { raw: fromText(env[name]!), place: place.at(name) }
    },
  }
}

function flagsSource(flags: Readonly<Record<string, string>>, place: Place): Source {
  return {
    given({ key }: Setting) {
      const value = flags[key]
      return value === undefined ? undefined : { raw: fromText(value), place: place.at(flagOf(key)) }
    },
  }
}

export function flagOf(key: string): string {
  return `--${key.replaceAll('_', '-')}`
}

/** What has structure is written as JSON where only text can be: `PLUGINS='[{"path": "a.wasm", "priority": 1}]'`. */
function fromText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Values that are right one by one and not together. */
function contradictions(settings: Settings, source: string): string[] {
  const { brokerPorts, brokerRacks, listeners, restPort, groupSessionTimeoutMinMs, groupSessionTimeoutMaxMs } = settings
  const found: string[] = []
  const ports = [
    ...brokerPorts,
    restPort,
    ...listeners.filter(({ host }) => host === null).flatMap((one) => one.ports),
  ].filter((port): port is number => port !== null && port !== 0)
  const named = listeners.length > 0 ? 'broker_ports, listeners and rest_port name' : 'broker_ports and rest_port name'
  for (const port of repeated(ports)) found.push(`${named} ${port} twice; use different ports`)
  const brokers = brokerCount(settings)
  if (brokerRacks.length > brokers) {
    found.push(`broker_racks names ${brokerRacks.length} racks for ${brokers} broker(s); name one for each`)
  }
  if (groupSessionTimeoutMinMs > groupSessionTimeoutMaxMs) {
    found.push('group_min_session_timeout is above group_max_session_timeout; lower the one or raise the other')
  }
  found.push(...securityContradictions(settings))
  found.push(...pluginContradictions(settings, ports))
  return found.map((what) => `${source}: ${what}`)
}
