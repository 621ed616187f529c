/** The sums of SCRAM (RFC 5802, RFC 7677), which both sides do. Passwords are not normalised, as in Kafka. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

const hashes = {
  'SCRAM-SHA-256': { name: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { name: 'sha512', bytes: 64 },
} as const
export type ScramMechanism = keyof typeof hashes

/** What is proved without being said: all messages but for the proof itself. */
export interface ScramTalk {
  readonly clientFirstBare: string
  readonly serverFirst: string
  readonly clientFinalBare: string
}

export function isScram(mechanism: string): mechanism is ScramMechanism {
  return Object.hasOwn(hashes, mechanism)
}

export function saltedPassword(mechanism: ScramMechanism, password: string, salt: Buffer, iterations: number): Buffer {
  const { name, bytes } = hashes[mechanism]
  return pbkdf2Sync(password, salt, iterations, bytes, name)
}

export function clientKey(mechanism: ScramMechanism, salted: Buffer): Buffer {
  return hmac(mechanism, salted, 'Client Key')
}

export function storedKey(mechanism: ScramMechanism, clientKey: Buffer): Buffer {
  return createHash(hashes[mechanism].name).update(clientKey).digest()
}

export function serverKey(mechanism: ScramMechanism, salted: Buffer): Buffer {
  return hmac(mechanism, salted, 'Server Key')
}

/** With the stored key the client's, with the server key the server's. */
export function signature(mechanism: ScramMechanism, key: Buffer, talk: ScramTalk): Buffer {
  return hmac(mechanism, key, `${talk.clientFirstBare},${talk.serverFirst},${talk.clientFinalBare}`)
}

/** Both of one length. */
export function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ other[at]!))
}

function hmac(mechanism: ScramMechanism, key: Buffer, text: string): Buffer {
  return createHmac(hashes[mechanism].name, key).update(text).digest()
}
