/**
 * The thread in which a plugin lives. Once its component is loaded it never returns to its event loop: it sleeps
 * until the broker asks, answers, and sleeps again. After any exception it is of no more use, and says so.
 */
import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { systemClock } from '../base/clock.ts'
import type { Level } from '../base/logger.ts'
import { Crossing, type FailureKind, task } from './crossing.ts'
import { HostLog } from './host-log.ts'
import { type Code, type Instance, instantiate } from './instance.ts'
import { Judge, type Policies } from './judging.ts'
import { PluginExit } from './wasi/cli.ts'

/** What the broker sends first. Later messages are buffers for batches. */
export interface Start {
  readonly crossing: SharedArrayBuffer
  readonly code: Code
  readonly policies: Policies
  readonly logLevel: Level
}

// jco's glue asks for process.env.JCO_DEBUG six times a call, which takes a microsecond where `env` is Node's own.
process.env = {}

parentPort!.once('message', live)

async function live({ crossing: memory, code, policies, logLevel }: Start): Promise<void> {
  const crossing = new Crossing(memory)
  let instance: Instance | null = null
  try {
    instance = await instantiate(code, new HostLog(crossing, logLevel), systemClock)
    crossing.giveAnswer()
    serve(instance, policies, crossing)
  } catch (error) {
    const { kind, message } = failure(error, instance?.memoryBytes() ?? 0, code.maxMemoryBytes)
    crossing.giveFailure(kind, message)
  }
}

function serve(instance: Instance, policies: Policies, crossing: Crossing): never {
  const judge = new Judge(instance, policies, crossing)
  let buffer: SharedArrayBuffer | undefined
  for (;;) {
    if (crossing.nextTask() === task.init) {
      const port = instance.init()
      crossing.setInitiated(port, instance.isDirect)
    } else {
      if (crossing.hasNewBuffer) buffer = receiveMessageOnPort(parentPort!)?.message
      judge.judge(buffer!, crossing.batch)
    }
    crossing.setMemoryBytes(instance.memoryBytes())
    crossing.giveAnswer()
  }
}

/** A plugin that runs out of memory traps, as for any other reason; that its memory is nearly full gives it away. */
const nearlyFull = 0.9

function failure(error: unknown, memoryBytes: number, maxMemoryBytes: number): { kind: FailureKind; message: string } {
  const kind = kindOf(error)
  const message = error instanceof Error ? error.message.replace(/^wasm trap: (wasm )?/, '') : String(error)
  if (kind !== 'trap' || memoryBytes < nearlyFull * maxMemoryBytes) return { kind, message }
  return { kind: 'memory', message: `it has taken ${memoryBytes} of its ${maxMemoryBytes} bytes of memory: ${message}` }
}

/**
 * A stack overflow is a RangeError; jco's bindings and ours say TypeError of what is not of the type that the WIT
 * says.
 */
function kindOf(error: unknown): FailureKind {
  if (error instanceof PluginExit) return 'exit'
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return 'trap'
  return error instanceof TypeError ? 'bad-result' : 'error'
}
