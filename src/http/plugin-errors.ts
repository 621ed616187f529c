/**
 * What a command to the plugin host was refused for, as HTTP says it. The host's errors bring their message; that they
 * are refusals, and which, they say by `code`.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { PluginStartError } from '../plugins/host.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import { HttpError } from './errors.ts'
import type { PluginAdmin } from './plugin-admin.ts'

const refusals: ReadonlyMap<unknown, readonly [status: ContentfulStatusCode, code: string]> = new Map([
  ['unknown_plugin', [404, 'unknown_plugin']],
  ['no_such_hook', [404, 'no_such_hook']],
  ['name_taken', [409, 'name_taken']],
  ['wrong_state', [409, 'wrong_state']],
  ['config_refused', [422, 'config_refused']],
  ['hook_failed', [502, 'plugin_failed']],
])

/** The error to answer with; whatever is none of the host's refusals stays as it is. */
export function fromHost(error: unknown): unknown {
  if (error instanceof PluginStartError) return new HttpError(422, 'plugin_not_started', error.message)
  if (!(error instanceof Error) || !('code' in error)) return error
  const [status, code] = refusals.get(error.code) ?? []
  return status === undefined || code === undefined ? error : new HttpError(status, code, error.message)
}

/** Does what is asked of the host, and says as HTTP what it was refused for. */
export async function asked<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command()
  } catch (error) {
    throw fromHost(error)
  }
}

export function pluginNamed(name: string, admin: PluginAdmin): PluginStatus {
  const found = admin.get(name)
  if (found !== null) return found
  const names = admin.status().map((status) => status.name)
  const remedy = names.length === 0 ? 'none is loaded' : `use one of ${names.join(', ')}`
  throw new HttpError(404, 'unknown_plugin', `there is no plugin ${JSON.stringify(name)}; ${remedy}`)
}
