import { api, array, int16, string } from '../schema.ts'

/** The client names the SASL mechanism by which it will log in (KIP-43). After version 0 tokens come bare. */
export const saslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: [0, 1],
  flexible: Number.POSITIVE_INFINITY,
  request: { mechanism: string },
  response: { errorCode: int16, mechanisms: array(string) },
})
