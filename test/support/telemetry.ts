/** A broker that clients tell their metrics to. */
import { ZERO_UUID } from '../../src/base/bytes.ts'
import { getTelemetrySubscriptions } from '../../src/protocol/messages/get-telemetry-subscriptions.ts'
import { pushTelemetry } from '../../src/protocol/messages/push-telemetry.ts'
import { testBroker } from './broker.ts'

export const intervalMs = 1000

export function telling(after: (close: () => void) => void) {
  const broker = testBroker()
  after(broker.close)
  const { clientMetrics, telemetry } = broker.cluster
  const subscribe = (values: Record<string, string>) => {
    clientMetrics.replace('s', new Map(Object.entries({ 'interval.ms': `${intervalMs}`, ...values })))
  }
  const ask = (clientInstanceId = ZERO_UUID, clientId = 'app') =>
    broker.request(getTelemetrySubscriptions, 0, { clientInstanceId }, { clientId })
  const push = async (clientInstanceId: string, subscriptionId: number, more = {}) => {
    const metrics = Buffer.from('metrics')
    const asked = { clientInstanceId, subscriptionId, metrics, terminating: false, compressionType: 0, ...more }
    return (await broker.request(pushTelemetry, 0, asked)).errorCode
  }
  return { broker, telemetry, subscribe, ask, push }
}
