import { ZERO_UUID } from '../base/bytes.ts'
import { kafkaUuid } from '../base/random.ts'
import { KafkaError, NONE } from '../protocol/errors.ts'
import { getTelemetrySubscriptions } from '../protocol/messages/get-telemetry-subscriptions.ts'
import { handler } from './handler.ts'
import { traitsOf } from './telemetry-client.ts'

/** By their codes: zstd, lz4, gzip, snappy, the best first. */
const compressionTypes = [4, 3, 1, 2]

/**
 * Tells a client which of its metrics are wanted, and how often (KIP-714). A client that has no id yet is given one.
 *
 * - It is told of in ApiVersions as soon as there is a subscription, as Kafka tells of it once it has something that
 *   takes the metrics; who asks all the same is answered.
 */
export default handler(getTelemetrySubscriptions, ({ clientInstanceId }, context) => {
  const { telemetry, random } = context.cluster
  const id = clientInstanceId === ZERO_UUID ? kafkaUuid(random) : clientInstanceId
  const found = telemetry.subscription(traitsOf(id, context), context.connection, context.now)
  if (found instanceof KafkaError) return { ...nothing, errorCode: found.code }
  return {
    throttleTimeMs: 0,
    errorCode: NONE.code,
    clientInstanceId: id,
    subscriptionId: found.subscriptionId,
    acceptedCompressionTypes: [...compressionTypes],
    pushIntervalMs: found.intervalMs,
    telemetryMaxBytes: telemetry.pushBytesMax,
    deltaTemporality: true,
    requestedMetrics: [...found.metrics],
  }
})

const nothing = {
  throttleTimeMs: 0,
  clientInstanceId: ZERO_UUID,
  subscriptionId: 0,
  acceptedCompressionTypes: [],
  pushIntervalMs: 0,
  telemetryMaxBytes: 0,
  deltaTemporality: false,
  requestedMetrics: [],
}
