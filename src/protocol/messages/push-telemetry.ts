import { api, bool, bytes, int16, int32, int8, uuid } from '../schema.ts'

/** A client tells its metrics, as OpenTelemetry has them (KIP-714). */
export const pushTelemetry = api({
  key: 72,
  name: 'PushTelemetry',
  versions: [0, 0],
  flexible: 0,
  request: { clientInstanceId: uuid, subscriptionId: int32, terminating: bool, compressionType: int8, metrics: bytes },
  response: { throttleTimeMs: int32, errorCode: int16 },
})
