/**
 * With which settings the workshop tries a plugin: those of an entry in settings.yaml, or the defaults, and above them
 * what the command line says.
 */
import { basename, relative, resolve } from 'node:path'
import { type CapabilityName, granting } from '../plugins/capabilities/capabilities.ts'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import { defaultSettings, type Settings } from '../settings/settings.ts'
import { type Environment, loadSettings, SettingsError } from '../settings/file.ts'
import { effectivePlugins, readPlugin } from '../settings/plugins.ts'
import type { Asked } from '../workshop/asked.ts'

export interface TrialFlags {
  /** A settings file. */
  readonly settings?: string
  /** Which of its plugins is meant. */
  readonly plugin?: string
  /** JSON. */
  readonly config?: string
  /** `name`, `name=host,host`, `name={"max_size":"1MB"}`. */
  readonly grant?: readonly string[]
}

interface Surroundings {
  readonly env: Environment
  readonly folder: string
}

/** What the settings file says of the broker; the defaults without one. Throws SettingsError. */
export function brokerSettings({ settings: file }: TrialFlags, { env, folder }: Surroundings): Settings {
  if (file === undefined) return defaultSettings(folder)
  return loadSettings({ file, env, flags: {}, folder }).settings
}

/** How the plugin in this file is to be tried. Throws SettingsError. */
export function askedFor(file: string, flags: TrialFlags, surroundings: Surroundings): Asked {
  const settings = brokerSettings(flags, surroundings)
  const entry = flags.settings === undefined ? null : entryOf(file, flags, settings, surroundings.folder)
  const { config, grant = [] } = flags
  const raw = {
    path: file,
    name: basename(file).replace(/\s+/g, '-'),
    ...(config === undefined ? {} : { config: json(config, '--config') }),
    ...(grant.length === 0 ? {} : { capabilities: Object.fromEntries(grant.map(granted)) }),
  }
  const read = readPlugin(raw, surroundings.folder, settings)
  if ('mistakes' in read)
    throw new SettingsError(read.mistakes.map((text) => text.replace(/^plugin: /, 'command line: ')))
  const said = entry ?? read.settings
  const plugin: PluginSettings = {
    ...said,
    path: file,
    config: config === undefined ? said.config : read.settings.config,
    capabilities: grant.length === 0 ? said.capabilities : read.settings.capabilities,
  }
  return {
    plugin,
    folder: settings.folder,
    trustedKeys: settings.pluginTrustedKeys,
    cachePath: settings.pluginCachePath,
    isGranted: entry !== null || grant.length > 0,
  }
}

/** By its name, by its file, or because there is no other. */
function entryOf(file: string, flags: TrialFlags, settings: Settings, folder: string): PluginSettings {
  const { settings: from, plugin: name } = flags
  const all = effectivePlugins(settings)
  const found =
    name === undefined
      ? (all.find(({ path }) => resolve(settings.folder, path) === file) ?? (all.length === 1 ? all[0] : undefined))
      : all.find((one) => one.name === name)
  if (found !== undefined) return found
  const names = all.map((one) => one.name).join(', ') || 'none'
  const what = name === undefined ? `has no plugin at ${relative(folder, file)}` : `has no plugin called ${name}`
  throw new SettingsError([`${from}: ${what}; choose one with --plugin (${names})`])
}

/** The list for which a capability is granted, where a name alone does not do. */
const listed: Readonly<Partial<Record<CapabilityName, string>>> = {
  http: 'hosts',
  produce: 'topics',
  subscribe: 'topics',
}

function granted(text: string): [string, unknown] {
  const at = text.indexOf('=')
  const name = at === -1 ? text : text.slice(0, at)
  if (!Object.hasOwn(granting, name)) {
    throw new SettingsError([`command line: --grant ${name} is no capability; use ${Object.keys(granting).join(', ')}`])
  }
  if (at === -1) return [name, true]
  const value = text.slice(at + 1)
  if (value.startsWith('{')) return [name, json(value, `--grant ${name}`)]
  const list = listed[name as CapabilityName]
  if (list !== undefined) return [name, { [list]: value.split(',') }]
  throw new SettingsError([`command line: --grant ${text} says what ${name} has no room for; use --grant ${name}`])
}

function json(text: string, flag: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SettingsError([`command line: ${flag} is not JSON: ${(error as Error).message}`])
  }
}
