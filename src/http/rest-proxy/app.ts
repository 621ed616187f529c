/**
 * The Confluent REST Proxy, as Blink serves it: v2 (media types `application/vnd.kafka…`) and v3 (`/v3/clusters/…`), by
 * an app of its own because its routes and its errors look otherwise than Blink's.
 */
import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import type { H, RouterRoute } from 'hono/types'
import type { Logger } from '../../base/logger.ts'
import type { Cluster } from '../../handlers/handler.ts'
import type { BodyLimits } from '../body.ts'
import { HttpError } from '../errors.ts'
import { kafkaAcls } from './acl-store.ts'
import { fits, type Route } from './route.ts'
import { ProxyError, refusalIn } from './errors.ts'
import { withoutBase } from './links.ts'
import { Producing } from './producing.ts'
import { v2BrokerRoutes } from './v2-brokers.ts'
import { v2ConsumerRoutes } from './v2-consumers.ts'
import { Instances } from './v2-instances.ts'
import { v2Type } from './v2-media.ts'
import { v2ProduceRoutes } from './v2-produce.ts'
import { v2TopicRoutes } from './v2-topics.ts'
import { v3AclRoutes } from './v3-acls.ts'
import { v3ClusterRoutes } from './v3-clusters.ts'
import { v3ConfigRoutes } from './v3-configs.ts'
import { v3GroupRoutes } from './v3-groups.ts'
import { v3PartitionRoutes } from './v3-partitions.ts'
import { v3RecordRoutes } from './v3-records.ts'
import { v3TopicRoutes } from './v3-topics.ts'

export interface RestProxyParts {
  readonly cluster: Cluster
  readonly settings: BodyLimits
  readonly logger: Logger
  /** Aborted when Blink stops: consumers are gone then. */
  readonly stopping: AbortSignal
}

export function createRestProxy(parts: RestProxyParts): Hono {
  // The other routers read the colon within `records:batch` as the beginning of a name.
  const router = new TrieRouter<[H, RouterRoute]>()
  const app = new Hono({ router, getPath: (request) => withoutBase(new URL(request.url).pathname) })
  const routes = describeRoutes(parts)
  answerErrors(app, routes, parts.logger)
  app.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
  })
  for (const [method, path, answer] of routes) app.on(method, path, answer)
  return app
}

function describeRoutes({ cluster, settings, stopping }: RestProxyParts): readonly Route[] {
  const producing = new Producing(cluster)
  const instances = new Instances(cluster)
  stopping.addEventListener('abort', () => instances.close(), { once: true })
  return [
    ...v2BrokerRoutes(cluster),
    ...v2TopicRoutes(cluster),
    ...v2ProduceRoutes(cluster, producing, settings),
    ...v2ConsumerRoutes(cluster, instances, settings, stopping),
    ...v3AclRoutes(cluster, kafkaAcls(cluster), settings),
    ...v3ClusterRoutes(cluster),
    ...v3TopicRoutes(cluster, settings),
    ...v3ConfigRoutes(cluster, settings),
    ...v3PartitionRoutes(cluster),
    ...v3GroupRoutes(cluster),
    ...v3RecordRoutes(cluster, producing, settings, stopping),
  ]
}

function answerErrors(app: Hono, routes: readonly Route[], logger: Logger): void {
  const answer = (path: string, { status, body }: ProxyError) => {
    const type = path.startsWith('/v3') ? 'application/json' : v2Type
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })
  }
  app.onError((error, c) => {
    const refusal = refusalIn(error)
    if (refusal !== null) return answer(c.req.path, refusal)
    if (error instanceof HttpError) return answer(c.req.path, new ProxyError(error.status, error.status, error.message))
    logger.error(`${c.req.method} ${c.req.path} could not be handled; please report this`, { error })
    return answer(c.req.path, new ProxyError(500, 500, 'Internal Server Error'))
  })
  app.notFound((c) => {
    const { method, path } = c.req
    const methods = routes.filter(([, pattern]) => fits(pattern, path)).map(([method]) => method)
    if (methods.length === 0) return answer(path, new ProxyError(404, 404, 'HTTP 404 Not Found'))
    const response = answer(path, new ProxyError(405, 405, `HTTP 405 Method Not Allowed: ${method} ${path}`))
    response.headers.set('Allow', methods.join(', '))
    return response
  })
}
