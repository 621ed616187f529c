/**
 * How a plugin's thread reaches what only the broker's thread has: the partitions, the network. The plugin's thread
 * sleeps while it asks, since a call of the plugin is waiting; what needs no answer is only told.
 *
 * Here are the words for it and the broker's end, `serveCalls`; the other end is in calls-in-thread.ts.
 */
import type { MessagePort } from 'node:worker_threads'

/** The plugin's side. */
export interface HostCalls {
  /** Blocks until the broker has answered. Throws what the broker's side threw, as an Error with its message. */
  ask(name: string, argument: unknown): unknown
  /**
   * Returns at once, unless too much was told that the broker has not taken up. Answers which telling it was, from 1.
   */
  tell(name: string, argument: unknown): number
  /** How many of the tellings the broker has taken up; it does so in their order, and in order with what is asked. */
  readonly taken: number
}

/**
 * The broker's side: by name, what answers. What is told gets no answer, so whoever serves it sees to its errors
 * itself. `ended` is aborted when nobody waits any more, because the plugin's thread has stopped.
 */
export type Services = Readonly<Record<string, (argument: never, ended: AbortSignal) => unknown>>

/** The first message of a plugin's thread: the memory by which it is woken. */
export interface Hello {
  /** One word, which changes whenever an answer was sent. */
  readonly signal: Int32Array
  /** One number: how many tellings were taken up. */
  readonly taken: BigInt64Array
}

/** What is asked has an `id`, which its answer repeats; what is told has none. */
export interface Call {
  readonly id: number | null
  readonly name: string
  readonly argument: unknown
}

/** `id` is null for the error of a service that was only told, which whoever asks next hears of. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number | null; readonly error: string }

/** Asked to wait until all that was told is taken up: no service's name. */
export const catchUp = ''

/** Serves one plugin's thread until it stops or `close` is called. */
export function serveCalls(port: MessagePort, services: Services): { close(): void } {
  const ended = new AbortController()
  let hello: Hello | null = null
  const answer = (answer: Answer) => {
    if (ended.signal.aborted || hello === null) return
    send(port, answer)
    // After the message, so that whoever wakes finds it.
    Atomics.add(hello.signal, 0, 1)
    Atomics.notify(hello.signal, 0)
  }
  port.on('message', (message: Hello | Call) => {
    if ('signal' in message) {
      hello = message
      return
    }
    const { id } = message
    const result = served(services, message, ended.signal)
    if (id === null) Atomics.add(hello!.taken, 0, 1n)
    result.then(
      (value) => (id === null ? undefined : answer({ id, value })),
      (error) => answer({ id, error: textOf(error) }),
    )
  })
  port.on('close', () => ended.abort())
  // The thread's life keeps the process alive, not its calls.
  port.unref()
  return { close: () => port.close() }
}

/** Begun at once, so that services are called in the order in which they were told and asked. */
async function served(services: Services, { name, argument }: Call, ended: AbortSignal): Promise<unknown> {
  if (name === catchUp) return null
  const service = Object.hasOwn(services, name) ? services[name] : undefined
  if (service === undefined) throw new Error(`${name} was not granted`)
  return service(argument as never, ended)
}

function send(port: MessagePort, answer: Answer): void {
  try {
    port.postMessage(answer)
  } catch (error) {
    port.postMessage({ id: answer.id, error: `the answer cannot be sent: ${textOf(error)}` } satisfies Answer)
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
