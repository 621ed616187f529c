/** Signs a plugin's file as settings.yaml wants it: Ed25519 over its bytes. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rawPublicKey } from '../plugins/loading/verification.ts'
import { Mistake } from '../terminal/shell.ts'

export interface Signature {
  /** In base64, for `signature`. */
  readonly signature: string
  /** Its 32 bytes in base64, for `plugin_trusted_keys`. */
  readonly publicKey: string
}

/** `keyFile` holds a private key in PEM. */
export function signed(bytes: Uint8Array, keyFile: string): Signature {
  const key = privateKey(keyFile)
  const publicKey = rawPublicKey(createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString())
  return { signature: sign(null, bytes, key).toString('base64'), publicKey }
}

function privateKey(file: string): KeyObject {
  const remedy = `make one by openssl genpkey -algorithm ed25519 -out ${file}`
  let key: KeyObject
  try {
    key = createPrivateKey(readFileSync(file))
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Mistake(`${file} ${isMissing ? 'is not there' : 'is no private key in PEM'}: ${remedy}`, 2)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Mistake(`${file} is no key of Ed25519: ${remedy}`, 2)
  return key
}
