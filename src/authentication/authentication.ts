/** By what clients prove who they are, and whom that makes them: one for the whole cluster. */
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import { DelegationTokens } from './delegation-tokens.ts'
import type { Exchange, Mechanism } from './mechanism.ts'
import { OauthBearerExchange, type TokenJudge } from './oauth-bearer.ts'
import { PlainExchange } from './plain.ts'
import { type FindHolder, ScramExchange } from './scram.ts'
import { ScramUsers } from './scram-users.ts'

export interface AuthenticationOptions {
  readonly mechanisms: readonly Mechanism[]
  readonly users: readonly { readonly name: string; readonly password: string }[]
  /** Says whose an access token is. */
  readonly tokenJudge: TokenJudge
  /** How long a login counts; 0: as long as the connection. */
  readonly reauthenticationMs: number
  readonly delegationTokens: {
    readonly secret: string | null
    readonly maxLifetimeMs: number
    readonly expiryMs: number
  }
}

export class Authentication {
  readonly mechanisms: readonly Mechanism[]
  readonly reauthenticationMs: number
  readonly scramUsers: ScramUsers
  readonly delegationTokens: DelegationTokens
  readonly #passwords: ReadonlyMap<string, string>
  readonly #tokenJudge: TokenJudge
  readonly #random: Random

  constructor(options: AuthenticationOptions, { clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.mechanisms = options.mechanisms
    this.reauthenticationMs = options.reauthenticationMs
    this.#tokenJudge = options.tokenJudge
    this.#random = random
    this.#passwords = new Map(options.users.map(({ name, password }) => [name, password]))
    this.scramUsers = new ScramUsers(this.#passwords, random)
    this.delegationTokens = new DelegationTokens({ ...options.delegationTokens, clock, random })
  }

  close(): void {
    this.delegationTokens.close()
  }

  /** Null: it is none of those by which clients may log in. */
  begin(mechanism: string): Exchange | null {
    const known = this.mechanisms.find((one) => one === mechanism)
    switch (known) {
      case undefined:
        return null
      case 'PLAIN':
        return new PlainExchange(this.#passwords)
      case 'OAUTHBEARER':
        return new OauthBearerExchange(this.#tokenJudge)
      default:
        return new ScramExchange(known, this.#findHolder, this.#random)
    }
  }

  readonly #findHolder: FindHolder = (name, byToken, mechanism) => {
    if (byToken) {
      const token = this.delegationTokens.get(name)
      if (token === undefined) return undefined
      const credential = this.delegationTokens.credential(token, mechanism)
      return { credential, owner: token.owner, byToken, expiresMs: token.expiryMs }
    }
    const credential = this.scramUsers.credential(name, mechanism)
    return credential && { credential, owner: { type: 'User', name }, byToken, expiresMs: null }
  }
}
