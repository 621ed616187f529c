/**
 * What a plugin's verdicts carry beside the byte in shared memory: reasons, replacements, how long to wait. Posted by
 * the plugin's thread before it writes the verdicts, and only where there is any; then taken without waiting for an
 * event.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Crossing } from './crossing.ts'
import type { Replacement } from './judgement.ts'

/** By the record's index in its batch. */
export interface Reply {
  readonly reasons: ReadonlyMap<number, string>
  readonly replacements: ReadonlyMap<number, Replacement>
  /** The longest that any record asked for. */
  readonly throttleMs: number
}

export const noReply: Reply = { reasons: new Map(), replacements: new Map(), throttleMs: 0 }

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
    this.#post({ reasons, replacements, throttleMs })
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

/** The broker's side: what was sent about the last batch, put together; also of a thread that has ended since. */
export function takeReply(port: MessagePort, crossing: Crossing): Reply {
  if (!crossing.takeHasReply()) return noReply
  const parts = [...taken(port)] as Reply[]
  if (parts.length === 1) return parts[0]!
  return {
    reasons: new Map(parts.flatMap(({ reasons }) => [...reasons])),
    replacements: new Map(parts.flatMap(({ replacements }) => [...replacements])),
    throttleMs: Math.max(0, ...parts.map(({ throttleMs }) => throttleMs)),
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
