import { NONE, UNSUPPORTED_VERSION } from '../protocol/errors.ts'
import { listConfigResources } from '../protocol/messages/list-config-resources.ts'
import { clusterRefusal } from './authorization.ts'
import { resourceTypes } from './config-resources.ts'
import { type Context, handler } from './handler.ts'

type Kind = keyof typeof resourceTypes

const kindsSince = 1
const kinds = Object.keys(resourceTypes) as Kind[]

/**
 * Tells what has configs: every topic and broker, and those groups and subscriptions to client metrics for which some
 * were set (KIP-1142). Version 0 is for the subscriptions alone.
 */
export default handler(listConfigResources, (request, context) => {
  const asked = context.version < kindsSince ? [resourceTypes.clientMetrics] : request.resourceTypes
  const isUnknown = asked.some((type) => !kinds.some((kind) => resourceTypes[kind] === type))
  const refusal = clusterRefusal('DESCRIBE_CONFIGS', context) ?? (isUnknown ? UNSUPPORTED_VERSION : null)
  const wanted = kinds.filter((kind) => asked.length === 0 || asked.includes(resourceTypes[kind]))
  const configResources =
    refusal === null
      ? wanted.flatMap((kind) =>
          names[kind](context).map((resourceName) => ({ resourceName, resourceType: resourceTypes[kind] })),
        )
      : []
  return { throttleTimeMs: 0, errorCode: (refusal ?? NONE).code, configResources }
})

const names: Readonly<Record<Kind, (context: Context) => string[]>> = {
  topic: ({ cluster }) => [...cluster.topics.all()].map(({ name }) => name),
  broker: nodeNames,
  brokerLogger: nodeNames,
  clientMetrics: ({ cluster }) => [...cluster.clientMetrics.names],
  group: ({ cluster }) => [...cluster.groupConfigs.groupIds],
}

function nodeNames({ cluster }: Context): string[] {
  return cluster.nodes.map(({ id }) => `${id}`)
}
