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
      return new LoginRefusal(`A SASL/PLAIN message has 3 parts, parted by zero bytes; got ${parts.length}`)
    }
    const [actsAs, name, password] = parts as [string, string, string]
    if (name === '') return new LoginRefusal('Authentication failed: the user name is empty')
    if (password === '') return new LoginRefusal('Authentication failed: the password is empty')
    if (!this.#isRight(name, password)) {
      return new LoginRefusal('Authentication failed: wrong user name or password')
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

export const actsAsAnother = 'Authentication failed: a user may be nobody else; leave the authorization id empty'

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
