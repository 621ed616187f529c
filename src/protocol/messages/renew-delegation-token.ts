import { api, bytes, int16, int32, int64 } from '../schema.ts'

/** Lets a delegation token hold longer (KIP-48). */
export const renewDelegationToken = api({
  key: 39,
  name: 'RenewDelegationToken',
  versions: [1, 2],
  oldest: 0,
  flexible: 2,
  request: { hmac: bytes, renewPeriodMs: int64 },
  response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32 },
})
