/**
 * The page on the port that a plugin's `init` asked for: what the plugin does, and what it said last.
 *
 * What a plugin logs is a stranger's text; the page shows it and lets it do nothing.
 */
import { Hono } from 'hono'
import { html } from 'hono/html'
import { textLine } from '../base/logger.ts'
import type { PluginStatus } from '../plugins/host.ts'
import { answerErrors } from './errors.ts'
import { type GuardSettings, guard } from './guard.ts'
import { showPage, table } from './page.ts'
import { showPlugin } from './state.ts'

const refreshSeconds = 2

export function createPluginPage(status: () => PluginStatus, settings: GuardSettings): Hono {
  const app = new Hono()
  answerErrors(app, [['GET', '/']])
  app.use(guard(settings))
  app.get('/', (c) => {
    const now = status()
    if ((c.req.header('accept') ?? '').includes('application/json')) return c.json(showPlugin(now))
    return showPage(c, { title: `Plugin ${now.name}`, refreshSeconds, body: [facts(now), lines(now)] })
  })
  return app
}

function facts(status: PluginStatus) {
  const { state, sinceMs, records, failures, restarts, lastFailure, memoryBytes } = status
  return table(
    [],
    [
      ['State', `${state} since ${new Date(sinceMs).toISOString()}`],
      ['Component', status.path],
      ['SHA-256', status.hash ?? 'not read yet'],
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
