/** What a broker did not do for its client, in one sentence with a remedy where there is one. */
import type { KafkaError } from '../protocol/errors.ts'

/** unreachable: nobody answered, or in another language; refused: a broker said no; wrong: it could not be asked so. */
export type Failure = 'unreachable' | 'refused' | 'wrong'

export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly failure: Failure
  /** What the broker said, where it said anything. */
  readonly error: KafkaError | null

  /** Trying again may help: leaders move, connections break. */
  readonly isPassing: boolean

  constructor(message: string, failure: Failure, error: KafkaError | null = null, isPassing?: boolean) {
    super(message)
    this.failure = failure
    this.error = error
    this.isPassing = isPassing ?? error?.isRetriable ?? failure === 'unreachable'
  }
}

/** `topic orders: TOPIC_ALREADY_EXISTS: it is there`. */
export function refusal(what: string, error: KafkaError, message: string | null = null): ClientError {
  const said = message ?? error.message
  return new ClientError(`${what}: ${error.name}${said === null ? '' : `: ${said}`}`, 'refused', error)
}

/**
 * Of `topic orders` or `group billing`. Kafka calls it retriable, since it may be on its way; here it is somebody's
 * mistake, unless said otherwise.
 */
export function notThere(what: string, error: KafkaError | null, isPassing = false): ClientError {
  const list = what.startsWith('topic ') ? 'blink topics list' : 'blink groups list'
  return new ClientError(`there is no ${what}; ${list} names those there are`, 'refused', error, isPassing)
}
