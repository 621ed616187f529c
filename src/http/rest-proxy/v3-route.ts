/** A route of v3 below one cluster, of which there is only one. */
import type { Context } from 'hono'
import type { Cluster } from '../../handlers/handler.ts'
import type { Partition } from '../../log/partition.ts'
import type { Topic } from '../../topics/topics.ts'
import type { Route } from './route.ts'
import { notFound, unknownTopicError } from './errors.ts'

/** `path` is what follows the cluster; the answer is JSON unless it is a response already. */
export type ClusterRoute = readonly [method: string, path: string, answer: (c: Context) => object | Promise<object>]

export function belowCluster({ id }: Cluster, routes: readonly ClusterRoute[]): readonly Route[] {
  return routes.map(([method, path, answer]) => [
    method,
    `/v3/clusters/:cluster${path}`,
    async (c) => {
      const asked = c.req.param('cluster')!
      if (asked !== id) throw notFound(`Cluster ${asked} cannot be found.`)
      const answered = await answer(c)
      return answered instanceof Response ? answered : c.json(answered)
    },
  ])
}

export function topicNamed({ topics }: Cluster, c: Context): Topic<Partition> {
  const topic = topics.get(c.req.param('topic')!)
  if (topic === undefined) throw unknownTopicError()
  return topic
}

export function noContent(): Response {
  return new Response(null, { status: 204 })
}
