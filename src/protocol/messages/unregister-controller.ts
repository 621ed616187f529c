import { api, int16, int32, string } from '../schema.ts'

/** Forgets a controller for good. */
export const unregisterController = api({
  key: 94,
  name: 'UnregisterController',
  versions: [0, 0],
  flexible: 0,
  request: { controllerId: int32 },
  response: { throttleTimeMs: int32, errorCode: int16, errorMessage: string.nullable() },
})
