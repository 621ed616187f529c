/**
 * The HTTP API: the list of its routes, and what stands before all of them.
 *
 * A request passes the guard, shows the token where one is asked for, and comes to its route. Nothing here listens:
 * `server.ts` does.
 */
import { type Context, Hono } from 'hono'
import type { BodyLimits } from './body.ts'
import { answerErrors } from './errors.ts'
import { type FetchLimits, fetchRoute } from './fetch.ts'
import { type GuardSettings, guard } from './guard.ts'
import { type MetricSources, Metrics } from './metrics.ts'
import { overviewRoute } from './overview.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { pluginCallRoutes } from './plugin-calls.ts'
import { pluginConfigRoutes } from './plugin-config.ts'
import { pluginLogRoutes } from './plugin-logs.ts'
import { type PluginParts, pluginRoutes } from './plugins.ts'
import { produceRoute } from './produce.ts'
import { purgeRoute } from './purge.ts'
import { endpointsOf, type Route } from './route.ts'
import { type Health, showAllocated, showDump, showHealth, showVersion } from './state.ts'
import { adminToken, type TokenSettings } from './token.ts'

export interface HttpSettings extends GuardSettings, FetchLimits, BodyLimits, TokenSettings {}

export interface AppParts extends MetricSources, PluginParts {
  readonly settings: HttpSettings
  readonly pluginAdmin: PluginAdmin
  readonly health: () => Health
  /** Blink's own. */
  readonly version: string
  /** Aborted when Blink stops: then what would never end does. */
  readonly stopping: AbortSignal
}

export function createApp(parts: AppParts): Hono {
  const routes = describeRoutes(parts)
  const app = new Hono()
  answerErrors(app, endpointsOf(routes), parts.logger)
  app.use(guard(parts.settings))
  app.use(adminToken(parts.settings))
  for (const [method, path, answer] of routes) {
    if (method === '*') app.all(path, answer)
    else app.on(method, path, answer)
  }
  return app
}

function describeRoutes(parts: AppParts): readonly Route[] {
  const { cluster, pluginAdmin, settings, version, health, stopping } = parts
  const metrics = new Metrics(parts)
  const scrape = async (c: Context) => {
    const { contentType, text } = await metrics.scrape()
    return c.text(text, 200, { 'Content-Type': contentType })
  }
  const routes: readonly Route[] = [
    ['POST', '/produce', produceRoute(cluster, settings)],
    ['GET', '/fetch', fetchRoute(cluster, settings)],
    ['POST', '/purge', purgeRoute(cluster, settings)],
    ...pluginRoutes(parts),
    ...pluginConfigRoutes(parts),
    ...pluginLogRoutes({ pluginAdmin, clock: cluster.clock, stopping }),
    ...pluginCallRoutes(parts),
    ['GET', '/dump', (c) => c.json(showDump(cluster))],
    ['GET', '/allocated', (c) => c.json(showAllocated(cluster))],
    ['GET', '/version', (c) => c.json(showVersion(version, cluster))],
    ['GET', '/health', (c) => c.json(showHealth(health()))],
    ['GET', '/metrics', scrape],
    ['GET', '/prometheus', scrape],
  ]
  const plugins = () => pluginAdmin.status()
  return [['GET', '/', overviewRoute({ cluster, plugins, version, endpoints: endpointsOf(routes) })], ...routes]
}
