/**
 * Kafka's own APIs, asked from within: what they check and refuse, they check and refuse here, too. The REST Proxy is a
 * Kafka client, and this is its connection.
 */
import { type Cluster, type Context, type Handler, hangUp } from '../../handlers/handler.ts'
import { controllerId } from '../../handlers/nodes.ts'
import { errorOf } from '../../protocol/errors.ts'
import { insider } from '../../protocol/principal.ts'
import type { Api, Fields, Value } from '../../protocol/schema.ts'
import { fromKafka } from './errors.ts'

/** Whoever speaks HTTP need not say who he is. */
export const clientId = 'rest-proxy'

export async function ask<Q extends Fields, S extends Fields>(
  cluster: Cluster,
  api: Api<Q, S>,
  handler: Handler,
  request: Value<Q>,
  nodeId?: number,
): Promise<Value<S>> {
  const answer = await handler.handle(request, contextOf(cluster, api.versions[1], nodeId))
  if (answer === null || answer === hangUp) throw new Error(`${api.name} did not answer the REST Proxy`)
  return answer as Value<S>
}

/** Any broker serves all that they share; the first, if not said. */
export function contextOf(cluster: Cluster, version: number, nodeId = controllerId(cluster)): Context {
  const localAddress = '127.0.0.1'
  const connection = { nodeId, localAddress, remoteAddress: localAddress, principal: insider }
  return { version, now: cluster.clock.now(), clientId, connection, cluster }
}

export function throwIfRefused({ errorCode, errorMessage }: { errorCode: number; errorMessage: string | null }): void {
  if (errorCode === 0) return
  const error = errorOf(errorCode)
  throw fromKafka(errorMessage === null || errorMessage === '' ? error : error.because(errorMessage))
}
