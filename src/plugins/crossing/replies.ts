/**
 * What a plugin's verdicts carry beside the byte in shared memory: reasons, replacements, how long to wait. Posted by
 * the plugin's thread before it writes the verdicts, and only where there is any; then taken without waiting for an
 * event. Batches that cross together are told apart by their number.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Crossing } from './crossing.ts'
import type { Replacement } from '../judgement.ts'

/** By the record's index in its batch. */
export interface Reply {
  readonly reasons: ReadonlyMap<number, string>
  readonly replacements: ReadonlyMap<number, Replacement>
  /** The longest that any record asked for. */
  readonly throttleMs: number
}

export const noReplies: ReadonlyMap<number, Reply> = new Map()
export const noReply: Reply = { reasons: new Map(), replacements: new Map(), throttleMs: 0 }

/** Of some of a batch's records. */
interface Part extends Reply {
  readonly batch: number
}

/** The plugin's side. */
export class ReplySender {
  readonly #port: MessagePort
  readonly #crossing: Crossing

  constructor(port: MessagePort, crossing: Crossing) {
    this.#port = port
    this.#crossing = crossing
  }

  /** Of some of the records of a batch. */
  send({ reasons, replacements, throttleMs }: Reply): void {
    if (reasons.size === 0 && replacements.size === 0 && throttleMs === 0) return
    this.#post({ batch: this.#crossing.batch, reasons, replacements, throttleMs } satisfies Part)
  }

  /** What a hook answered that is not about records. */
  sendValue(value: unknown): void {
    this.#post(value)
  }

  #post(message: unknown): void {
    this.#port.postMessage(message)
    this.#crossing.setHasReply()
  }
}

/** The broker's side: what was sent since it was asked last, by the batch's number; also of a thread that has ended. */
export function takeReplies(port: MessagePort, crossing: Crossing): ReadonlyMap<number, Reply> {
  if (!crossing.takeHasReply()) return noReplies
  const replies = new Map<number, Reply>()
  for (const part of taken(port) as Iterable<Part>) {
    const earlier = replies.get(part.batch)
    replies.set(part.batch, earlier === undefined ? part : together(earlier, part))
  }
  return replies
}

function together(one: Reply, other: Reply): Reply {
  return {
    reasons: new Map([...one.reasons, ...other.reasons]),
    replacements: new Map([...one.replacements, ...other.replacements]),
    throttleMs: Math.max(one.throttleMs, other.throttleMs),
  }
}

/** What the hook that was called last answered. */
export function takeValue(port: MessagePort, crossing: Crossing): unknown {
  crossing.takeHasReply()
  return [...taken(port)].at(-1)
}

function* taken(port: MessagePort): Generator<unknown> {
  for (let found = receiveMessageOnPort(port); found !== undefined; found = receiveMessageOnPort(port)) {
    yield found.message
  }
}
