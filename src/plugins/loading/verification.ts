/**
 * Whether a plugin's file is the one that was meant: by its checksum, and by who signed it. Asked before anything of
 * the file is used.
 *
 * A signature is Ed25519 over the bytes of the file, as openssl makes it:
 *
 *     openssl genpkey -algorithm ed25519 -out key.pem
 *     openssl pkey -in key.pem -pubout -out public.pem
 *     openssl pkeyutl -sign -rawin -inkey key.pem -in plugin.wasm | openssl base64 -A
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { PluginSettings } from '../plugin-settings.ts'
import { Unfit } from './plugin-start-error.ts'

export interface Trust {
  /** Ed25519 public keys: 32 bytes in base64. */
  readonly trustedKeys: readonly string[]
  /** Where the path of a signature starts from, like that of the plugin. */
  readonly locate: (path: string) => string
}

type Demanded = Pick<PluginSettings, 'checksum' | 'signature' | 'requiresSignature'>

/** Whether settings say which file is meant, so that nothing beside its very bytes may run. */
export function isDemanding({ checksum, signature, requiresSignature }: Demanded): boolean {
  return checksum !== null || signature !== null || requiresSignature
}

/** `hash` is the sha256 of the bytes. Throws Unfit: it is not the file that was meant, or nobody vouches for it. */
export function checkFile(bytes: Buffer, hash: string, demanded: Demanded, trust: Trust): void {
  const { checksum, signature, requiresSignature } = demanded
  if (checksum !== null && checksum !== `sha256:${hash}`) {
    throw new Unfit(
      `has the checksum sha256:${hash}, where settings expect ${checksum}; nothing of it was run. ` +
        'Bring back the file that was meant, or correct `checksum` if this is the one',
    )
  }
  if (signature !== null) return checkSignature(bytes, signature, trust)
  if (requiresSignature) {
    throw new Unfit('is not signed, and plugin_require_signature is true; nothing of it was run. Add its `signature`')
  }
}

function checkSignature(bytes: Buffer, written: string, trust: Trust): void {
  const { trustedKeys } = trust
  if (trustedKeys.length === 0) {
    throw new Unfit('has a `signature` that nothing can be held against: name the keys in plugin_trusted_keys')
  }
  const signature = isSignature(written) ? Buffer.from(written, 'base64') : readSignature(trust.locate(written))
  if (trustedKeys.some((key) => verify(null, bytes, keyObject(key), signature))) return
  throw new Unfit(
    `has a signature (${shortened(signature.toString('base64'))}) that does not fit its bytes and any of the keys in ` +
      `plugin_trusted_keys (${trustedKeys.map(shortened).join(', ')}); nothing of it was run. ` +
      'Bring back the file that was signed, sign this one, or trust the key it was signed with',
  )
}

const signatureBytes = 64

function isSignature(written: string): boolean {
  return /^[A-Za-z0-9+/]{86}==$/.test(written.trim())
}

/** In the file as bytes, or as base64. */
function readSignature(file: string): Buffer {
  const content = signatureFile(file)
  if (content.length === signatureBytes) return content
  const text = content.toString('latin1')
  if (isSignature(text)) return Buffer.from(text, 'base64')
  throw new Unfit(
    `has its signature in ${file}, which holds none: ${content.length} bytes, where ${signatureBytes} bytes ` +
      'are expected, or these in base64',
  )
}

/** With more around its base64 than line ends, it is something else. */
const fileBytesMax = 4096

function signatureFile(file: string): Buffer {
  try {
    const found = statSync(file)
    // A pipe never answers, a device never ends, and the broker would wait for either.
    if (!found.isFile() && !found.isDirectory()) throw new Error('it is no regular file')
    if (found.size > fileBytesMax) throw new Error(`it has ${found.size} bytes`)
    return readFileSync(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    throw new Unfit(`has its signature in ${file}, which cannot be read: ${why}. Correct \`signature\``)
  }
}

function shortened(base64: string): string {
  return `${base64.slice(0, 12)}…`
}

/** What DER says before the bytes of an Ed25519 public key. */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const publicKeyBytes = 32

function keyObject(raw: string): KeyObject {
  const key = Buffer.concat([derPrefix, Buffer.from(raw, 'base64')])
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

/** Null when it is one: 32 bytes in base64. */
export function whyNoPublicKey(written: string): string | null {
  return /^[A-Za-z0-9+/]{43}=$/.test(written) ? null : `it is not ${publicKeyBytes} bytes in base64`
}

/** The 32 bytes of an Ed25519 public key, in base64. Throws with what the PEM is instead. */
export function rawPublicKey(pem: string): string {
  // Node would make the public key of a private one, and nobody would notice that the private one lies about.
  if (/PRIVATE KEY/.test(pem)) throw new Error('it is a private key, which does not belong here')
  const der = parsed(pem).export({ format: 'der', type: 'spki' })
  if (!der.subarray(0, derPrefix.length).equals(derPrefix)) throw new Error('it is a key of another kind than Ed25519')
  return der.subarray(derPrefix.length).toString('base64')
}

function parsed(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch {
    throw new Error('it is no public key in PEM')
  }
}
