/**
 * The plugins, and what can be done to them while the broker runs. No record is lost, repeated or reordered by any of
 * it: batches in hand finish on the old instance.
 *
 * - `GET /plugins`, `GET /plugins/{name}`: state, counts, latency, memory, last failure, hooks, imports, exports …
 * - `POST /plugins`: loads one that lies on the server, by its settings as in settings.yaml: `{ "path": "a.wasm", … }`.
 *   Or one that comes with the request, where `plugin_uploads` allows it: `application/wasm` with the settings in the
 *   query, or a multipart form with `file` and the settings. 201.
 * - `DELETE /plugins/{name}`: ends it in order and forgets it.
 * - `POST /plugins/{name}/enable`, `…/disable`, `…/reload`, `…/reset`.
 * - `POST /api/plugins/load`, `DELETE /api/plugins/unload/{name}`: the same as the second and third.
 *
 * All of it holds until the broker stops: what is loaded at start is said by settings.yaml alone.
 */
import type { Context } from 'hono'
import type { Logger } from '../base/logger.ts'
import type { PluginSettings } from '../plugins/plugin-settings.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import { type BodyLimits, type Fields, mediaType, parsed, readBody, readBytes } from './body.ts'
import { HttpError, shown, wrongField } from './errors.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { asked, pluginNamed } from './plugin-errors.ts'
import { showPlugin, shownPlugin } from './plugin-json.ts'
import type { Uploads } from './plugin-uploads.ts'
import { json, type Route, route } from './route.ts'
import { anyJson, byName, list, object, text } from './schema.ts'

export interface PluginParts {
  readonly pluginAdmin: PluginAdmin
  /** The settings of a plugin, checked as those in settings.yaml are. */
  readonly readPlugin: (
    raw: unknown,
  ) => { readonly settings: PluginSettings } | { readonly mistakes: readonly string[] }
  /** Null where `plugin_uploads` does not allow them. */
  readonly uploads: Uploads | null
  /** Opens the ports of plugins that came, and closes those of plugins that went. */
  readonly updatePorts: () => Promise<void>
  readonly logger: Logger
  readonly settings: BodyLimits
}

type Command = 'enable' | 'disable' | 'reload' | 'reset'

const tag = 'Plugins'
const unknown = { 404: 'There is no such plugin.' }
const commands = {
  enable: 'Starts a plugin that was disabled.',
  disable: 'Ends a plugin in order; it stays known.',
  reload: 'Reads the file of a plugin anew; the old instance goes on where the new one does not start.',
  reset: 'Frees a plugin from quarantine, and forgets its failures.',
} as const satisfies Record<Command, string>

export function pluginRoutes(parts: PluginParts): readonly Route[] {
  const { pluginAdmin } = parts
  return [
    route({
      method: 'GET',
      path: '/plugins',
      tag,
      summary: 'All plugins, in the order of the settings.',
      answer: json(object({ plugins: list(shownPlugin) }), 'What each is, and did.'),
      handle: () => ({ plugins: pluginAdmin.status().map(showPlugin) }),
    }),
    route({
      method: 'GET',
      path: '/plugins/:name',
      tag,
      summary: 'One plugin.',
      answer: json(shownPlugin, 'What it is, and did.'),
      errors: unknown,
      handle: ({ params }) => showPlugin(pluginNamed(params.name, pluginAdmin)),
    }),
    loadRoute('/plugins', parts),
    unloadRoute('/plugins/:name', parts),
    ...(['enable', 'disable', 'reload', 'reset'] as const).map((command) => commandRoute(command, parts)),
    { ...loadRoute('/api/plugins/load', parts), isUndocumented: true },
    { ...unloadRoute('/api/plugins/unload/:name', parts), isUndocumented: true },
  ]
}

function commandRoute(command: Command, { pluginAdmin, updatePorts, logger }: PluginParts): Route {
  return route({
    method: 'POST',
    path: `/plugins/:name/${command}`,
    tag,
    summary: commands[command],
    answer: json(shownPlugin, 'The plugin as it is now.'),
    errors: { ...unknown, 409: 'It is in no state for it.', 422: 'It does not start.' },
    handle: async ({ params }) => {
      const { name } = pluginNamed(params.name, pluginAdmin)
      logger.info(`${command} was asked for over HTTP`, { plugin: name })
      // The port that its new `init` asks for may be another, also when starting it failed.
      const status = await asked(() => pluginAdmin[command](name)).finally(updatePorts)
      return showPlugin(status)
    },
  })
}

function unloadRoute(path: `${string}:name`, parts: PluginParts): Route {
  const { pluginAdmin, updatePorts, logger } = parts
  return route({
    method: 'DELETE',
    path,
    tag,
    summary: 'Ends a plugin in order and forgets it.',
    answer: json(object({ unloaded: text() }), 'Its name.'),
    errors: unknown,
    handle: async ({ params }) => {
      const last = pluginNamed(params.name, pluginAdmin)
      logger.info('unloading was asked for over HTTP', { plugin: last.name })
      await asked(() => pluginAdmin.unload(last.name))
      await updatePorts()
      await removeUnused(last.path, parts)
      return { unloaded: last.name }
    },
  })
}

function loadRoute(path: string, parts: PluginParts): Route {
  return route({
    method: 'POST',
    path,
    tag,
    summary: 'Loads a plugin from a file on the server, or, where `plugin_uploads` allows it, from the request.',
    description: 'Its settings are those of settings.yaml. With `application/wasm` they stand in the query.',
    query: 'any',
    reads: {
      'application/json': byName(anyJson('A setting of a plugin.')),
      'multipart/form-data': null,
      'application/wasm': null,
    },
    status: 201,
    answer: json(shownPlugin, 'The plugin as it is now.'),
    errors: { 409: 'The name is taken.', 422: 'It does not start.', 507: 'Uploads take too much room.' },
    handle: async ({ c }) => {
      const type = mediaType(c)
      const isUpload = type === 'application/wasm' || type === 'multipart/form-data'
      const status = isUpload ? await loadUpload(c, type, parts) : await loadFromPath(c, parts)
      await parts.updatePorts()
      c.header('Location', `/plugins/${encodeURIComponent(status.name)}`)
      return showPlugin(status)
    },
  })
}

async function loadFromPath(c: Context, parts: PluginParts): Promise<PluginStatus> {
  const { fields } = await readBody(c, parts.settings.httpBodyBytesMax)
  return load(fields, parts)
}

async function loadUpload(c: Context, type: string, parts: PluginParts): Promise<PluginStatus> {
  const { uploads, pluginAdmin, settings } = parts
  if (uploads === null) {
    const remedy = 'set plugin_uploads: true in settings.yaml, or name a file on the server: { "path": … }'
    throw new HttpError(403, 'uploads_off', `plugins cannot be uploaded here; ${remedy}`)
  }
  const { file, ...given } = await readUpload(c, type, settings)
  const { name } = given
  if (typeof name !== 'string' || name === '')
    throw wrongField('name', 'is missing; say what the plugin is to be called')
  if (given.path !== undefined) throw wrongField('path', 'is the server’s to choose for an upload; leave it out')
  if (!(file instanceof Buffer)) throw wrongField('file', `is ${shown(file)}; send the component, as a file`)
  // Asked here as well, so that an upload that cannot be loaded is not stored.
  if (pluginAdmin.get(name) !== null) {
    throw new HttpError(409, 'name_taken', `there is a plugin ${name} already; unload it first, or use another name`)
  }
  const path = await uploads.store(file)
  try {
    return await load({ ...given, path }, parts)
  } catch (error) {
    await removeUnused(path, parts)
    throw error
  }
}

/** The file of an upload that no plugin is made of. */
async function removeUnused(path: string, { pluginAdmin, uploads }: PluginParts): Promise<void> {
  if (!pluginAdmin.status().some((one) => one.path === path)) await uploads?.remove(path)
}

/** The component as `file`, beside its settings. */
async function readUpload(c: Context, type: string, { httpBodyBytesMax }: BodyLimits): Promise<Fields> {
  if (type === 'multipart/form-data') {
    const { fields } = await readBody(c, httpBodyBytesMax)
    const { file, ...settings } = fields
    return { ...withStructure(settings), file }
  }
  return { ...withStructure(c.req.query()), file: await readBytes(c, httpBodyBytesMax) }
}

/** Where there is only text, what has structure is written as JSON, as in environment variables. */
function withStructure(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      const isJson = typeof text === 'string' && /^\s*[[{]/.test(text)
      return [name, isJson ? parsed(text, name) : text]
    }),
  )
}

function load(fields: Fields, { pluginAdmin, readPlugin, logger }: PluginParts): Promise<PluginStatus> {
  const read = readPlugin(fields)
  if ('mistakes' in read) {
    const { mistakes } = read
    throw new HttpError(400, 'invalid_request', mistakes.join('; '), { mistakes })
  }
  const { settings } = read
  logger.info(`loading ${settings.path} was asked for over HTTP`, { plugin: settings.name })
  return asked(() => pluginAdmin.load(settings))
}
