/** What handlers count against the quotas of the client that asks. */
import type { Consumer } from '../quotas/client-quotas.ts'
import { type KafkaError, THROTTLING_QUOTA_EXCEEDED } from '../protocol/errors.ts'
import { insider } from '../protocol/principal.ts'
import type { Context } from './handler.ts'

/** Null: nothing is counted. */
export function consumerOf({ cluster, connection, clientId }: Context): Consumer | null {
  if (!cluster.quotas.isOn || connection.principal === insider) return null
  return { user: connection.principal.name, clientId: clientId ?? '' }
}

/**
 * Partitions that one request makes or deletes. Once the quota is used up the rest is refused, with clients that know
 * the error; older ones are only made to wait.
 */
export class Mutations {
  readonly #context: Context
  readonly #consumer: Consumer | null
  readonly #isStrict: boolean
  #throttleMs = 0

  constructor(context: Context, strictSince: number) {
    this.#context = context
    this.#consumer = consumerOf(context)
    this.#isStrict = context.version >= strictSince
  }

  /** Why so many may not be made or deleted now, or null. */
  refusal(partitionCount: number): KafkaError | null {
    if (this.#consumer === null) return null
    const { cluster, now } = this.#context
    const throttleMs = cluster.quotas.mutate(partitionCount, this.#consumer, now, this.#isStrict)
    this.#throttleMs = Math.max(this.#throttleMs, throttleMs)
    return throttleMs > 0 && this.#isStrict ? THROTTLING_QUOTA_EXCEEDED : null
  }

  /** For the answer; and the connection is not read for so long. */
  get throttleTimeMs(): number {
    if (this.#throttleMs > 0) throttle(this.#context, this.#throttleMs)
    return this.#throttleMs
  }
}

/** Nothing is read from the connection for so long, once the request is answered. */
export function throttle({ connection }: Context, throttleMs: number): void {
  if (throttleMs > (connection.muteMs ?? 0)) connection.muteMs = throttleMs
}
