/** Logs in by SASL, from a client's side: PLAIN, SCRAM, or with an access token by OAUTHBEARER. */
import { timingSafeEqual } from 'node:crypto'
import type { Random } from '../base/random.ts'
import { errorOf, NONE } from '../protocol/errors.ts'
import { saslAuthenticate } from '../protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../protocol/messages/sasl-handshake.ts'
import {
  clientKey,
  isScram,
  saltedPassword,
  type ScramMechanism,
  serverKey,
  signature,
  storedKey,
  xor,
} from '../protocol/scram.ts'
import { ClientError } from './client-error.ts'
import type { Connection } from './connection.ts'

export const loginMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const

export interface Credentials {
  readonly mechanism: (typeof loginMechanisms)[number]
  readonly user: string
  /** For OAUTHBEARER the access token. */
  readonly password: string
}

type Asked = Pick<Connection, 'address' | 'request'>

const nonceBytes = 24

/** Throws ClientError. */
export async function logIn(connection: Asked, credentials: Credentials, random: Random): Promise<void> {
  const { mechanism, user, password } = credentials
  const { errorCode, mechanisms } = await connection.request(saslHandshake, { mechanism })
  if (errorCode !== NONE.code) {
    const offered = mechanisms.length === 0 ? 'nobody logs in there' : `it offers ${mechanisms.join(', ')}`
    throw failed(connection, `${mechanism} is not to be had: ${offered}`, errorCode)
  }
  if (isScram(mechanism)) await proveByScram(connection, { ...credentials, mechanism }, random)
  else
    await tell(connection, mechanism === 'PLAIN' ? `\0${user}\0${password}` : `n,,\x01auth=Bearer ${password}\x01\x01`)
}

async function proveByScram(
  connection: Asked,
  { mechanism, user, password }: Credentials & { readonly mechanism: ScramMechanism },
  random: Random,
): Promise<void> {
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C')
  const nonce = random.bytes(nonceBytes).toString('base64url')
  const clientFirstBare = `n=${name},r=${nonce}`
  const serverFirst = await tell(connection, `n,,${clientFirstBare}`)
  const said = /^r=(?<nonce>[^,]+),s=(?<salt>[^,]+),i=(?<iterations>\d{1,7})/.exec(serverFirst)?.groups
  if (said === undefined || !said.nonce!.startsWith(nonce)) throw failed(connection, 'its answer is none of SCRAM')
  const salted = saltedPassword(mechanism, password, Buffer.from(said.salt!, 'base64'), Number(said.iterations))
  const talk = { clientFirstBare, serverFirst, clientFinalBare: `c=biws,r=${said.nonce}` }
  const key = clientKey(mechanism, salted)
  const proof = xor(key, signature(mechanism, storedKey(mechanism, key), talk))
  const serverFinal = await tell(connection, `${talk.clientFinalBare},p=${proof.toString('base64')}`)
  const expected = Buffer.from(`v=${signature(mechanism, serverKey(mechanism, salted), talk).toString('base64')}`)
  const shown = Buffer.from(serverFinal).subarray(0, expected.length)
  const isKnown = shown.length === expected.length && timingSafeEqual(shown, expected)
  if (!isKnown) throw failed(connection, 'it does not know the password itself')
}

async function tell(connection: Asked, token: string): Promise<string> {
  const answer = await connection.request(saslAuthenticate, { authBytes: Buffer.from(token) })
  if (answer.errorCode !== NONE.code)
    throw failed(connection, answer.errorMessage ?? 'it says no more', answer.errorCode)
  return answer.authBytes.toString()
}

function failed({ address }: Asked, why: string, code = 0): ClientError {
  return new ClientError(`no login at ${address}: ${why}`, 'refused', code === NONE.code ? undefined : errorOf(code))
}
