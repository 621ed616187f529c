/**
 * Where commands write, and what they know of where they run. A test hands in one of its own. Standard output is for
 * what was asked for, standard error for everything about it.
 */
import type { Clock } from '../base/clock.ts'

export interface Shell {
  /** A line of the answer. */
  out(line: string): void
  /** Bytes of the answer, as they are. Wait for what it answers with before writing more: the reader is slower. */
  write(bytes: Uint8Array): Promise<unknown> | null
  /** A line about it. */
  tell(line: string): void
  /** Text as it is, to standard error: progress, when it is a terminal. */
  draw(text: string): void
  /** Standard input, opened when it is asked for. */
  input(): AsyncIterable<Buffer>
  /** Standard error is looked at by somebody. */
  readonly isTerminal: boolean
  /** Standard output shows colours, and NO_COLOR is not set. */
  readonly hasColour: boolean
  readonly clock: Clock
  /** Milliseconds from some moment on, with fractions. */
  readonly stopwatch: () => number
  /** Where relative paths start. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * How a command ends: 0 fine, 1 refused or not as it should be, 2 wrong usage or settings, 3 nobody answered, 130
 * interrupted before it was done.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 130

/** What the user can mend, in one line with the remedy. */
export class Mistake extends Error {
  override readonly name = 'Mistake'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'
const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 }

export function coloured({ hasColour }: Shell, colour: Colour, text: string): string {
  return hasColour ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text
}

/** What takes less needs no sign of life. */
const patienceMs = 1000
const redrawMs = 250

/** Says what is being done and for how long, when it takes its time and somebody looks. */
export async function withProgress<T>(shell: Shell, what: string, work: Promise<T>): Promise<T> {
  if (!shell.isTerminal) return work
  const startMs = shell.clock.now()
  let isDrawn = false
  const timer = shell.clock.every(redrawMs, () => {
    const tookMs = shell.clock.now() - startMs
    if (tookMs < patienceMs) return
    isDrawn = true
    shell.draw(`\r\x1b[K${what} … ${Math.floor(tookMs / 1000)} s`)
  })
  try {
    return await work
  } finally {
    timer.cancel()
    if (isDrawn) shell.draw('\r\x1b[K')
  }
}
