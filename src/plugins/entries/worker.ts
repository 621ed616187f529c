/**
 * The thread in which a plugin lives. Once its component is loaded it never returns to its event loop: it sleeps
 * until the broker asks, answers, and sleeps again. After any exception it is of no more use, and says so.
 */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import type { Level } from '../../base/logger.ts'
import { BatchDetails } from '../crossing/batch-details.ts'
import { callsThrough } from '../crossing/calls-in-thread.ts'
import type { Grants } from '../capabilities/capabilities.ts'
import { Crossing, type FailureKind, task } from '../crossing/crossing.ts'
import { makeGuest } from '../guest/guest.ts'
import type { CallHook } from '../crossing/hook-calls.ts'
import type { HostCalls } from '../crossing/host-calls.ts'
import { HostLog } from '../guest/host-log.ts'
import { BadResult, type Code, type Guest, PluginExit, Refused, type Surroundings } from '../guest/instance.ts'
import type { Policies } from '../guest/judging.ts'
import type { OwnFolder } from '../capabilities/disk-usage.ts'
import { ReplySender } from '../crossing/replies.ts'

/** What is to run, as whoever keeps the plugin says it. */
export interface LoadRequest {
  readonly code: Code
  readonly policies: Policies
  readonly logLevel: Level
  /** The plugin's name in settings. */
  readonly plugin: string
  readonly grants: Grants
  readonly config: unknown
  readonly ownFolder: OwnFolder
  /** Of the broker's `max_memory`, how much is taken, in thousandths. */
  readonly pressure: SharedArrayBuffer
}

/** What the broker sends first. Later messages are buffers for batches. */
export interface Start extends LoadRequest {
  readonly crossing: SharedArrayBuffer
  /** Where calls of the plugin go; with nothing granted there are none. */
  readonly calls: MessagePort | null
  /** For plugins that are told, or do, more than those of 0.1. */
  readonly more: { readonly port: MessagePort; readonly details: SharedArrayBuffer } | null
}

/** Waking two threads takes some 0.05 ms; for longer than this no further batch is begun in one crossing. */
const crossingMsMax = 0.25

/** Sent ahead of a call; the hook's number alone would do, but its argument is a value. */
export interface AskedCall {
  readonly hook: CallHook
  readonly argument: unknown
}

// jco's glue asks for process.env.JCO_DEBUG six times a call, which takes a microsecond where `env` is Node's own.
process.env = {}

parentPort!.once('message', live)

async function live(start: Start): Promise<void> {
  const { code, more } = start
  const crossing = new Crossing(start.crossing)
  let guest: Guest | null = null
  try {
    guest = await makeGuest(code, surroundingsOf(start, crossing))
    crossing.giveAnswer()
    serve(guest, crossing, more?.port ?? null)
  } catch (error) {
    tryFlush(guest)
    const isScript = code.kind === 'script'
    const { kind, message } = failure(error, guest?.memoryBytes() ?? 0, isScript ? null : code.maxMemoryBytes)
    crossing.giveFailure(kind, message)
  }
}

function surroundingsOf(start: Start, crossing: Crossing): Surroundings {
  const { plugin, grants, config, ownFolder, policies, more } = start
  const details = more && BatchDetails.allIn(more.details)
  return {
    log: new HostLog(crossing, start.logLevel),
    crossing,
    policies,
    details,
    replies: more && new ReplySender(more.port, crossing),
    environment: {
      plugin,
      grants,
      config,
      ...ownFolder,
      clock: systemClock,
      calls: start.calls === null ? noCalls : callsThrough(start.calls, new Int32Array(new SharedArrayBuffer(4))),
      by: () => (details !== null && crossing.isJudging ? details[crossing.batch]!.by : []),
      pressure: new Int32Array(start.pressure),
    },
  }
}

const refuseCall = (): never => {
  throw new Error('nothing was granted to this plugin')
}
const noCalls: HostCalls = { ask: refuseCall, tell: refuseCall, taken: 0 }

function serve(guest: Guest, crossing: Crossing, more: MessagePort | null): never {
  const replies = more && new ReplySender(more, crossing)
  let buffer: SharedArrayBuffer | undefined
  for (;;) {
    switch (crossing.nextTask()) {
      case task.judge:
        if (crossing.hasNewBuffer) buffer = receiveMessageOnPort(parentPort!)?.message
        judgeSome(guest, buffer!, crossing)
        break
      case task.init:
        crossing.setInitiated(guest.init(), guest.isDirect)
        break
      case task.describe:
        replies!.sendValue(guest.describe())
        break
      case task.call: {
        const { hook, argument }: AskedCall = receiveMessageOnPort(more!)!.message
        replies!.sendValue(guest.call(hook, argument))
        break
      }
    }
    guest.flush()
    crossing.setMemoryBytes(guest.memoryBytes())
    crossing.giveAnswer()
  }
}

/**
 * Further batches only while it has not taken long: who waits for the first is not to wait for many, and the time that
 * each batch has may be counted from when it was asked for.
 */
function judgeSome(guest: Guest, buffer: SharedArrayBuffer, crossing: Crossing): void {
  const endMs = performance.now() + crossingMsMax
  do guest.judge(buffer, crossing.shape)
  while (crossing.setJudged() && performance.now() < endMs)
}

/** What a plugin counted before it failed still counts. */
function tryFlush(guest: Guest | null): void {
  try {
    guest?.flush()
  } catch {
    // Why the plugin failed matters more.
  }
}

/** A plugin that runs out of memory traps, as for any other reason; that its memory is nearly full gives it away. */
const nearlyFull = 0.9

/** `maxMemoryBytes` is null for a script. */
function failure(
  error: unknown,
  memoryBytes: number,
  maxMemoryBytes: number | null,
): { kind: FailureKind; message: string } {
  const kind = kindOf(error, maxMemoryBytes === null)
  const message = error instanceof Error ? error.message.replace(/^wasm trap: (wasm )?/, '') : String(error)
  if (kind !== 'trap' || maxMemoryBytes === null || memoryBytes < nearlyFull * maxMemoryBytes) return { kind, message }
  return { kind: 'memory', message: `it has taken ${memoryBytes} of its ${maxMemoryBytes} bytes of memory: ${message}` }
}

/**
 * A stack overflow is a RangeError; jco's bindings and ours say TypeError of what is not of the type that the WIT
 * says. Of a script, either is an error like any other.
 */
function kindOf(error: unknown, isScript: boolean): FailureKind {
  if (error instanceof Refused) return 'refused'
  if (error instanceof PluginExit) return 'exit'
  if (error instanceof BadResult) return 'bad-result'
  if (isScript) return 'error'
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return 'trap'
  return error instanceof TypeError ? 'bad-result' : 'error'
}
