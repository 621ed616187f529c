/** Why a plugin, and with it the broker, does not start: the message is for whoever wrote the settings. */
import type { PluginSettings } from '../plugin-settings.ts'

export class PluginStartError extends Error {
  override readonly name = 'PluginStartError'
  constructor({ name, path }: Pick<PluginSettings, 'name' | 'path'>, why: string) {
    super(`Plugin '${name}' (${path}) ${why}`)
  }
}

/** What is wrong with a file, for whoever does not know whose it is: completes “Plugin 'x' (x.wasm) …”. */
export class Unfit extends Error {
  override readonly name: string = 'Unfit'
}
