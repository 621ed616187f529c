/**
 * `GET /ready`: 200 while a record that is produced would be stored. Beside the ports, which `/health` tells of, that
 * takes a broker that is up, and every plugin that has a say and whose failure refuses records.
 *
 * Not looked at: faults that were set on purpose, and verdicts of plugins, which are about the record.
 */
import type { Cluster } from '../handlers/handler.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { object, text } from './schema.ts'
import type { Health } from './state.ts'

export interface ReadyParts {
  readonly cluster: Cluster
  readonly health: () => Health
  readonly pluginAdmin: { status(): readonly PluginStatus[] }
}

export function readyRoute(parts: ReadyParts): Route {
  return route({
    method: 'GET',
    path: '/ready',
    tag: 'Broker',
    summary: 'Whether a record that is produced now would be stored.',
    answer: json(object({ status: text() }), 'It would.'),
    errors: { 503: 'It would not yet; `waiting_for` says why.' },
    handle: () => {
      const waitingFor = whatIsMissing(parts)
      if (waitingFor.length === 0) return { status: 'ready' }
      throw new HttpError(503, 'not_ready', `waiting for ${waitingFor.join(', ')}`, { waiting_for: waitingFor })
    },
  })
}

export function whatIsMissing({ cluster, health, pluginAdmin }: ReadyParts): readonly string[] {
  const noBroker = cluster.nodes.length === 0 ? ['a broker to be up'] : []
  const plugins = pluginAdmin.status().filter(isMissed)
  return [...health().waitingFor, ...noBroker, ...plugins.map(({ name, state }) => `plugin ${name}, which is ${state}`)]
}

function isMissed({ enabled, mode, onError, hooks, state }: PluginStatus): boolean {
  // Before it is loaded, nobody knows its hooks.
  const hasSay = hooks.length === 0 || hooks.some((hook) => hook === 'on-record' || hook === 'on-records')
  return enabled && hasSay && mode === 'enforce' && onError === 'reject' && state !== 'running'
}
