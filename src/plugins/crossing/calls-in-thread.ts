/**
 * The plugin's end of the calls to the broker's thread. The thread never returns to its event loop, so it cannot
 * listen: it sleeps on a word of shared memory, and looks for its answer whenever it wakes.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { type Answer, type Call, catchUp, type Hello, type HostCalls } from './host-calls.ts'

/** Told but not taken up; with more, the plugin waits until the broker has caught up. */
export const tellingsMax = 1000
/** What was told since the broker last caught up. */
const toldBytesMax = 16 * 1024 * 1024
/** Of one argument; each capability has its own, lower limits. */
export const argumentBytesMax = 16 * 1024 * 1024

/** `signal` is one word of shared memory that nobody else writes. */
export function callsThrough(port: MessagePort, signal: Int32Array): HostCalls {
  const taken = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT))
  port.postMessage({ signal, taken } satisfies Hello)
  let asked = 0
  let told = 0
  let toldBytes = 0

  const ask = (name: string, argument: unknown): unknown => {
    checkSize(name, argument)
    const id = ++asked
    port.postMessage({ id, name, argument } satisfies Call)
    toldBytes = 0
    for (;;) {
      // Read before looking: an answer that comes between the look and the sleep changes the word, and ends the sleep.
      const seen = Atomics.load(signal, 0)
      const answer: Answer | undefined = receiveMessageOnPort(port)?.message
      if (answer === undefined) Atomics.wait(signal, 0, seen)
      else if ('error' in answer) throw new Error(answer.error)
      else if (answer.id === id) return answer.value
    }
  }

  return {
    ask,
    tell(name, argument) {
      const bytes = checkSize(name, argument)
      if (told - Number(Atomics.load(taken, 0)) >= tellingsMax || toldBytes + bytes > toldBytesMax) ask(catchUp, null)
      toldBytes += bytes
      port.postMessage({ id: null, name, argument } satisfies Call)
      return ++told
    },
    get taken() {
      return Number(Atomics.load(taken, 0))
    },
  }
}

function checkSize(name: string, argument: unknown): number {
  const bytes = sizeOf(argument)
  if (bytes > argumentBytesMax) {
    throw new RangeError(`it gave ${bytes} bytes to ${name}; at most ${argumentBytesMax} can be given at once`)
  }
  return bytes
}

const wordBytes = 8

/** About as many bytes as a message takes. What is shared is not copied, and counts nothing. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length
  if (typeof value !== 'object' || value === null) return wordBytes
  // A view is sent with all that it is a view of.
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer ? wordBytes : value.buffer.byteLength
  const parts: unknown[] = Array.isArray(value) ? value : Object.values(value)
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), wordBytes)
}
