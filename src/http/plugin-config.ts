/**
 * A plugin's config, while it runs and for later starts.
 *
 * - `GET /plugins/{name}/config`: `{ plugin, config }`; null when there is none. Asks for the token where one is set,
 *   since configs hold secrets.
 * - `PUT /plugins/{name}/config`: the body, any JSON, is the new config. Held against the plugin's schema, told to the
 *   plugin, and kept across restarts, when it stands before that of settings.yaml. 422 when schema or plugin refuse it;
 *   then the old one stays in force.
 * - `DELETE /plugins/{name}/config`: from now on that of settings.yaml again.
 */
import type { Context } from 'hono'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import { type BodyLimits, readJson } from './body.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { asked, pluginNamed } from './plugin-errors.ts'
import type { PluginParts } from './plugins.ts'
import type { Route } from './route.ts'

const path = '/plugins/:name/config'

export function pluginConfigRoutes({ pluginAdmin, logger, settings }: PluginParts): readonly Route[] {
  const change = async (c: Context, read: (c: Context, limits: BodyLimits) => unknown): Promise<Response> => {
    const { name } = nameOf(c, pluginAdmin)
    const config = await read(c, settings)
    // Not what it says: the log is no place for secrets.
    logger.info(`${config === undefined ? 'removing' : 'changing'} the config was asked for over HTTP`, {
      plugin: name,
    })
    return c.json(show(await asked(() => pluginAdmin.reconfigure(name, config))))
  }
  return [
    ['GET', path, (c) => c.json(show(nameOf(c, pluginAdmin)))],
    ['PUT', path, (c) => change(c, (c, { httpBodyBytesMax }) => readJson(c, httpBodyBytesMax))],
    ['DELETE', path, (c) => change(c, () => undefined)],
  ]
}

function nameOf(c: Context, admin: PluginAdmin): PluginStatus {
  return pluginNamed(c.req.param('name')!, admin)
}

function show({ name, config }: PluginStatus) {
  return { plugin: name, config: config ?? null }
}
