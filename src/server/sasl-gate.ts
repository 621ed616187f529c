/**
 * Stands before the dispatcher on a connection whose client must log in: lets through what may be asked before, counts
 * how long the login holds, and keeps a client that failed waiting for its answer, as Kafka does.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { SaslSession } from '../authentication/sasl-session.ts'
import { type Connection as Client, hangUp } from '../handlers/handler.ts'
import { ILLEGAL_SASL_STATE, NONE } from '../protocol/errors.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import { saslAuthenticate } from '../protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../protocol/messages/sasl-handshake.ts'
import { type Answer, LastWords } from './answer.ts'
import type { Refusal } from './dispatcher.ts'

/** What a connection hands its requests to. */
export interface RequestServer {
  serve(frame: Buffer, client: Client): Answer | Promise<Answer>
  /** Answers with this error where the API has errors; nothing is carried out, or told. */
  refuse(frame: Buffer, refusal: Refusal): Promise<Answer>
  disconnected(client: Client): void
}

export interface SaslGateOptions {
  readonly inner: RequestServer
  readonly session: SaslSession
  /** The cluster's: logins expire by it. */
  readonly time: Clock
  /** The machine's: clients wait by theirs. */
  readonly clock: Clock
  readonly failureDelayMs: number
  readonly loginMs: number
  /** Of a request before the login, and after it. */
  readonly bytesMax: { readonly before: number; readonly after: number }
  readonly logger: Logger
}

/** Where ApiVersions answers with its error: behind the length and the correlation id. */
const errorAt = 8

export class SaslGate implements RequestServer {
  readonly #options: SaslGateOptions
  readonly #late: Timer
  #onLate: () => void = () => {}

  constructor(options: SaslGateOptions) {
    this.#options = options
    this.#late = options.clock.after(options.loginMs, () => {
      if (options.session.login === null) this.#onLate()
    })
  }

  get requestBytesMax(): number {
    const { session, bytesMax } = this.#options
    return session.stage === 'in' ? bytesMax.after : bytesMax.before
  }

  /** What is done about a client that takes too long to log in. */
  whenLate(run: () => void): void {
    this.#onLate = run
  }

  serve(frame: Buffer, client: Client): Answer | Promise<Answer> {
    const { inner, session, time, logger } = this.#options
    if (session.stage !== 'in') return this.#login(frame, client)
    const now = time.now()
    if (apiKeyOf(frame) === saslHandshake.key && session.mayBegin(now)) return this.#login(frame, client)
    if (!session.isExpired(now)) return inner.serve(frame, client)
    logger.debug('closed a connection: its login has expired', { peer: client.remoteAddress })
    return hangUp
  }

  disconnected(client: Client): void {
    this.#late.cancel()
    this.#options.inner.disconnected(client)
  }

  async #login(frame: Buffer, client: Client): Promise<Answer> {
    const { inner, session } = this.#options
    if (session.wantsRawToken) return this.#rawToken(Buffer.from(frame), client)
    const apiKey = apiKeyOf(frame)
    const { stage } = session
    if (!this.#isInTurn(apiKey)) return this.#refuse(frame, client, apiKey)
    const answer = await inner.serve(frame, client)
    if (apiKey === apiVersions.key && isGranted(answer)) session.greeted()
    if (session.stage !== 'failed') return answer
    // Who is in and names a mechanism that is not offered hears no more.
    return this.#turnAway(stage === 'in' ? null : answer, client)
  }

  /** Who is expected to send a token hears what is wrong. */
  async #refuse(frame: Buffer, client: Client, apiKey: number): Promise<Answer> {
    const { inner, session } = this.#options
    const isHeard = session.stage === 'proving'
    session.fail(`a request of API ${apiKey} came before it had logged in`)
    return this.#turnAway(isHeard ? await inner.refuse(Buffer.from(frame), outOfTurn) : null, client)
  }

  refuse(frame: Buffer, refusal: Refusal): Promise<Answer> {
    return this.#options.inner.refuse(frame, refusal)
  }

  #isInTurn(apiKey: number): boolean {
    switch (this.#options.session.stage) {
      case 'greeting':
        return apiKey === apiVersions.key || apiKey === saslHandshake.key
      case 'naming':
      case 'in':
        return apiKey === saslHandshake.key
      case 'proving':
        return apiKey === saslAuthenticate.key
      default:
        return false
    }
  }

  /** After a handshake of version 0: a length and a token, either way; a failure has no answer. */
  async #rawToken(token: Buffer, client: Client): Promise<Answer> {
    const { session, time } = this.#options
    const answered = await session.authenticate(token, () => time.now())
    if (answered.error !== NONE) return this.#turnAway(null, client)
    const length = Buffer.alloc(4)
    length.writeInt32BE(answered.token.length)
    return [length, answered.token]
  }

  async #turnAway(answer: Answer, client: Client): Promise<Answer> {
    const { session, clock, failureDelayMs, logger } = this.#options
    logger.warn(`closed a connection: it could not log in: ${session.reason}`, { peer: client.remoteAddress })
    if (failureDelayMs > 0) await new Promise<void>((resolve) => clock.after(failureDelayMs, resolve))
    return Array.isArray(answer) ? new LastWords(Buffer.concat(answer as Buffer[])) : hangUp
  }
}

const outOfTurn: Refusal = {
  errorFor: ({ name }) => ILLEGAL_SASL_STATE.because(`${name} must wait until the login is done.`),
}

/** −1 where there is none. */
function apiKeyOf(frame: Buffer): number {
  return frame.length < 2 ? -1 : frame.readInt16BE(0)
}

function isGranted(answer: Answer): boolean {
  return Array.isArray(answer) && (answer[0] as Buffer).readInt16BE(errorAt) === NONE.code
}
