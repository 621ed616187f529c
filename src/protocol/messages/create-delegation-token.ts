import { api, array, bytes, int16, int32, int64, string } from '../schema.ts'

/** Makes a token by which another may log in as its owner (KIP-48), who may be someone else (KIP-373). */
export const createDelegationToken = api({
  key: 38,
  name: 'CreateDelegationToken',
  versions: [1, 3],
  oldest: 0,
  flexible: 2,
  request: {
    ownerPrincipalType: string.since(3).nullable(3).absent(''),
    ownerPrincipalName: string.since(3).nullable(3).absent(''),
    renewers: array({ principalType: string, principalName: string }),
    maxLifetimeMs: int64,
  },
  response: {
    errorCode: int16,
    principalType: string,
    principalName: string,
    tokenRequesterPrincipalType: string.since(3),
    tokenRequesterPrincipalName: string.since(3),
    issueTimestampMs: int64,
    expiryTimestampMs: int64,
    maxTimestampMs: int64,
    tokenId: string,
    hmac: bytes,
    throttleTimeMs: int32,
  },
})
