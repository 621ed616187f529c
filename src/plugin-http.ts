/** What HTTP is given to administer plugins: the host itself, and how settings of plugins are read and files kept. */
import { join } from 'node:path'
import type { HttpSettings } from './http/app.ts'
import { Uploads } from './http/plugin-uploads.ts'
import type { PluginParts } from './http/plugins.ts'
import type { PluginHost } from './plugins/host.ts'
import { pluginDataPath, type Settings } from './settings/settings.ts'
import { readPlugin } from './settings/plugins.ts'

export function pluginHttp(
  host: PluginHost,
  settings: Settings,
): Pick<PluginParts, 'pluginAdmin' | 'readPlugin' | 'uploads'> & { readonly settings: HttpSettings } {
  return {
    pluginAdmin: host,
    readPlugin: (raw) => readPlugin(raw, settings.folder, settings),
    uploads: settings.acceptsPluginUploads ? new Uploads(join(pluginDataPath(settings), 'uploads')) : null,
    settings,
  }
}
