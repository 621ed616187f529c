import { INVALID_REQUEST, NONE } from '../protocol/errors.ts'
import { pushTelemetry } from '../protocol/messages/push-telemetry.ts'
import { handler } from './handler.ts'
import { traitsOf } from './telemetry-client.ts'

/** Ids that Kafka keeps for itself: zero, one, and the metadata log's. */
const reserved = ['AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAQ']

/**
 * Takes the metrics that a client pushes (KIP-714): they are counted, and the last can be looked at over HTTP.
 *
 * Not done: the metrics are unpacked but not read, so what is no OpenTelemetry is taken, too.
 */
export default handler(pushTelemetry, (request, context) => {
  const { clientInstanceId, subscriptionId, terminating, compressionType, metrics } = request
  if (reserved.includes(clientInstanceId)) return { throttleTimeMs: 0, errorCode: INVALID_REQUEST.code }
  const push = { subscriptionId, isTerminating: terminating, compressionType, metrics }
  const { telemetry } = context.cluster
  const error = telemetry.push(push, traitsOf(clientInstanceId, context), context.connection, context.now)
  return { throttleTimeMs: 0, errorCode: (error ?? NONE).code }
})
