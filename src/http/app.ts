/**
 * The HTTP API: the list of its routes, and what stands before all of them.
 *
 * A request passes the guard, then its route. Nothing here listens: `server.ts` does.
 */
import { type Context, Hono } from 'hono'
import type { Logger } from '../base/logger.ts'
import type { PluginStatus } from '../plugins/host.ts'
import type { BodyLimits } from './body.ts'
import { answerErrors, type Endpoint } from './errors.ts'
import { type FetchLimits, fetchRoute } from './fetch.ts'
import { type GuardSettings, guard } from './guard.ts'
import { type MetricSources, Metrics } from './metrics.ts'
import { overviewRoute } from './overview.ts'
import { produceRoute } from './produce.ts'
import { purgeRoute } from './purge.ts'
import { type Health, showAllocated, showDump, showHealth, showPlugin, showVersion } from './state.ts'

export interface HttpSettings extends GuardSettings, FetchLimits, BodyLimits {}

export interface AppParts extends MetricSources {
  readonly settings: HttpSettings
  readonly logger: Logger
  readonly health: () => Health
  /** Blink's own. */
  readonly version: string
}

type Route = readonly [method: string, path: string, answer: (c: Context) => Response | Promise<Response>]

export function createApp(parts: AppParts): Hono {
  const routes = describeRoutes(parts)
  const app = new Hono()
  answerErrors(app, endpointsOf(routes), parts.logger)
  app.use(guard(parts.settings))
  for (const [method, path, answer] of routes) app.on(method, path, answer)
  return app
}

function describeRoutes(parts: AppParts): readonly Route[] {
  const { cluster, plugins, settings, version, health } = parts
  const metrics = new Metrics(parts)
  const scrape = async (c: Context) => {
    const { contentType, text } = await metrics.scrape()
    return c.text(text, 200, { 'Content-Type': contentType })
  }
  const shown = () => plugins().map((status: PluginStatus) => showPlugin(status))
  const routes: readonly Route[] = [
    ['POST', '/produce', produceRoute(cluster, settings)],
    ['GET', '/fetch', fetchRoute(cluster, settings)],
    ['POST', '/purge', purgeRoute(cluster, settings)],
    ['GET', '/plugins', (c) => c.json({ plugins: shown() })],
    ['GET', '/dump', (c) => c.json(showDump(cluster))],
    ['GET', '/allocated', (c) => c.json(showAllocated(cluster))],
    ['GET', '/version', (c) => c.json(showVersion(version, cluster))],
    ['GET', '/health', (c) => c.json(showHealth(health()))],
    ['GET', '/metrics', scrape],
    ['GET', '/prometheus', scrape],
  ]
  const overview = overviewRoute({ cluster, plugins, version, endpoints: endpointsOf(routes) })
  return [['GET', '/', overview], ...routes]
}

function endpointsOf(routes: readonly Route[]): readonly Endpoint[] {
  return routes.map(([method, path]) => [method, path])
}
