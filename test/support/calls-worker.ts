/** A thread that makes calls to the broker's thread one after another, and says what came of them. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { callsThrough } from '../../src/plugins/crossing/calls-in-thread.ts'

export type Step =
  | { readonly ask: string; readonly argument?: unknown }
  | { readonly tell: string; readonly argument?: unknown; readonly times?: number }
  /** How many tellings were taken up. */
  | { readonly taken: true }

export interface CallsStart {
  readonly port: MessagePort
  readonly signal: Int32Array
  /** One word: how many tellings there were. */
  readonly told: Int32Array
}

const { port, signal, told } = workerData as CallsStart
const calls = callsThrough(port, signal)

function outcome(step: Step): unknown {
  try {
    if ('ask' in step) return calls.ask(step.ask, step.argument)
    if ('taken' in step) return calls.taken
    let last = 0
    for (let left = step.times ?? 1; left > 0; left--) {
      last = calls.tell(step.tell, step.argument)
      Atomics.store(told, 0, last)
    }
    return last
  } catch (error) {
    return String(error)
  }
}

parentPort!.on('message', (steps: readonly Step[]) => parentPort!.postMessage(steps.map(outcome)))
