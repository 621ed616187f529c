/**
 * How far a client has come with logging in, on a connection where it must. What a request may be at each stage, and
 * what it is told, is Kafka's (SaslServerAuthenticator); a login that expires is renewed by logging in again (KIP-368).
 */
import {
  ILLEGAL_SASL_STATE,
  type KafkaError,
  NONE,
  SASL_AUTHENTICATION_FAILED,
  UNSUPPORTED_SASL_MECHANISM,
} from '../protocol/errors.ts'
import { type Principal, principalText } from '../protocol/principal.ts'
import type { Authentication } from './authentication.ts'
import { isSame } from './delegation-tokens.ts'
import { type Exchange, type Login, LoginRefusal, type Step } from './mechanism.ts'

/**
 * `greeting`: it may ask for versions; `naming`: it must name a mechanism; `proving`: it sends tokens; `renewing`: it
 * named another mechanism than before, and its next request ends it.
 */
type Stage = 'greeting' | 'naming' | 'proving' | 'in' | 'renewing' | 'failed'

export interface Answered {
  readonly error: KafkaError
  /** Empty where nothing is wrong. */
  readonly message: string
  readonly token: Buffer
  /** For how long the login counts; 0: it does not expire, or is not there yet. */
  readonly lifetimeMs: number
}

/** A client may not log in again sooner than this after it began the last time. */
const againMs = 1000
const nothing = Buffer.alloc(0)

export class SaslSession {
  readonly #authentication: Authentication
  readonly #onLogin: (login: Login) => void
  #stage: Stage = 'greeting'
  #mechanism: string | null = null
  #exchange: Exchange | null = null
  #login: Login | null = null
  #isRaw = false // Tokens come without a header: the handshake was of version 0.
  #expiresMs: number | null = null
  #begunAgainMs = Number.NEGATIVE_INFINITY
  #reason = ''

  constructor(authentication: Authentication, onLogin: (login: Login) => void) {
    this.#authentication = authentication
    this.#onLogin = onLogin
  }

  get stage(): Stage {
    return this.#stage
  }

  get login(): Login | null {
    return this.#login
  }

  /** Whether the next bytes are a token, and no request. */
  get wantsRawToken(): boolean {
    return this.#stage === 'proving' && this.#isRaw
  }

  /** Why it failed, for the log. */
  get reason(): string {
    return this.#reason
  }

  isExpired(nowMs: number): boolean {
    return this.#expiresMs !== null && nowMs > this.#expiresMs
  }

  /** Who is in may log in anew when that expires, but not again and again. */
  mayBegin(nowMs: number): boolean {
    if (this.#stage !== 'in') return this.#stage === 'greeting' || this.#stage === 'naming'
    return this.#expiresMs !== null && nowMs - this.#begunAgainMs >= againMs
  }

  /** It was told the versions; it does not ask again. */
  greeted(): void {
    this.#stage = 'naming'
  }

  /** The client names the mechanism. What may be named is told only to those who may log in now. */
  handshake(mechanism: string, version: number, nowMs: number): { error: KafkaError; mechanisms: readonly string[] } {
    if (!this.mayBegin(nowMs)) return { error: ILLEGAL_SASL_STATE, mechanisms: [] }
    const isAgain = this.#stage === 'in'
    if (isAgain) this.#begunAgainMs = nowMs
    const { mechanisms } = this.#authentication
    const exchange = this.#authentication.begin(mechanism)
    if (exchange === null) {
      this.fail(`the mechanism ${mechanism} is not offered`)
      return { error: UNSUPPORTED_SASL_MECHANISM, mechanisms }
    }
    if (isAgain && mechanism !== this.#mechanism) this.#stage = 'renewing'
    else this.#stage = 'proving'
    this.#mechanism = mechanism
    this.#exchange = exchange
    this.#isRaw = version === 0
    return { error: NONE, mechanisms }
  }

  /** `nowMs` is asked when the token was judged, which may take a moment. */
  async authenticate(token: Buffer, now: () => number): Promise<Answered> {
    if (this.#stage !== 'proving' || this.#exchange === null) return { ...refusedLate, token: nothing }
    const outcome = await this.#exchange.step(token, now())
    if (outcome instanceof LoginRefusal) return this.#refuse(outcome)
    const { login, reply } = outcome
    if (login === null) return this.#told(reply)
    const before = this.#login
    if (before !== null && !isSame(before.principal, login.principal)) {
      return this.#refuse(new LoginRefusal(changedPrincipal(before.principal, login.principal)))
    }
    return this.#letIn(login, reply, now())
  }

  fail(reason: string): void {
    this.#stage = 'failed'
    this.#reason = reason
  }

  #told(token: Step['reply'], lifetimeMs = 0): Answered {
    return { error: NONE, message: '', token, lifetimeMs }
  }

  #letIn(login: Login, reply: Buffer, nowMs: number): Answered {
    this.#stage = 'in'
    this.#exchange = null
    this.#login = login
    const lifetimeMs = this.#lifetimeMs(login, nowMs)
    this.#expiresMs = lifetimeMs === null ? null : nowMs + lifetimeMs
    this.#onLogin(login)
    return this.#told(reply, lifetimeMs ?? 0)
  }

  /** Null: it counts as long as the connection. */
  #lifetimeMs({ expiresMs }: Login, nowMs: number): number | null {
    const { reauthenticationMs } = this.#authentication
    const left = expiresMs === null ? Number.POSITIVE_INFINITY : expiresMs - nowMs
    const longest = reauthenticationMs > 0 ? reauthenticationMs : Number.POSITIVE_INFINITY
    const lifetimeMs = Math.max(0, Math.min(left, longest))
    return Number.isFinite(lifetimeMs) ? lifetimeMs : null
  }

  #refuse({ message, reason }: LoginRefusal): Answered {
    this.fail(reason)
    const told = message ?? `Authentication failed: not the credentials that ${this.#mechanism} asks for`
    return { error: SASL_AUTHENTICATION_FAILED, message: told, token: nothing, lifetimeMs: 0 }
  }
}

/** Who is in, or need not log in, and still sends a token. */
export const refusedLate: Answered = {
  error: ILLEGAL_SASL_STATE,
  message: 'No login is due on this connection, so it takes no SaslAuthenticate',
  token: nothing,
  lifetimeMs: 0,
}

function changedPrincipal(before: Principal, now: Principal): string {
  return `This connection belongs to ${principalText(before)}; to be ${principalText(now)}, open another`
}
