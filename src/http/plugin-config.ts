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
import type { PluginStatus } from '../plugins/plugin-status.ts'
import { asked, pluginNamed } from './plugin-errors.ts'
import type { PluginParts } from './plugins.ts'
import { json, type Route, route } from './route.ts'
import { anyJson, object, text } from './schema.ts'

const path = '/plugins/:name/config'
const tag = 'Plugins'
const answer = json(object({ plugin: text(), config: anyJson('Null when there is none.') }), 'The config in force.')
const unknown = { 404: 'There is no such plugin.' }
const refused = { ...unknown, 409: 'The plugin is in no state for it.', 422: 'The schema or the plugin refuses it.' }

export function pluginConfigRoutes({ pluginAdmin, logger }: PluginParts): readonly Route[] {
  const change = async (plugin: string, config: unknown) => {
    const { name } = pluginNamed(plugin, pluginAdmin)
    // Not what it says: the log is no place for secrets.
    logger.info(`${config === undefined ? 'removing' : 'changing'} the config was asked for over HTTP`, {
      plugin: name,
    })
    return show(await asked(() => pluginAdmin.reconfigure(name, config)))
  }
  return [
    route({
      method: 'GET',
      path,
      tag,
      summary: 'The config of a plugin.',
      answer,
      errors: unknown,
      handle: ({ params }) => show(pluginNamed(params.name, pluginAdmin)),
    }),
    route({
      method: 'PUT',
      path,
      tag,
      summary: 'Gives a plugin a new config, now and for later starts.',
      body: { schema: anyJson('The config, held against the schema of the plugin.') },
      answer,
      errors: refused,
      handle: ({ params, body }) => change(params.name, body),
    }),
    route({
      method: 'DELETE',
      path,
      tag,
      summary: 'Gives a plugin the config of settings.yaml again.',
      answer,
      errors: refused,
      handle: ({ params }) => change(params.name, undefined),
    }),
  ]
}

function show({ name, config }: PluginStatus) {
  return { plugin: name, config: config ?? null }
}
