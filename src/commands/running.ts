/** Runs one command in a process: what it reads and writes, how Ctrl-C reaches it, and with which code it ends. */
import { MessageChannel } from 'node:worker_threads'
import { systemClock } from '../base/clock.ts'
import { ClientError, type Failure } from '../client/client-error.ts'
import { SettingsError } from '../settings/file.ts'
import { type ExitCode, Mistake, type Shell } from '../terminal/shell.ts'

const interruptedCode = 130

/** What a command does. */
export type Doing = (shell: Shell, interrupted: AbortSignal) => Promise<ExitCode>
export type Run = (doing: Doing) => Promise<void>

export async function runCommand(doing: Doing): Promise<void> {
  // Timers of the clock do not keep a process alive, and a command may be waiting for nothing else.
  const { port1: alive } = new MessageChannel()
  alive.on('message', () => {})
  const { signal } = stopOnSignal()
  try {
    process.exitCode = await doing(processShell(), signal)
  } catch (error) {
    const code = exitCodeOf(error)
    if (code === null) throw error
    for (const line of (error as Error).message.split('\n')) process.stderr.write(`blink: ${line}\n`)
    process.exitCode = code
  } finally {
    alive.close()
  }
}

const codes: Readonly<Record<Failure, ExitCode>> = { refused: 1, wrong: 2, unreachable: 3 }

/** Of what the user can mend; null: that is a fault of ours. */
export function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof Mistake) return error.exitCode
  if (error instanceof SettingsError) return 2
  return error instanceof ClientError ? codes[error.failure] : null
}

/** The first signal asks, the second does not wait. */
function stopOnSignal(): AbortController {
  const interrupted = new AbortController()
  const stop = () => {
    if (interrupted.signal.aborted) process.exit(interruptedCode)
    interrupted.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return interrupted
}

function processShell(): Shell {
  const { env, stdin, stdout, stderr } = process
  // Whoever reads may have read enough, as head does.
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1))
  return {
    out: (line) => void stdout.write(`${line}\n`),
    write: (bytes) => (stdout.write(bytes) ? null : new Promise((resolve) => stdout.once('drain', resolve))),
    tell: (line) => void stderr.write(`${line}\n`),
    draw: (text) => void stderr.write(text),
    input: () => stdin,
    isTerminal: stderr.isTTY === true,
    hasColour: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '',
    clock: systemClock,
    stopwatch: () => performance.now(),
    folder: process.cwd(),
    env,
  }
}
