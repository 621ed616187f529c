/** SASL OAUTHBEARER (RFC 7628): the client shows an access token, and somebody else says whose it is. */
import { type Exchange, LoginRefusal, type Step } from './mechanism.ts'

export interface TokenHolder {
  readonly name: string
  readonly expiresMs: number
}

/** What RFC 7628 tells the client about a token that is not taken. */
export interface TokenFault {
  readonly status: 'invalid_token' | 'insufficient_scope'
  readonly scope?: string
  /** For the log. */
  readonly reason: string
}

export type TokenJudge = (token: string, nowMs: number) => Promise<TokenHolder | TokenFault>

const saslName = '(?:[\\x01-\\x2b\\x2d-\\x3c\\x3e-\\x7f]|=2C|=3D)+'
const firstMessage = new RegExp(
  `^n,(?:a=(?<actsAs>${saslName}))?,\x01(?<pairs>(?:[A-Za-z]+=[\\x20-\\x7e\\t\\r\\n]+\x01)*)\x01$`,
)
const bearer = /^bearer +(?<token>[-_~+/.a-zA-Z0-9]+=*)$/i
/** By which a client says that it has heard what is wrong. */
const heard = 0x01

export class OauthBearerExchange implements Exchange {
  readonly #judge: TokenJudge
  /** Told to the client, who then fails in due form. */
  #fault: { readonly told: string; readonly reason: string } | null = null

  constructor(judge: TokenJudge) {
    this.#judge = judge
  }

  async step(token: Buffer, nowMs: number): Promise<Step | LoginRefusal> {
    if (this.#fault !== null && token.length === 1 && token[0] === heard) {
      return new LoginRefusal(this.#fault.told, this.#fault.reason)
    }
    const asked = firstMessage.exec(token.toString())?.groups
    if (asked === undefined) return new LoginRefusal(null, 'the first message is none of OAUTHBEARER')
    const auth = asked.pairs!.split('\x01').find((pair) => pair.startsWith('auth='))
    const shown = auth === undefined ? undefined : bearer.exec(auth.slice('auth='.length))?.groups
    if (shown === undefined) return new LoginRefusal(null, 'the first message shows no bearer token')
    const found = await this.#judge(shown.token!, nowMs)
    if ('status' in found) return this.#tell(found)
    const { name, expiresMs } = found
    if (asked.actsAs !== undefined && asked.actsAs !== name) return new LoginRefusal(actsAsAnother(asked.actsAs, name))
    return { reply: Buffer.alloc(0), login: { principal: { type: 'User', name }, byToken: false, expiresMs } }
  }

  #tell({ status, scope, reason }: TokenFault): Step {
    const told = `{"status":"${status}"${scope === undefined ? '' : `, "scope":"${scope}"`}}`
    this.#fault = { told, reason }
    return { reply: Buffer.from(told), login: null }
  }
}

function actsAsAnother(asked: string, name: string): string {
  return (
    `Authentication failed: the token is for '${name}', the client asks to be '${asked}'; ` +
    'leave the authorization id out'
  )
}
