/**
 * What is on a plugin's own port. A plugin that answers HTTP requests has every path of it; for any other there is a
 * page with what the plugin does, and what it said last.
 *
 * What a plugin logs is a stranger's text; the page shows it and lets it do nothing.
 */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { type Logger, silent, textLine } from '../base/logger.ts'
import type { PluginStatus } from '../plugins/plugin-status.ts'
import type { BodyLimits } from './body.ts'
import { answerErrors } from './errors.ts'
import { type GuardSettings, guard } from './guard.ts'
import { showPage, table } from './page.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { callPlugin, offersHttp } from './plugin-calls.ts'
import { pluginNamed } from './plugin-errors.ts'
import { showPlugin } from './plugin-json.ts'
import type { TokenSettings } from './token.ts'

export interface PluginSiteParts {
  readonly name: string
  readonly pluginAdmin: PluginAdmin
  readonly settings: GuardSettings & BodyLimits & TokenSettings
  readonly logger?: Logger
}

const refreshSeconds = 2

export function createPluginSite({ name, pluginAdmin, settings, logger = silent }: PluginSiteParts): Hono {
  const app = new Hono()
  answerErrors(app, [{ method: 'GET', path: '/' }], logger)
  app.use(guard(settings))
  // Asked anew each time: a reload may bring the hook, or take it away.
  app.use((c, next) => {
    const status = pluginNamed(name, pluginAdmin)
    return offersHttp(status) ? callPlugin(c, name, new URL(c.req.url).pathname, { pluginAdmin, settings }) : next()
  })
  app.get('/', (c) => statusPage(c, pluginNamed(name, pluginAdmin)))
  return app
}

function statusPage(c: Context, status: PluginStatus): Response | Promise<Response> {
  if ((c.req.header('accept') ?? '').includes('application/json')) return c.json(showPlugin(status))
  return showPage(c, { title: `Plugin ${status.name}`, refreshSeconds, body: [facts(status), lines(status)] })
}

function facts(status: PluginStatus) {
  const { state, sinceMs, records, failures, restarts, lastFailure, memoryBytes } = status
  return table(
    [],
    [
      ['State', `${state} since ${new Date(sinceMs).toISOString()}`],
      ['Component', status.path],
      ['Sandboxed', status.isSandboxed ? 'yes' : 'no: it is a script, and may do whatever Blink may'],
      ['SHA-256', status.hash ?? 'not read yet'],
      ['Verdicts', status.mode === 'shadow' ? 'counted, not applied' : 'applied'],
      ['Records accepted', records.accepted],
      ['Records refused', records.refused],
      ['Records without a verdict', records.failed],
      ...Object.entries(failures).map(([failure, count]): [string, number] => [`Failed: ${failure}`, count]),
      ['Restarts', restarts],
      ['Last failure', lastFailure ?? 'none'],
      ['Memory in bytes', memoryBytes],
      ['Called', status.isDirect ? 'directly' : "through jco's binding"],
    ],
  )
}

function lines({ name, recentLines }: PluginStatus) {
  const shown = recentLines.map(({ timeMs, level, text }) =>
    textLine({ timeMs, level, target: name, message: text, fields: {} }),
  )
  return html`<h2>Last log lines</h2><pre>${shown.length === 0 ? 'none yet' : shown.join('\n')}</pre>`
}
