/**
 * The entries of `plugins` in settings.yaml, and what they amount to with `plugin_paths`, `plugin_dir` and the global
 * policies.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import { levels } from '../base/logger.ts'
import { isScript, type PluginSettings, pluginDefaults } from '../plugins/plugin-settings.ts'
import { capabilities } from './capabilities.ts'
import { clientPatterns, topicPatterns } from './patterns.ts'
import { defaultsOf, record, repeated, setting, type Values } from './table.ts'
import {
  boolean,
  componentPath,
  duration,
  integer,
  type Kind,
  oneOf,
  Place,
  port,
  size,
  text,
  topicName,
} from './values.ts'

/** It stands in logs, and in paths of HTTP, where `.` and `..` mean others; halves of characters are all one. */
const pluginName = text(
  'name',
  /^(?!\.{1,2}$)[^\s/\\\p{Cc}\p{Cs}]{1,100}$/u,
  'at most 100 characters without spaces, slashes and control characters',
)
const sha256 = text('checksum', /^sha256:[0-9a-f]{64}$/i, 'sha256: and 64 hexadecimal digits, as sha256sum prints them')
const checksum: Kind<string> = { ...sha256, read: (raw, place) => sha256.read(raw, place)?.toLowerCase() }
const signature = text('signature', /\S/, 'an Ed25519 signature in base64, or the path of a file that holds it')

export const onReject = oneOf('fail', 'drop', 'dead-letter')
export const onError = oneOf('reject', 'accept')
export const nonUtf8 = oneOf('lossy', 'reject', 'skip')
export const tombstones = oneOf('pass', 'skip')

const pageBytes = 64 * 1024
const configLengthMax = 1024 * 1024

/** Whatever a plugin may be told, so long as JSON can say it. */
export const config: Kind<unknown> = {
  name: 'anything',
  read(raw, place) {
    const length = JSON.stringify(raw, (_, value) => {
      if (typeof value === 'number' && !Number.isFinite(value)) place.complain(`holds ${value}, which JSON cannot say`)
      return value
    }).length
    if (length <= configLengthMax) return raw
    return place.complain(`has ${length} characters as JSON; use at most ${configLengthMax}`)
  },
}

/** One entry of `plugins`. The policies it leaves out are those that hold for all. */
export const pluginTable = {
  path: setting('path', componentPath, null, 'A component (.wasm), or a script (.js, .mjs, .ts), unsandboxed.'),
  name: setting('name', pluginName, null, 'What the log calls it. Not set: the name of the file.'),
  enabled: setting('enabled', boolean, true, 'Whether it is loaded.'),
  priority: setting(
    'priority',
    integer(-1000, 1000),
    0,
    'Lower ones judge first; equal ones in the order of the file.',
  ),
  topics: setting('topics', topicPatterns, '*', 'Which topics it sees: names with *, or /regular expressions/.'),
  clients: setting('clients', clientPatterns, '*', 'Likewise whose records: client ids, or principals (User:alice).'),
  timeoutMs: setting('timeout', duration('10ms', '10m'), '1s', 'How long it may take over a batch.'),
  initTimeoutMs: setting('init_timeout', duration('10ms', '10m'), '5s', 'How long its init may take.'),
  maxMemoryBytes: setting('max_memory', size('64KB', '4GB'), '128MB', 'The most memory it may have.'),
  maxMemoryPages: setting('max_memory_pages', integer(1, 65_536), null, 'The same in pages of 64 KiB.'),
  instances: setting('instances', integer(1, 64), 1, 'Threads that share the partitions among them.'),
  onReject: setting('on_reject', onReject, null, 'What a refusal of this plugin does.'),
  onError: setting('on_error', onError, null, 'What becomes of a record when this plugin fails over it.'),
  maxFailures: setting('max_failures', integer(1, 1000), 3, 'After so many failures in a row it is not restarted.'),
  optional: setting('optional', boolean, false, 'Whether Blink starts without it when it cannot be loaded.'),
  mode: setting('mode', oneOf('enforce', 'shadow'), 'enforce', 'shadow: verdicts are counted, logged, not applied.'),
  logLevel: setting('log_level', oneOf(...levels), null, 'The least it may log. Not set: what the log shows.'),
  config: setting('config', config, null, 'Anything; it is told to the plugin.'),
  capabilities: setting(
    'capabilities',
    capabilities,
    [],
    'What it may do beyond judging and logging: each true, or its limits.',
  ),
  checksum: setting('checksum', checksum, null, 'sha256:<hex> of its file; another file is refused.'),
  signature: setting('signature', signature, null, 'Ed25519, of its file: base64, or the path of a file.'),
  port: setting('port', port, null, 'Where it serves HTTP by itself. Not set: where init says.'),
  nonUtf8: setting('non_utf8', nonUtf8, null, 'What this plugin sees of bytes that are no UTF-8.'),
  tombstones: setting('tombstones', tombstones, null, 'Whether this plugin sees records without a value.'),
  deadLetterTopic: setting('dead_letter_topic', topicName, null, 'For dead-letter. Not set: <topic>.rejected.'),
}

export type PluginEntry = Values<typeof pluginTable> & { readonly path: string }

const entry = record('plugin', pluginTable, 'path')

export const plugin: Kind<PluginEntry> = {
  ...entry,
  read(raw, place) {
    const read = entry.read(raw, place)
    if (read === undefined) return undefined
    const mistakesBefore = place.mistakes.length
    const maxMemoryBytes = memoryBytes(read, isGiven(raw, 'max_memory'), place)
    const path = read.path ?? place.complain('has no path; add the path of its .wasm file')
    if (path !== undefined && isScript(path) && Object.values(read.capabilities).some((grant) => grant !== null)) {
      place.at('capabilities').complain('mean nothing to JavaScript, which runs without a sandbox; leave them out')
    }
    return path === undefined || place.mistakes.length > mistakesBefore ? undefined : { ...read, path, maxMemoryBytes }
  },
}

function memoryBytes(read: Values<typeof pluginTable>, isByteCount: boolean, place: Place): number {
  const { maxMemoryBytes, maxMemoryPages } = read
  if (maxMemoryPages === null) return maxMemoryBytes
  const bytes = maxMemoryPages * pageBytes
  if (isByteCount && bytes !== maxMemoryBytes) {
    place
      .at('max_memory_pages')
      .complain(`is ${maxMemoryPages}, which is ${bytes} bytes, and max_memory ${maxMemoryBytes}; keep one of them`)
  }
  return bytes
}

function isGiven(raw: unknown, key: string): boolean {
  return typeof raw === 'object' && raw !== null && (raw as Record<string, unknown>)[key] != null
}

/** What settings say of all plugins. */
export interface PluginPolicies {
  readonly onReject: PluginSettings['onReject']
  readonly onError: PluginSettings['onError']
  readonly nonUtf8: PluginSettings['nonUtf8']
  readonly tombstones: PluginSettings['tombstones']
  readonly pluginDir: string | null
  readonly pluginTrustedKeys: readonly string[]
  readonly requiresPluginSignatures: boolean
  /** The folder of settings.yaml. */
  readonly folder: string
}

export interface AllPlugins extends PluginPolicies {
  readonly pluginPaths: readonly string[]
  readonly plugins: readonly PluginEntry[]
}

/** Every plugin with every setting: those of `plugin_paths`, then `plugins`; without either, all of `plugin_dir`. */
export function effectivePlugins(settings: AllPlugins): readonly PluginSettings[] {
  const { pluginPaths, plugins } = settings
  const isDirAlone = pluginPaths.length === 0 && plugins.length === 0
  const paths = isDirAlone ? componentsIn(settings) : pluginPaths
  const short = paths.map((path) => ({ ...entryDefaults, path }))
  return [...short, ...plugins].map((one) => complete(one, settings))
}

function complete(entry: PluginEntry, policies: PluginPolicies): PluginSettings {
  const { deadLetterTopic, maxMemoryPages, ...one } = entry
  return {
    ...pluginDefaults,
    ...one,
    path: located(one.path, policies),
    signature: one.signature === null ? null : located(one.signature, policies),
    name: one.name ?? basename(one.path).replace(/[\s\p{Cc}\p{Cs}]+/gu, '-'),
    onReject: one.onReject ?? policies.onReject,
    onError: one.onError ?? policies.onError,
    nonUtf8: one.nonUtf8 ?? policies.nonUtf8,
    tombstones: one.tombstones ?? policies.tombstones,
    requiresSignature: policies.requiresPluginSignatures,
    ...(deadLetterTopic === null ? {} : { deadLetterTopic }),
  }
}

const entryDefaults: Values<typeof pluginTable> = defaultsOf(pluginTable)

/** A relative path starts from the folder of settings.yaml. What is not there, but in `plugin_dir`, is meant there. */
function located(path: string, { folder, pluginDir }: PluginPolicies): string {
  if (pluginDir === null || isAbsolute(path) || existsSync(resolve(folder, path))) return path
  const inside = join(pluginDir, path)
  return existsSync(inside) ? inside : path
}

/** In the order of their names; not what lies deeper, and nothing hidden. */
function componentsIn({ pluginDir, folder }: PluginPolicies): string[] {
  if (pluginDir === null) return []
  const names = readdirSync(pluginDir).filter((name) => name.endsWith('.wasm') && !name.startsWith('.'))
  const fromHome = relative(folder, pluginDir)
  const isBelow = !fromHome.startsWith('..') && !isAbsolute(fromHome)
  return names.sort().map((name) => join(isBelow ? fromHome : pluginDir, name))
}

/** A plugin that is described at run time, with the defaults and by the rules of settings.yaml. */
export function readPlugin(
  raw: unknown,
  folder: string,
  policies: Partial<PluginPolicies> = {},
): { readonly settings: PluginSettings } | { readonly mistakes: readonly string[] } {
  const mistakes: string[] = []
  // No ${NAME}: whoever may load a plugin over HTTP is not thereby told the broker's environment.
  const read = plugin.read(raw, new Place('plugin', '', { home: folder, from: folder }, mistakes))
  const whole = { ...defaultPolicies, ...policies, folder }
  if (read !== undefined) mistakes.push(...unverifiable([read], whole).map((what) => `plugin: ${what}`))
  return read === undefined || mistakes.length > 0 ? { mistakes } : { settings: complete(read, whole) }
}

const defaultPolicies: Omit<PluginPolicies, 'folder'> = {
  ...pluginDefaults,
  pluginDir: null,
  pluginTrustedKeys: [],
  requiresPluginSignatures: false,
}

/** What is right by itself and not together. `ports` are the broker's own. */
export function pluginContradictions(settings: AllPlugins, ports: readonly number[]): string[] {
  const all = effectivePlugins(settings)
  const own = all.map((one) => one.port).filter((port) => port !== null && port !== 0)
  const trustless = settings.requiresPluginSignatures && settings.pluginTrustedKeys.length === 0
  return [
    ...repeated(all.map(({ name }) => name)).map(
      (name) => `plugins: two are called ${name}; give one of them another name`,
    ),
    ...repeated([...new Set(ports), ...own]).map(
      (port) => `plugins: port ${port} is taken by the broker or another plugin; choose another`,
    ),
    ...(trustless ? ['plugin_require_signature is true and plugin_trusted_keys is []; name the keys you trust'] : []),
    ...unverifiable(settings.plugins, settings, (at) => `plugins[${at}].`),
  ]
}

function unverifiable(
  entries: readonly PluginEntry[],
  { pluginTrustedKeys, requiresPluginSignatures }: PluginPolicies,
  placeOf: (at: number) => string = () => '',
): string[] {
  // Then that no key is trusted has been said already.
  if (pluginTrustedKeys.length > 0 || requiresPluginSignatures) return []
  return entries.flatMap(({ signature }, at) =>
    signature === null
      ? []
      : [`${placeOf(at)}signature cannot be checked; name the keys you trust in plugin_trusted_keys`],
  )
}

/** What is in order, and not what somebody wanted. */
export function pluginWarnings(settings: AllPlugins): string[] {
  const { pluginDir, pluginPaths, plugins } = settings
  if (pluginDir === null || effectivePlugins(settings).length > 0) return []
  const isMeant = pluginPaths.length + plugins.length > 0
  return isMeant ? [] : [`plugin_dir holds no plugin: there is no .wasm file in ${pluginDir}`]
}
