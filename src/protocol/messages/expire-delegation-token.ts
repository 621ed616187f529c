import { api, bytes, int16, int32, int64 } from '../schema.ts'

/** Ends a delegation token, now or at some time (KIP-48). */
export const expireDelegationToken = api({
  key: 40,
  name: 'ExpireDelegationToken',
  versions: [1, 2],
  oldest: 0,
  flexible: 2,
  request: { hmac: bytes, expiryTimePeriodMs: int64 },
  response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32 },
})
