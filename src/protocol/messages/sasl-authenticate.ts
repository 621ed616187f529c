import { api, bytes, int16, int64, string } from '../schema.ts'

/** A token of the SASL mechanism that the handshake named (KIP-152). Logins that expire: KIP-368. */
export const saslAuthenticate = api({
  key: 36,
  name: 'SaslAuthenticate',
  versions: [0, 2],
  flexible: 2,
  request: { authBytes: bytes },
  response: {
    errorCode: int16,
    errorMessage: string.nullable(),
    authBytes: bytes,
    sessionLifetimeMs: int64.since(1),
  },
})
