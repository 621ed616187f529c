/**
 * What every SASL mechanism is to its session: an exchange of tokens that ends in a login or in a refusal. No sockets,
 * no messages of Kafka's.
 */
import type { Principal } from '../protocol/principal.ts'

export const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const
export type Mechanism = (typeof mechanisms)[number]

export interface Login {
  readonly principal: Principal
  /** Who has proved himself by a delegation token may not ask for further ones. */
  readonly byToken: boolean
  /** When what it was proved by expires; null: never. */
  readonly expiresMs: number | null
}

/** One step of an exchange: what is answered, and the login once it is done. */
export interface Step {
  readonly reply: Buffer
  readonly login: Login | null
}

/** Why a login failed. What is said to the client tells nobody which users there are. */
export class LoginRefusal {
  /** For the client; null: only that it failed. */
  readonly message: string | null
  /** For the log of the broker. */
  readonly reason: string

  constructor(message: string | null, reason = message ?? '') {
    this.message = message
    this.reason = reason
  }
}

export interface Exchange {
  /** Takes the client's next token. Not called again after a login or a refusal. */
  step(token: Buffer, nowMs: number): Step | LoginRefusal | Promise<Step | LoginRefusal>
}
