/**
 * SASL SCRAM (RFC 5802, RFC 7677) as Kafka has it: the client proves that it knows the password, and the broker that it
 * knows the client, without either saying it.
 */
import { timingSafeEqual } from 'node:crypto'
import type { Random } from '../base/random.ts'
import {
  clientKey,
  saltedPassword,
  type ScramMechanism,
  serverKey,
  signature,
  storedKey,
  xor,
} from '../protocol/scram.ts'
import { type Exchange, LoginRefusal, type Step } from './mechanism.ts'
import { actsAsAnother } from './plain.ts'

export const iterations = { min: 4096, max: 16_384 } as const

/** What is kept of a password. */
export interface ScramCredential {
  readonly salt: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
  readonly iterations: number
}

/** What a name stands for: a user, or by `tokenauth=true` a delegation token. */
export interface Holder {
  readonly credential: ScramCredential
  /** Who has logged in then. */
  readonly owner: { readonly type: string; readonly name: string }
  readonly byToken: boolean
  readonly expiresMs: number | null
}

/** Undefined: nobody of that name may log in. */
export type FindHolder = (name: string, byToken: boolean, mechanism: ScramMechanism) => Holder | undefined

export function credentialFrom(
  mechanism: ScramMechanism,
  salted: Buffer,
  salt: Buffer,
  rounds: number,
): ScramCredential {
  const stored = storedKey(mechanism, clientKey(mechanism, salted))
  return { salt, storedKey: stored, serverKey: serverKey(mechanism, salted), iterations: rounds }
}

const nonceBytes = 24
const saltBytes = 20

export function newCredential(mechanism: ScramMechanism, password: string, random: Random): ScramCredential {
  const salt = random.bytes(saltBytes)
  return credentialFrom(mechanism, saltedPassword(mechanism, password, salt, iterations.min), salt, iterations.min)
}

const saslName = '(?:[\\x01-\\x2b\\x2d-\\x3c\\x3e-\\x7f]|=2C|=3D)+'
const printable = '[\\x21-\\x2b\\x2d-\\x7e]+'
const value = '[\\x01-\\x2b\\x2d-\\x7f]+'
const extensions = `(?:,[A-Za-z]+=${value})*`
const base64 = '(?:[a-zA-Z0-9/+]{4})*(?:[a-zA-Z0-9/+]{3}=|[a-zA-Z0-9/+]{2}==)?'
const bare = `(?:m=${value},)?n=(?<name>${saslName}),r=(?<nonce>${printable})(?<extensions>${extensions})`
const clientFirst = new RegExp(`^n,(?:a=(?<actsAs>${saslName}))?,(?<bare>${bare})$`)
const clientFinal = new RegExp(
  `^(?<bare>c=(?<binding>${base64}),r=(?<nonce>${printable})${extensions}),p=(?<proof>${base64})$`,
)

interface Begun {
  readonly holder: Holder
  readonly clientFirstBare: string
  readonly serverFirst: string
  readonly nonce: string
}

export class ScramExchange implements Exchange {
  readonly #mechanism: ScramMechanism
  readonly #find: FindHolder
  readonly #random: Random
  #begun: Begun | null = null

  constructor(mechanism: ScramMechanism, find: FindHolder, random: Random) {
    this.#mechanism = mechanism
    this.#find = find
    this.#random = random
  }

  step(token: Buffer): Step | LoginRefusal {
    const message = token.toString()
    return this.#begun === null ? this.#first(message) : this.#final(message, this.#begun)
  }

  #first(message: string): Step | LoginRefusal {
    const asked = clientFirst.exec(message)?.groups
    if (asked === undefined) return new LoginRefusal(null, 'the first message is none of SCRAM')
    const name = plainName(asked.name!)
    if (name === null) return new LoginRefusal(null, 'the name is not written as SCRAM has it')
    const byToken = isByToken(asked.extensions!)
    const holder = this.#find(name, byToken, this.#mechanism)
    if (holder === undefined) return new LoginRefusal(null, `there is no ${byToken ? 'token' : 'user'} ${name}`)
    if (asked.actsAs !== undefined && asked.actsAs !== name) return new LoginRefusal(actsAsAnother)

    const nonce = `${asked.nonce}${this.#random.bytes(nonceBytes).toString('base64url')}`
    const { salt, iterations } = holder.credential
    const serverFirst = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`
    this.#begun = { holder, clientFirstBare: asked.bare!, serverFirst, nonce }
    return { reply: Buffer.from(serverFirst), login: null }
  }

  #final(message: string, { holder, clientFirstBare, serverFirst, nonce }: Begun): Step | LoginRefusal {
    const said = clientFinal.exec(message)?.groups
    if (said === undefined) return new LoginRefusal(null, 'the last message is none of SCRAM')
    // librdkafka puts its own nonce before the whole of ours, and Kafka takes that, too.
    if (!said.nonce!.endsWith(nonce)) return new LoginRefusal(null, 'the last message answers another one')
    const { credential, owner, byToken, expiresMs } = holder
    const talk = { clientFirstBare, serverFirst, clientFinalBare: said.bare! }
    const clientSignature = signature(this.#mechanism, credential.storedKey, talk)
    const proof = Buffer.from(said.proof!, 'base64')
    if (proof.length !== clientSignature.length) return new LoginRefusal(null, 'the proof has another length')
    const shown = storedKey(this.#mechanism, xor(clientSignature, proof))
    if (!timingSafeEqual(shown, credential.storedKey)) return new LoginRefusal(null, 'the password is wrong')

    const proven = signature(this.#mechanism, credential.serverKey, talk).toString('base64')
    return { reply: Buffer.from(`v=${proven}`), login: { principal: owner, byToken, expiresMs } }
  }
}

function isByToken(extensions: string): boolean {
  const [, said] = /,tokenauth=([^,]*)/.exec(extensions) ?? []
  return said?.toLowerCase() === 'true'
}

/** A comma is written =2C in a name, and an equals sign =3D. */
function plainName(written: string): string | null {
  const name = written.replaceAll('=2C', ',')
  return name.replaceAll('=3D', '').includes('=') ? null : name.replaceAll('=3D', '=')
}
