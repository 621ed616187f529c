/** The brokers of the cluster, and their configs. */
import type { Cluster, Node } from '../handlers/handler.ts'
import { controllerId, endpointOf } from '../handlers/nodes.ts'
import { changeConfigs, configChanges, showConfigs, shownConfig } from './configs.ts'
import { HttpError } from './errors.ts'
import { json, type Route, route } from './route.ts'
import { choice, described, integer, list, named, nullable, object, text, wholeNumber } from './schema.ts'

const tag = 'Brokers'
const brokerIdMax = 2 ** 31 - 1
const id = wholeNumber({ max: brokerIdMax })
const unknown = { 404: 'There is no such broker.' }

const shownBroker = named(
  'Broker',
  object({
    id: integer(),
    host: text(),
    port: integer(),
    rack: nullable(text()),
    version: text(),
    state: described(choice('up', 'down'), 'Down is one that was stopped.'),
  }),
)

export interface BrokerParts {
  readonly cluster: Cluster
  /** Blink's own. */
  readonly version: string
}

export function brokerRoutes({ cluster, version }: BrokerParts): readonly Route[] {
  const show = (node: Node, by: string) => {
    const { nodeId, host, port, rack } = endpointOf(node, { localAddress: by })
    const state = cluster.nodes.includes(node) ? ('up' as const) : ('down' as const)
    return { id: nodeId, host, port, rack, version, state }
  }
  return [
    route({
      method: 'GET',
      path: '/brokers',
      tag,
      summary: 'The cluster and its brokers.',
      answer: json(
        object({ cluster_id: text(), controller: integer(), brokers: list(shownBroker) }),
        'The brokers, at the address by which this request came.',
      ),
      handle: ({ c }) => {
        const brokers = cluster.registered.map((node) => show(node, hostOf(c.req.url)))
        return { cluster_id: cluster.id, controller: controllerId(cluster), brokers }
      },
    }),
    route({
      method: 'GET',
      path: '/brokers/:id',
      tag,
      summary: 'One broker.',
      params: { id },
      answer: json(shownBroker, 'The broker.'),
      errors: unknown,
      handle: ({ c, params }) => show(brokerNamed(params.id, cluster), hostOf(c.req.url)),
    }),
    ...configRoutes(cluster),
  ]
}

function configRoutes(cluster: Cluster): readonly Route[] {
  const path = '/brokers/:id/configs'
  const answer = json(
    object({ broker: integer(), configs: list(shownConfig) }),
    'All configs, and where each comes from.',
  )
  const show = async (id: number, by: string) => {
    return { broker: id, configs: await showConfigs(cluster, { type: 'broker', name: `${id}`, by }) }
  }
  return [
    route({
      method: 'GET',
      path,
      tag,
      summary: 'The configs of a broker.',
      params: { id },
      answer,
      errors: unknown,
      handle: ({ c, params }) => show(brokerNamed(params.id, cluster).id, hostOf(c.req.url)),
    }),
    route({
      method: 'PATCH',
      path,
      tag,
      summary:
        'Sets configs of a broker, and gives up others: all of it, or nothing. What brokers share goes by them, too.',
      params: { id },
      body: { schema: configChanges },
      answer,
      errors: unknown,
      handle: async ({ c, params, body }) => {
        const { id } = brokerNamed(params.id, cluster)
        await changeConfigs(cluster, { type: 'broker', name: `${id}` }, body)
        return show(id, hostOf(c.req.url))
      },
    }),
  ]
}

function brokerNamed(id: number, { nodes }: Cluster): Node {
  const node = nodes.find((one) => one.id === id)
  if (node !== undefined) return node
  const ids = nodes.map(({ id }) => id).join(', ')
  throw new HttpError(404, 'unknown_broker', `there is no broker ${id}; use one of ${ids}`)
}

/** Without the brackets of IPv6. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '')
}
