/** SASL PLAIN (RFC 4616): name and password as they are, in one token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Exchange, LoginRefusal, type Step } from './mechanism.ts'

/** Kafka looks no further than this for a token too many. */
const partsMax = 4

export class PlainExchange implements Exchange {
  readonly #passwords: ReadonlyMap<string, string>

  constructor(passwords: ReadonlyMap<string, string>) {
    this.#passwords = passwords
  }

  step(token: Buffer): Step | LoginRefusal {
    const parts = token.toString().split('\0').slice(0, partsMax)
    if (parts.length !== 3) {
      return new LoginRefusal(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`)
    }
    const [actsAs, name, password] = parts as [string, string, string]
    if (name === '') return new LoginRefusal('Authentication failed: username not specified')
    if (password === '') return new LoginRefusal('Authentication failed: password not specified')
    if (!this.#isRight(name, password)) {
      return new LoginRefusal('Authentication failed: Invalid username or password')
    }
    if (actsAs !== '' && actsAs !== name) return new LoginRefusal(actsAsAnother)
    const login = { principal: { type: 'User', name }, byToken: false, expiresMs: null }
    return { reply: Buffer.alloc(0), login }
  }

  /** Takes as long for one who is not there, and whatever is wrong with the password. */
  #isRight(name: string, password: string): boolean {
    const expected = this.#passwords.get(name)
    const isEqual = timingSafeEqual(digest(password), digest(expected ?? ''))
    return expected !== undefined && isEqual
  }
}

export const actsAsAnother =
  'Authentication failed: Client requested an authorization id that is different from username'

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
