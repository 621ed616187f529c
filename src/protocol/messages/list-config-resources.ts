import { api, array, int16, int32, int8, string } from '../schema.ts'

/** What has configs: first only subscriptions to client metrics (KIP-1000), then everything (KIP-1142). */
export const listConfigResources = api({
  key: 74,
  name: 'ListConfigResources',
  versions: [0, 1],
  flexible: 0,
  request: { resourceTypes: array(int8).since(1) },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    configResources: array({ resourceName: string, resourceType: int8.since(1).absent(16) }),
  },
})
