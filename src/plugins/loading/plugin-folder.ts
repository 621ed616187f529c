/**
 * What is kept of plugins on disk, in a folder for each: `data/` is the plugin's own, for whatever it was granted to
 * keep; `config.json` is the config that was put over HTTP, and stands before that of settings.yaml until it is
 * deleted.
 *
 * Nothing is made before it is needed.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PluginSettings } from '../plugin-settings.ts'
import { PluginStartError } from './plugin-start-error.ts'

const ownerOnly = { folder: 0o700, file: 0o600 } as const
const configName = 'config.json'
/** As JSON. */
export const keptConfigBytesMax = 1024 * 1024
const readableCharactersMax = 40
const hashCharacters = 12

/**
 * The name of a plugin's folder: of letters, digits, dashes and dots alone, whatever the plugin's name. The hash keeps
 * apart what would be one name to a file system that does not tell cases or kinds of letters apart.
 */
export function folderName(plugin: string): string {
  const readable = plugin
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '_')
    .replace(/^\.+/, '_')
  const hash = createHash('sha256').update(plugin).digest('hex')
  return `${readable.slice(0, readableCharactersMax)}-${hash.slice(0, hashCharacters)}`
}

/** The plugin's own folder, made if need be. */
export async function dataFolder(dataPath: string, plugin: string): Promise<string> {
  const folder = join(dataPath, folderName(plugin), 'data')
  await mkdir(folder, { recursive: true, mode: ownerOnly.folder })
  const expected = join(await realpath(dataPath), folderName(plugin), 'data')
  if ((await realpath(folder)) !== expected) {
    throw new Error(`${folder} is a link out of plugin_data_path; make it a folder`)
  }
  return folder
}

/** Why a config could not be kept, or null. */
export function sizeComplaint(config: unknown): string | null {
  if (Buffer.byteLength(asWritten(config)) <= keptConfigBytesMax) return null
  return `the config has more than ${keptConfigBytesMax} bytes as JSON; make it smaller`
}

function asWritten(config: unknown): string {
  return `${JSON.stringify(config ?? null, null, 2)}\n`
}

/** Appears as a whole or not at all. */
export async function saveConfig(dataPath: string, plugin: string, config: unknown): Promise<void> {
  const complaint = sizeComplaint(config)
  if (complaint !== null) throw new RangeError(complaint)
  const folder = join(dataPath, folderName(plugin))
  const temporary = join(folder, `${configName}.${randomUUID()}`)
  await mkdir(folder, { recursive: true, mode: ownerOnly.folder })
  try {
    // Flushed: a rename that outlives its content would leave an empty file.
    await writeFile(temporary, asWritten(config), { mode: ownerOnly.file, flush: true })
    await rename(temporary, join(folder, configName))
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Null when none is kept. Throws PluginStartError when it cannot be read. */
export async function loadConfig(
  dataPath: string,
  settings: Pick<PluginSettings, 'name' | 'path'>,
): Promise<{ readonly config: unknown } | null> {
  const file = join(dataPath, folderName(settings.name), configName)
  try {
    const { size } = await stat(file)
    if (size > keptConfigBytesMax) throw new Error(`it has ${size} bytes, more than ${keptConfigBytesMax}`)
    return { config: JSON.parse(await readFile(file, 'utf8')) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    const remedy = 'Correct the file, or delete it to have the config of settings.yaml'
    throw new PluginStartError(settings, `has a kept config, ${file}, that cannot be read: ${message}. ${remedy}`)
  }
}

/** From then on, the config of settings.yaml holds. */
export async function deleteConfig(dataPath: string, plugin: string): Promise<void> {
  await rm(join(dataPath, folderName(plugin), configName), { force: true })
}
