/**
 * Delegation tokens (KIP-48): who holds one logs in by SCRAM with its id as the name and its HMAC as the password, as
 * the one who had it made. Without a secret there are none.
 */
import { createHmac } from 'node:crypto'
import type { Clock, Timer } from '../base/clock.ts'
import { kafkaUuid, type Random } from '../base/random.ts'
import {
  DELEGATION_TOKEN_AUTH_DISABLED,
  DELEGATION_TOKEN_EXPIRED,
  DELEGATION_TOKEN_NOT_FOUND,
  DELEGATION_TOKEN_OWNER_MISMATCH,
  type KafkaError,
} from '../protocol/errors.ts'
import type { Principal } from '../protocol/principal.ts'
import type { ScramMechanism } from '../protocol/scram.ts'
import { newCredential, type ScramCredential } from './scram.ts'

export interface DelegationToken {
  readonly id: string
  readonly owner: Principal
  readonly requester: Principal
  readonly renewers: readonly Principal[]
  readonly hmac: Buffer
  readonly issuedMs: number
  readonly maxMs: number
  readonly expiryMs: number
}

export interface DelegationTokenOptions {
  /** Null: there are no tokens. */
  readonly secret: string | null
  readonly maxLifetimeMs: number
  readonly expiryMs: number
  readonly clock: Clock
  readonly random: Random
}

/** As Kafka's delegation.token.expiry.check.interval.ms; an expired one opens nothing until then either. */
const sweepMs = 3_600_000

export class DelegationTokens {
  readonly #options: DelegationTokenOptions
  /** By id. */
  #tokens = new Map<string, DelegationToken>()
  /** By id and mechanism, once somebody logged in. */
  readonly #credentials = new Map<string, ScramCredential>()
  readonly #sweeping: Timer | null

  constructor(options: DelegationTokenOptions) {
    this.#options = options
    this.#sweeping = this.isEnabled ? options.clock.every(sweepMs, () => this.#sweep()) : null
  }

  close(): void {
    this.#sweeping?.cancel()
  }

  get isEnabled(): boolean {
    return this.#options.secret !== null
  }

  /** A lifetime that is not above 0 asks for the longest there is. */
  create(
    { owner, requester, renewers }: Pick<DelegationToken, 'owner' | 'requester' | 'renewers'>,
    lifetimeMs: number,
  ): DelegationToken | KafkaError {
    const { secret, maxLifetimeMs, expiryMs, clock, random } = this.#options
    if (secret === null) return DELEGATION_TOKEN_AUTH_DISABLED
    const issuedMs = clock.now()
    const maxMs = issuedMs + (lifetimeMs > 0 ? Math.min(lifetimeMs, maxLifetimeMs) : maxLifetimeMs)
    const id = kafkaUuid(random)
    const hmac = createHmac('sha512', secret).update(id).digest()
    const times = { issuedMs, maxMs, expiryMs: Math.min(maxMs, issuedMs + expiryMs) }
    const token = { id, owner, requester, renewers, hmac, ...times }
    this.#tokens.set(id, token)
    return token
  }

  /** Until when it holds from now on. */
  renew(by: Principal, hmac: Buffer, periodMs: number): number | KafkaError {
    if (!this.isEnabled) return DELEGATION_TOKEN_AUTH_DISABLED
    const now = this.#options.clock.now()
    const token = this.#withHmac(hmac)
    if (token === undefined) return DELEGATION_TOKEN_NOT_FOUND
    if (isOver(token, now)) return DELEGATION_TOKEN_EXPIRED
    if (!mayRenew(by, token)) return DELEGATION_TOKEN_OWNER_MISMATCH
    const { expiryMs } = this.#options
    return this.#holdUntil(token, now + (periodMs > 0 ? Math.min(periodMs, expiryMs) : expiryMs))
  }

  /** Likewise; below 0 it ends at once. */
  expire(by: Principal, hmac: Buffer, inMs: number): number | KafkaError {
    if (!this.isEnabled) return DELEGATION_TOKEN_AUTH_DISABLED
    const now = this.#options.clock.now()
    const token = this.#withHmac(hmac)
    if (token === undefined) return DELEGATION_TOKEN_NOT_FOUND
    if (!mayRenew(by, token)) return DELEGATION_TOKEN_OWNER_MISMATCH
    if (inMs < 0) {
      this.#forget(token)
      return now
    }
    return isOver(token, now) ? DELEGATION_TOKEN_EXPIRED : this.#holdUntil(token, now + inMs)
  }

  /** In the order in which they were made. */
  all(): Iterable<DelegationToken> {
    return this.#tokens.values()
  }

  get(id: string): DelegationToken | undefined {
    return this.#tokens.get(id)
  }

  credential({ id, hmac }: DelegationToken, mechanism: ScramMechanism): ScramCredential {
    const key = `${mechanism} ${id}`
    const known = this.#credentials.get(key)
    if (known !== undefined) return known
    const made = newCredential(mechanism, hmac.toString('base64'), this.#options.random)
    this.#credentials.set(key, made)
    return made
  }

  /** What a reset or a snapshot brings back. */
  image(): readonly DelegationToken[] {
    return [...this.#tokens.values()]
  }

  restore(tokens: readonly DelegationToken[]): void {
    this.#tokens = new Map(tokens.map((token) => [token.id, token]))
  }

  #withHmac(hmac: Buffer): DelegationToken | undefined {
    for (const token of this.#tokens.values()) if (token.hmac.equals(hmac)) return token
    return undefined
  }

  #holdUntil(token: DelegationToken, ms: number): number {
    const expiryMs = Math.min(token.maxMs, ms)
    this.#tokens.set(token.id, { ...token, expiryMs })
    return expiryMs
  }

  #sweep(): void {
    const now = this.#options.clock.now()
    for (const token of [...this.#tokens.values()]) if (isOver(token, now)) this.#forget(token)
  }

  #forget({ id }: DelegationToken): void {
    this.#tokens.delete(id)
    for (const key of [...this.#credentials.keys()]) if (key.endsWith(` ${id}`)) this.#credentials.delete(key)
  }
}

export function isSame(one: Principal, other: Principal): boolean {
  return one.type === other.type && one.name === other.name
}

function mayRenew(by: Principal, { owner, renewers }: DelegationToken): boolean {
  return isSame(owner, by) || renewers.some((one) => isSame(one, by))
}

function isOver({ maxMs, expiryMs }: DelegationToken, now: number): boolean {
  return maxMs < now || expiryMs < now
}
