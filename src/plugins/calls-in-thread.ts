/** Calls of a plugin's thread to the broker's, and their answers. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { HostCalls, Message, Services } from './host-calls.ts'

interface Sent extends Message {
  /** Raised when the answer is there; null where none is wanted. */
  readonly signal: Int32Array | null
}

type Answer = { readonly value: unknown } | { readonly error: string }

/** The broker's side. */
export function serveCalls(port: MessagePort, services: Services): void {
  port.on('message', async ({ name, argument, signal }: Sent) => {
    const answer = await answerOf(services, name, argument)
    if (signal === null) return
    port.postMessage(answer)
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
  })
  port.unref()
}

async function answerOf(services: Services, name: string, argument: unknown): Promise<Answer> {
  try {
    return { value: await services[name]!(argument as never) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** The plugin's side. */
export function callsThrough(port: MessagePort, signal: Int32Array): HostCalls {
  return {
    ask(name, argument) {
      Atomics.store(signal, 0, 0)
      port.postMessage({ name, argument, signal } satisfies Sent)
      Atomics.wait(signal, 0, 0)
      const answer: Answer = receiveMessageOnPort(port)?.message
      if ('error' in answer) throw new Error(answer.error)
      return answer.value
    },
    tell: (name, argument) => port.postMessage({ name, argument, signal: null } satisfies Sent),
  }
}
