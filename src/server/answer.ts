/** What goes to a connection when a request was served. */
import type { hangUp } from '../handlers/handler.ts'

/**
 * A whole response frame, as buffers to be sent one after another; null where Kafka sends none, or closes the
 * connection. The others are what only faults bring about.
 */
export type Answer = readonly Buffer[] | null | typeof hangUp | typeof fallSilent | LastWords

/** Says nothing from now on, and stays open. */
export const fallSilent = Symbol('fall silent')

/** Part of an answer; then the connection is closed. */
export class LastWords {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}
