import { type KafkaError, MISMATCHED_ENDPOINT_TYPE, NONE, UNSUPPORTED_ENDPOINT_TYPE } from '../protocol/errors.ts'
import { describeCluster } from '../protocol/messages/describe-cluster.ts'
import { clusterOperations, unaskedOperations } from './authorization.ts'
import { type Context, handler } from './handler.ts'
import { controllerId, endpointOf } from './nodes.ts'

const brokersEndpoint = 1
const controllersEndpoint = 2

/** Tells which brokers there are. Controllers have no endpoint here that a client could ask (KIP-919). */
export default handler(describeCluster, (request, context) => {
  const refusal = endpointRefusal(request.endpointType)
  if (refusal !== null) return { ...nothing, errorCode: refusal.code, errorMessage: refusal.message }
  return {
    ...nothing,
    clusterId: context.cluster.id,
    controllerId: controllerId(context.cluster),
    brokers: described(request.includeFencedBrokers, context),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? clusterOperations(context)
      : unaskedOperations,
  }
})

/** Fenced are those that are down (KIP-1073). */
function described(areFencedToo: boolean, { cluster, connection }: Context) {
  const { nodes, registered } = cluster
  return (areFencedToo ? registered : nodes).map((node) => {
    const { nodeId, ...where } = endpointOf(node, connection)
    return { brokerId: nodeId, ...where, isFenced: !nodes.includes(node) }
  })
}

const nothing = {
  throttleTimeMs: 0,
  errorCode: NONE.code,
  errorMessage: null,
  endpointType: brokersEndpoint,
  clusterId: '',
  controllerId: -1,
  brokers: [],
  clusterAuthorizedOperations: unaskedOperations,
}

function endpointRefusal(endpointType: number): KafkaError | null {
  if (endpointType === brokersEndpoint) return null
  if (endpointType === controllersEndpoint) {
    return MISMATCHED_ENDPOINT_TYPE.because('The request was sent to an endpoint of brokers, not of controllers.')
  }
  return UNSUPPORTED_ENDPOINT_TYPE.because(`Unsupported endpoint type ${endpointType}`)
}
