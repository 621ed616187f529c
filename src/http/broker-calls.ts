/**
 * What a Kafka client could ask, asked on behalf of an HTTP client: of the same handlers, so that the same things are
 * refused, in the same words.
 */
import { assert } from '../base/assert.ts'
import { coordinatorOfKey } from '../handlers/moves.ts'
import { controllerId } from '../handlers/nodes.ts'
import { type Cluster, type Handler, hangUp } from '../handlers/handler.ts'
import { errorOf, NONE } from '../protocol/errors.ts'
import { insider } from '../protocol/principal.ts'
import type { Api, Fields, Value } from '../protocol/schema.ts'
import { fromKafka } from './errors.ts'

/** What differs from the absent values. */
type Sparse<F extends Fields> = { readonly [K in keyof Value<F>]?: Value<F>[K] }

const clientId = 'http'
const address = '127.0.0.1'

/** Asks one broker of the cluster, the first if not said. `by` is how the HTTP client names this machine. */
export async function ask<Q extends Fields, S extends Fields>(
  cluster: Cluster,
  { handle }: Handler,
  api: Api<Q, S>,
  message: Sparse<Q>,
  { nodeId = controllerId(cluster), by = address } = {},
): Promise<Value<S>> {
  const absent = Object.entries(api.request).map(([name, { presence }]) => [name, presence.absent])
  const answer = await handle(
    { ...Object.fromEntries(absent), ...message },
    {
      version: api.versions[1],
      now: cluster.clock.now(),
      clientId,
      connection: { nodeId, localAddress: by, remoteAddress: address, principal: insider },
      cluster,
    },
  )
  assert(answer !== null && answer !== hangUp, `${api.name} has an answer`)
  return answer as Value<S>
}

/** The broker to ask about a group. */
export function coordinator(cluster: Cluster, groupId: string): { readonly nodeId: number } {
  return { nodeId: coordinatorOfKey(groupId, cluster).id }
}

/** Throws what an answer says of an error, if it does. */
export function throwIfRefused(errorCode: number, message: string | null = null, what = ''): void {
  if (errorCode === NONE.code) return
  const error = errorOf(errorCode)
  const told = message === null || message === '' ? what : message
  throw fromKafka(told === '' ? error : error.because(told))
}
