/**
 * The HTTP API: the list of its routes, and what stands before all of them.
 *
 * A request passes the guard, shows the token where one is asked for, and comes to its route. Nothing here listens:
 * `server.ts` does.
 */
import { type Context, Hono } from 'hono'
import type { BodyLimits } from './body.ts'
import { type BrokerAdmin, brokerNodeRoutes } from './broker-nodes.ts'
import { brokerRoutes } from './brokers.ts'
import { type ClockAdmin, clockRoutes } from './clock.ts'
import { ConsoleFiles, consoleRoutes } from './console.ts'
import { documentRoutes } from './document.ts'
import { clientMetricsRoute } from './client-metrics.ts'
import { connectionRoute, type ConnectionParts } from './connections.ts'
import { endpointsOf } from './endpoints.ts'
import { answerErrors } from './errors.ts'
import { type FaultAdmin, faultRoutes } from './faults.ts'
import { type FetchLimits, fetchRoute } from './fetch.ts'
import { groupOffsetRoutes } from './group-offsets.ts'
import { groupRoutes } from './groups.ts'
import { type GuardSettings, guard } from './guard.ts'
import { LiveStreams } from './live-stream.ts'
import { type MetricSources, metricRoutes } from './metrics.ts'
import { overviewRoute } from './overview.ts'
import type { PluginAdmin } from './plugin-admin.ts'
import { pluginCallRoutes } from './plugin-calls.ts'
import { pluginConfigRoutes } from './plugin-config.ts'
import { pluginLogRoutes } from './plugin-logs.ts'
import { type PluginParts, pluginRoutes } from './plugins.ts'
import { produceRoute } from './produce.ts'
import { purgeRoute } from './purge.ts'
import { readyRoute } from './ready.ts'
import { refusalRoutes } from './refusals.ts'
import { type ThroughputSource, throughputRoute } from './throughput.ts'
import { recordsRoute } from './records.ts'
import { recordsInRoute } from './records-in.ts'
import { tailRoute } from './records-tail.ts'
import { restProxy } from './rest-proxy/mount.ts'
import type { Route } from './route.ts'
import { type RequestParts, requestRoutes } from './requests.ts'
import { type SnapshotParts, snapshotRoutes } from './snapshots.ts'
import { type Health, stateRoutes } from './state.ts'
import { Spread } from './storing.ts'
import { topicRoutes } from './topics.ts'
import { transactionRoutes } from './transactions.ts'
import { adminToken, type TokenSettings } from './token.ts'

export interface HttpSettings extends GuardSettings, FetchLimits, BodyLimits, TokenSettings {}

export interface AppParts extends MetricSources, PluginParts, RequestParts, SnapshotParts, ConnectionParts {
  readonly throughput: ThroughputSource
  readonly settings: HttpSettings
  readonly pluginAdmin: PluginAdmin
  readonly brokers: BrokerAdmin
  readonly faults: FaultAdmin
  readonly clock: ClockAdmin
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
  app.use(restProxy(parts))
  app.use(adminToken(parts.settings))
  for (const { method, path, respond } of routes) {
    const answer = (c: Context) => respond(c, parts.settings)
    if (method === '*') app.all(path, answer)
    else app.on(method, path, answer)
  }
  return app
}

function describeRoutes(parts: AppParts): readonly Route[] {
  const { cluster, pluginAdmin, settings, version, stopping } = parts
  const spread = new Spread()
  const streams = new LiveStreams(cluster.clock, stopping)
  const resources: readonly Route[] = [
    ...topicRoutes(cluster),
    ...brokerRoutes({ cluster, version }),
    ...brokerNodeRoutes(parts.brokers, cluster),
    ...groupRoutes(cluster),
    ...groupOffsetRoutes(cluster),
    ...transactionRoutes(cluster),
    recordsInRoute({ cluster, spread, settings, stopping }),
    recordsRoute(cluster, settings),
    tailRoute(cluster, streams),
    produceRoute(cluster, spread),
    fetchRoute(cluster, settings),
    purgeRoute(cluster),
    ...pluginRoutes(parts),
    ...pluginConfigRoutes(parts),
    ...pluginLogRoutes({ pluginAdmin, clock: cluster.clock, stopping }),
    ...pluginCallRoutes(parts),
    ...faultRoutes(parts.faults),
    ...clockRoutes(parts.clock),
    ...requestRoutes(parts),
    ...snapshotRoutes(parts),
    ...stateRoutes(parts),
    readyRoute(parts),
    throughputRoute(parts.throughput),
    connectionRoute(parts),
    clientMetricsRoute(parts.cluster),
    ...refusalRoutes(cluster.refusals, streams),
    ...metricRoutes(parts),
  ]
  const about = documentRoutes(resources, { version, hasToken: settings.adminToken !== null })
  const consoleFiles = new ConsoleFiles()
  const routes = [...resources, ...about, ...consoleRoutes(consoleFiles)]
  const plugins = () => pluginAdmin.status()
  return [
    overviewRoute({ cluster, plugins, version, consoleFiles, endpoints: endpointsOf([...resources, ...about]) }),
    ...routes,
  ]
}
